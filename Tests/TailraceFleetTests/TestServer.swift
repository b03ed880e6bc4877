import Foundation
import Testing

/// A real nats-server with JetStream in a folder of its own; it can be killed and started again on the same port.
final class TestServer {
    let folder: URL
    private(set) var port = 0
    private var process: Process?
    private let extra: String

    /// - Parameter configuration: more lines for its file.
    init(configuration extra: String = "") throws {
        self.folder = FileManager.default.temporaryDirectory.appending(path: "nats-\(UUID().uuidString)")
        self.extra = extra
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        try self.start()
    }

    deinit {
        self.kill()
        try? FileManager.default.removeItem(at: self.folder)
    }

    var url: String { "nats://127.0.0.1:\(self.port)" }

    func start() throws {
        let file = self.folder.appending(path: "server.conf")
        let text = """
            listen: "127.0.0.1:\(self.port == 0 ? -1 : self.port)"
            ports_file_dir: "\(self.folder.path)"
            jetstream { store_dir: "\(self.folder.path)/store" }
            \(self.extra)
            """
        try text.write(to: file, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/nats-server")
        process.arguments = ["-c", file.path, "-l", self.folder.appending(path: "log").path]
        try process.run()
        self.process = process
        let ports = self.folder.appending(path: "nats-server_\(process.processIdentifier).ports")
        let deadline = Date.now + 30
        // The file is there once it listens.
        while Date.now < deadline {
            if let data = try? Data(contentsOf: ports), let facts = try? JSONDecoder().decode(Ports.self, from: data),
                let url = facts.nats.first, let port = URL(string: url)?.port
            {
                self.port = port
                return
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        let log = (try? String(contentsOf: self.folder.appending(path: "log"), encoding: .utf8)) ?? ""
        Issue.record("nats-server did not start: \(log)")
    }

    func kill() {
        guard let process else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    private struct Ports: Decodable { var nats: [String] }
}
