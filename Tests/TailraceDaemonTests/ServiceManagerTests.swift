import Glibc
import Testing

@testable import TailraceDaemon

@Suite(.timeLimit(.minutes(5)))
struct ServiceManagerTests {
    private static func manager(_ variables: [String: String]) -> ServiceManager {
        ServiceManager { variables[$0] }
    }

    @Test func `systemd is told of the start, a reload, the end, and why`() throws {
        let end = try NotifyEnd()
        let manager = Self.manager(["NOTIFY_SOCKET": end.name])
        manager.ready("Serves here")
        #expect(end.next(milliseconds: 5000) == ["READY=1", "STATUS=Serves here"])
        manager.reloading()
        let reload = try #require(end.next(milliseconds: 5000))
        #expect(reload[0] == "RELOADING=1" && reload[1].hasPrefix("MONOTONIC_USEC="))
        manager.status("a\nREADY=1")
        #expect(end.next(milliseconds: 5000) == ["STATUS=a READY=1"])
        manager.alive()
        #expect(end.next(milliseconds: 5000) == ["WATCHDOG=1"])
        manager.stopping()
        #expect(end.next(milliseconds: 5000)?.first == "STOPPING=1")
    }

    @Test func `a socket in a folder is as good as a name without a file`() throws {
        var folder = Array("/tmp/tailrace-notify-XXXXXX".utf8CString)
        try #require(mkdtemp(&folder) != nil)
        let path = String(decoding: folder.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) + "/n"
        defer {
            unlink(path)
            rmdir(String(path.dropLast(2)))
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        Self.manager(["NOTIFY_SOCKET": path]).alive()
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        #expect(count == 10 && bytes.starts(with: Array("WATCHDOG=1".utf8)))
    }

    @Test(arguments: ["", "@", "/", "relative", "vsock:2:1", "/no/such/socket", "/dev/null", "/proc/self/mem"])
    func `G11 a NOTIFY_SOCKET that is none is ignored`(place: String) {
        let manager = Self.manager(["NOTIFY_SOCKET": place, "WATCHDOG_USEC": "3000000"])
        manager.ready("x")
        manager.stopping()
    }

    @Test func `G11 a NOTIFY_SOCKET longer than a socket's path can be is ignored`() {
        let manager = Self.manager([
            "NOTIFY_SOCKET": "/" + String(repeating: "a", count: 5000), "WATCHDOG_USEC": "3000000",
        ])
        manager.ready("x")
        #expect(manager.watchdogInterval == nil)
    }

    @Test func `G11 a NOTIFY_SOCKET that nobody reads holds nothing up`() throws {
        let end = try NotifyEnd()
        let manager = Self.manager(["NOTIFY_SOCKET": end.name])
        for _ in 0..<10_000 { manager.alive() }
        #expect(end.next(milliseconds: 5000) == ["WATCHDOG=1"])
    }

    @Test func `the watchdog's time is believed only as far as it makes sense`() {
        func interval(_ microseconds: String?, process: String? = nil) -> Duration? {
            var variables = ["NOTIFY_SOCKET": "@tailrace-nobody"]
            variables["WATCHDOG_USEC"] = microseconds
            variables["WATCHDOG_PID"] = process
            return Self.manager(variables).watchdogInterval
        }
        #expect(interval("30000000") == .seconds(30))
        #expect(interval("30000000", process: "\(getpid())") == .seconds(30))
        // G11: meant for another process, or for nobody.
        #expect(interval("30000000", process: "1") == nil && interval("30000000", process: "x") == nil)
        for text in ["", "0", "-1", "5", "x", "30s", "99999999999999999999999"] { #expect(interval(text) == nil) }
        #expect(interval(nil) == nil)
        #expect(Self.manager(["WATCHDOG_USEC": "30000000"]).watchdogInterval == nil)
    }
}
