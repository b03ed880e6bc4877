import Foundation
import TailraceDaemon
import TailraceOptions
import Testing

struct ConfigurationEmbeddedDefaultTests {
    @Test func `logs and journal that can be read are taken`() throws {
        let root = try ScratchFolder()
        _ = try root.write("x", to: "log/app.log")
        _ = try root.write("x", to: "log/web/access.log")
        _ = try root.write("x", to: "log/other.gz")
        _ = try root.write("x", to: "journal/abc/system.journal")
        var host = HostFacts(isRoot: false, home: root.path + "/home")
        host.logFolder = root.path + "/log"
        host.journalFolders = [root.path + "/journal"]
        let result = Configuration.embeddedDefault(for: host)
        #expect(result.configuration.inputs.map(\.kind) == ["journald", "file", "unix"])
        #expect(result.configuration.log.storage == .folder(root.path + "/home/.local/state/tailrace"))
        #expect(result.configuration.server.listen == [.tcp(host: "127.0.0.1", port: 8245)])
        #expect(result.notes.contains { $0.hasPrefix("2 files of \(root.path)/log are followed") })
        let state = root.path + "/home/.local/state/tailrace"
        #expect(result.folders == [state])
        #expect(result.makeFolders().isEmpty && result.makeFolders().isEmpty)
        #expect(try FileManager.default.attributesOfItem(atPath: state)[.posixPermissions] as? Int == 0o700)
    }

    @Test func `what is not there is said`() throws {
        let root = try ScratchFolder()
        var host = HostFacts(isRoot: false, home: nil)
        host.logFolder = root.path + "/none"
        host.journalFolders = [root.path + "/none"]
        let result = Configuration.embeddedDefault(for: host)
        #expect(result.configuration.inputs.isEmpty)
        #expect(result.configuration.log.storage == .memory)
        #expect(result.notes.count == 4, "\(result.notes)")
        #expect(result.folders.isEmpty)
    }

    @Test func `the user's folders are honoured, for root too`() throws {
        let root = try ScratchFolder()
        let host = HostFacts(isRoot: true, home: "/root", stateHome: root.path + "/state", runtimeFolder: root.path)
        let result = Configuration.embeddedDefault(for: host)
        #expect(result.configuration.log.storage == .folder(root.path + "/state/tailrace"))
        let socket = result.configuration.inputs.first { $0.kind == "unix" }
        #expect(socket?.table.string("path") == root.path + "/tailrace/apps.sock")
    }

    @Test func `a state folder that cannot be made leaves the log in memory and says why`() throws {
        let root = try ScratchFolder()
        let file = try root.write("x", to: "file")
        let host = HostFacts(isRoot: false, home: file)
        let result = Configuration.embeddedDefault(for: host)
        #expect(result.configuration.log.storage == .memory)
        #expect(result.notes.contains { $0.contains("in memory only") && $0.contains(file) }, "\(result.notes)")
    }
}
