internal import TailraceEvent

/// Lines of a small shop: a web server, an API, a database and hosts, tied together by request ids and by an incident
/// that comes and goes.
struct DemoLines {
    enum Target { case access, api, database, socket }

    private static let paths = [
        "/", "/cart", "/cart/items", "/checkout", "/search?q=lamp", "/api/v1/items/4711", "/api/v1/orders", "/login",
        "/static/app.css", "/static/app.js", "/images/hero.webp", "/healthz",
    ]
    private static let agents = [
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15",
        "curl/8.11.0", "Prometheus/3.1.0",
    ]
    private static let users = ["root", "admin", "deploy", "git", "oracle", "test", "ubuntu"]
    private static let tables = ["orders", "items", "carts", "sessions", "payments"]

    private var now = Timestamp.now()
    private var started = Timestamp.now()

    mutating func advance() { self.now = .now() }

    /// Every 90 s the database is slow for 15.
    private var isIncident: Bool {
        let second = (self.now.nanoseconds - self.started.nanoseconds) / 1_000_000_000 % 90
        return (50..<65).contains(second)
    }

    mutating func next() -> (target: Target, text: String) {
        switch Int.random(in: 0..<100) {
        case ..<45: (.access, self.access())
        case ..<75: (.api, self.api())
        case ..<88: (.database, self.database())
        default: (.socket, self.host())
        }
    }

    private func address() -> String {
        "\(Int.random(in: 11...222)).\(Int.random(in: 0...255)).\(Int.random(in: 0...255)).\(Int.random(in: 1...254))"
    }

    private func access() -> String {
        let path = Self.paths.randomElement() ?? "/"
        let status = self.isIncident && Int.random(in: 0..<3) == 0 ? 502 : Int.random(in: 0..<40) == 0 ? 404 : 200
        let agent = Self.agents.randomElement() ?? "-"
        return
            "\(self.address()) - - [\(self.clfTime)] \"GET \(path) HTTP/1.1\" \(status) "
            + "\(Int.random(in: 180...48_000)) \"-\" \"\(agent)\""
    }

    private func api() -> String {
        let slow = self.isIncident && Bool.random()
        let duration = slow ? Int.random(in: 900...5000) : Int.random(in: 3...180)
        let level = slow ? (Bool.random() ? "error" : "warn") : Int.random(in: 0..<12) == 0 ? "debug" : "info"
        let message =
            slow ? (level == "error" ? "upstream timed out" : "query was slow") : "request handled"
        let path = Self.paths.randomElement() ?? "/"
        return
            "{\"time\":\"\(self.now.rfc3339)\",\"level\":\"\(level)\",\"msg\":\"\(message)\",\"path\":\"\(path)\","
            + "\"status\":\(level == "error" ? 504 : 200),\"duration_ms\":\(duration),\"trace\":\"\(self.trace)\","
            + "\"user\":{\"id\":\(Int.random(in: 1...9000)),\"plan\":\"\(Bool.random() ? "pro" : "free")\"}}"
    }

    private func database() -> String {
        let table = Self.tables.randomElement() ?? "orders"
        if self.isIncident, Int.random(in: 0..<3) == 0 {
            return
                "\(self.plainTime) UTC [\(Int.random(in: 300...900))] ERROR:  "
                + "canceling statement due to lock timeout on relation \"\(table)\""
        }
        return
            "\(self.plainTime) UTC [\(Int.random(in: 300...900))] LOG:  "
            + "duration: \(Int.random(in: 1...400)).\(Int.random(in: 100...999)) ms  "
            + "statement: SELECT * FROM \(table) WHERE id = \(Int.random(in: 1...99_999))"
    }

    private func host() -> String {
        let user = Self.users.randomElement() ?? "root"
        let pid = Int.random(in: 800...32_000)
        switch Int.random(in: 0..<10) {
        case ..<6:
            return
                "<86>1 \(self.now.rfc3339) web-1 sshd \(pid) - - "
                + "Failed password for invalid user \(user) from \(self.address()) "
                + "port \(Int.random(in: 1024...65_000)) ssh2"
        case ..<8:
            return "<78>1 \(self.now.rfc3339) web-1 CRON \(pid) - - (root) CMD (run-parts --report /etc/cron.hourly)"
        case 8:
            return
                "<4>1 \(self.now.rfc3339) web-2 kernel - - - [UFW BLOCK] "
                + "IN=eth0 OUT= SRC=\(self.address()) DST=10.0.0.4 PROTO=TCP DPT=\(Int.random(in: 20...9000))"
        default:
            return
                "<3>1 \(self.now.rfc3339) web-2 systemd 1 - - worker@\(Int.random(in: 1...4)).service: "
                + "Main process exited, code=exited, status=1/FAILURE"
        }
    }

    private var trace: String { String(UInt64.random(in: 0...UInt64.max), radix: 16) }

    private var plainTime: String {
        let text = Timestamp(nanoseconds: self.now.nanoseconds / 1_000_000 * 1_000_000).rfc3339.dropLast()
        return String(text).replacingT()
    }

    private var clfTime: String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let text = Array(self.now.rfc3339)
        let month = months[(Int(String(text[5..<7])) ?? 1) - 1]
        return "\(String(text[8..<10]))/\(month)/\(String(text[0..<4])):\(String(text[11..<19])) +0000"
    }
}

extension String {
    fileprivate func replacingT() -> String { String(self.map { $0 == "T" ? " " : $0 }) }
}
