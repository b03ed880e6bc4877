import TailraceAccess
import TailraceEvent
import TailraceTesting
import Testing

struct SessionsTests {
    private let anna = Sessions.Credential.user(AccessPolicy.User(name: "anna", password: nil, role: "admin"))

    private func at(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

    @Test func `W8 every login has an id of its own, and a session that was ended is gone`() {
        let sessions = Sessions()
        let first = sessions.begin(self.anna, limits: SessionLimits(), now: self.at(0))
        let second = sessions.begin(self.anna, limits: SessionLimits(), now: self.at(0))
        #expect(first != second)
        #expect(sessions.find(Sessions.Key(first), limits: SessionLimits(), now: self.at(1)) == self.anna)
        #expect(sessions.end(Sessions.Key(first)))
        #expect(sessions.find(Sessions.Key(first), limits: SessionLimits(), now: self.at(1)) == nil)
        #expect(sessions.find(Sessions.Key(second), limits: SessionLimits(), now: self.at(1)) == self.anna)
        #expect(sessions.find(Sessions.Key(""), limits: SessionLimits(), now: self.at(1)) == nil)
    }

    @Test func `a session ends when nobody is there, and after a time in any case`() {
        var limits = SessionLimits()
        limits.maxIdle = .seconds(100)
        limits.maxAge = .seconds(1000)
        let sessions = Sessions()
        let idle = sessions.begin(self.anna, limits: limits, now: self.at(0))
        #expect(sessions.find(Sessions.Key(idle), limits: limits, now: self.at(100)) == nil)
        let busy = sessions.begin(self.anna, limits: limits, now: self.at(0))
        for second in stride(from: Int64(50), to: 1000, by: 50) {
            #expect(sessions.find(Sessions.Key(busy), limits: limits, now: self.at(second)) == self.anna)
        }
        #expect(sessions.find(Sessions.Key(busy), limits: limits, now: self.at(1000)) == nil)
    }

    @Test func `sessions are bounded: the one that was idle longest makes way`() {
        var limits = SessionLimits()
        limits.maxCount = 3
        limits.maxPerAccount = 2
        let sessions = Sessions()
        let ids = (0..<3).map { sessions.begin(self.anna, limits: limits, now: self.at(Int64($0))) }
        #expect(sessions.count == 2)
        #expect(sessions.find(Sessions.Key(ids[0]), limits: limits, now: self.at(5)) == nil)
        #expect(sessions.find(Sessions.Key(ids[1]), limits: limits, now: self.at(5)) == self.anna)
        for name in ["b", "c", "d"] {
            let user = AccessPolicy.User(name: name, password: nil, role: "reader")
            _ = sessions.begin(.user(user), limits: limits, now: self.at(6))
        }
        #expect(sessions.count == 3)
    }
}

struct LoginThrottleTests {
    private func at(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

    @Test func `W4 after five failures each further one doubles the wait, up to a quarter of an hour`() {
        let throttle = LoginThrottle()
        var now: Int64 = 1_000_000
        var waits: [Int64] = []
        for _ in 0..<20 {
            throttle.failed(account: "anna", address: nil, now: self.at(now))
            let wait = throttle.wait(account: "anna", address: nil, now: self.at(now))
            waits.append(wait)
            now += wait
        }
        #expect(waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900, 900])
    }

    @Test func `W4 an address that tries many accounts is slowed, others are not`() {
        let throttle = LoginThrottle()
        let now = self.at(1_000_000)
        for number in 0..<8 { throttle.failed(account: "user\(number)", address: "192.0.2.1", now: now) }
        #expect(throttle.wait(account: "fresh", address: "192.0.2.1", now: now) == 8)
        #expect(throttle.wait(account: "fresh", address: "192.0.2.2", now: now) == 0)
        throttle.succeeded(account: "user0")
        #expect(throttle.wait(account: "fresh", address: "192.0.2.1", now: now) == 8)
    }

    @Test func `failures are forgotten after an hour without another, and never kept without bound`() {
        let throttle = LoginThrottle()
        for _ in 0..<6 { throttle.failed(account: "anna", address: nil, now: self.at(1_000_000)) }
        throttle.failed(account: "anna", address: nil, now: self.at(1_003_700))
        #expect(throttle.wait(account: "anna", address: nil, now: self.at(1_003_700)) == 0)
        for number in 0..<20_000 { throttle.failed(account: "u\(number)", address: nil, now: self.at(1_004_000)) }
        for _ in 0..<6 { throttle.failed(account: "last", address: nil, now: self.at(1_004_001)) }
        #expect(throttle.wait(account: "last", address: nil, now: self.at(1_004_001)) > 0)
    }
}

struct AccessPolicyTests {
    @Test func `a token is found by what is shown until it is over`() throws {
        let shown = AccessToken.make()
        let digest = try #require(AccessToken.digest(ofShown: shown))
        var policy = AccessPolicy()
        policy.mode = .token
        let end = Timestamp(nanoseconds: 2_000_000_000)
        policy.tokens = [
            .init(name: "other", digest: Secret.digest("x"), role: "admin"),
            .init(name: "ci", digest: digest, role: "reader", expires: end),
        ]
        #expect(policy.token(shown: shown, now: Timestamp(nanoseconds: 1_999_999_999))?.name == "ci")
        #expect(policy.token(shown: shown, now: end) == nil)
        #expect(policy.token(shown: shown + "x", now: Timestamp(nanoseconds: 0)) == nil)
        #expect(policy.token(shown: "x", now: Timestamp(nanoseconds: 0)) == nil)
    }

    @Test func `a proxy is believed by its address, and gives roles in a known order`() throws {
        var policy = AccessPolicy()
        policy.mode = .proxyHeader
        policy.proxy.addresses = [try #require(AddressRange("10.0.0.0/8"))]
        #expect(policy.trustsHeaders(from: "10.1.1.1"))
        #expect(!policy.trustsHeaders(from: "127.0.0.1"))
        #expect(!policy.trustsHeaders(from: nil))
        policy.proxy.trustsUnixSockets = true
        #expect(policy.trustsHeaders(from: nil))
        policy.users = [.init(name: "anna", password: nil, role: "admin")]
        #expect(policy.role(ofProxied: "anna", offered: ["reader"]) == "admin")
        #expect(policy.role(ofProxied: "berta", offered: ["staff", "reader", "admin"]) == "reader")
        #expect(policy.role(ofProxied: "berta", offered: ["staff"]) == nil)
        policy.proxy.defaultRole = "reader"
        #expect(policy.role(ofProxied: "berta", offered: []) == "reader")
    }
}
