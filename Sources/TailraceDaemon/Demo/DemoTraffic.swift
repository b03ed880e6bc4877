internal import Glibc
internal import TailraceEvent
internal import TailraceInput

/// Writes what a small shop's hosts would log: requests, API calls, queries, logins, with quiet stretches, bursts and
/// the incident that follows a slow database.
package final class DemoTraffic: Sendable {
    private static let ticksPerSecond = 20

    private let folder: DemoFolder
    private let linesPerSecond: Int
    private let stopSignal = StopSignal()

    package init(folder: DemoFolder, linesPerSecond: Int) {
        self.folder = folder
        self.linesPerSecond = linesPerSecond
    }

    package func start() {
        _ = RelayThread("demo traffic") { self.run() }
    }

    package func stop() { self.stopSignal.stop() }

    private func run() {
        var lines = DemoLines()
        let files = [self.folder.accessLog, self.folder.apiLog, self.folder.databaseLog].map { (path: String) in
            open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        }
        var socket = DemoSocket(path: self.folder.socket)
        var debt = 0.0
        var tick = 0
        while !self.stopSignal.wait(milliseconds: Int32(1000 / Self.ticksPerSecond)) {
            lines.advance()
            tick += 1
            debt += Double(self.linesPerSecond) / Double(Self.ticksPerSecond) * Self.load(tick)
            while debt >= 1 {
                debt -= 1
                let line = lines.next()
                switch line.target {
                case .access: Self.write(line.text, to: files[0])
                case .api: Self.write(line.text, to: files[1])
                case .database: Self.write(line.text, to: files[2])
                case .socket: socket.write(line.text)
                }
            }
        }
        for file in files { close(file) }
    }

    /// Load over time: a slow swell, and every 40 s a burst of three seconds.
    private static func load(_ tick: Int) -> Double {
        let second = tick / Self.ticksPerSecond % 40
        if (30..<33).contains(second) { return 4 }
        return second < 5 ? 0.4 : 1
    }

    private static func write(_ text: String, to file: Int32) {
        let line = Array((text + "\n").utf8)
        _ = Glibc.write(file, line, line.count)
    }
}

/// A sender on the Unix socket that connects when it can.
private struct DemoSocket {
    private let path: String
    private var descriptor: Int32 = -1

    init(path: String) { self.path = path }

    mutating func write(_ text: String) {
        if self.descriptor < 0 { self.connect() }
        guard self.descriptor >= 0 else { return }
        let line = Array((text + "\n").utf8)
        let sent = send(self.descriptor, line, line.count, Int32(MSG_NOSIGNAL))
        guard sent < 0 else { return }
        close(self.descriptor)
        self.descriptor = -1
    }

    private mutating func connect() {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: self.path.utf8.prefix(107)) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if status == 0 { self.descriptor = descriptor } else { close(descriptor) }
    }
}
