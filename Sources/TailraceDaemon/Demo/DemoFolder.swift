internal import Glibc
internal import TailraceOptions

/// A folder of its own for a demonstration: log files, a socket, the relay's log. Removed at the end.
package final class DemoFolder: Sendable {
    package let path: String
    /// What is shown and what not, for people.
    package let notes: [String]
    let readsJournal: Bool

    package init() throws(RelayError) {
        var template = Array("/tmp/tailrace-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw RelayError("cannot make a folder in /tmp: \(String(cString: strerror(errno)))")
        }
        let path = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        self.path = path
        self.readsJournal = ["/var/log/journal", "/run/log/journal"].contains { (folder: String) in
            FileAccess.matches("\(folder)/*/*.journal").contains(where: FileAccess.isReadable)
        }
        self.notes = [
            "Generated traffic goes through \(path)/*.log and the socket \(path)/apps.sock",
            self.readsJournal
                ? "This host's journal is shown as well"
                : "There is no journal that this user can read; it is left out",
        ]
    }

    var accessLog: String { self.path + "/nginx-access.log" }
    var apiLog: String { self.path + "/api.log" }
    var databaseLog: String { self.path + "/postgres.log" }
    var socket: String { self.path + "/apps.sock" }

    package func configuration() -> Configuration {
        var configuration = Configuration(fileName: "demonstration")
        configuration.log.storage = .folder(self.path + "/log")
        configuration.log.maxSize = 256 << 20
        func add(_ name: String, _ kind: String, _ options: [String: OptionValue]) {
            let table = OptionTable(values: options)
            configuration.inputs.append(InputBlock(name: name, kind: kind, table: table, place: table.place))
        }
        add("nginx", "file", ["paths": .strings([self.accessLog]), "from": .string("start")])
        add("api", "file", ["paths": .strings([self.apiLog]), "from": .string("start")])
        add("postgres", "file", ["paths": .strings([self.databaseLog]), "from": .string("start")])
        add("hosts", "unix", ["path": .string(self.socket), "format": .string("syslog")])
        if self.readsJournal { add("journal", "journald", [:]) }
        let place = SourcePlace(file: "demonstration", line: 1, column: 1)
        configuration.routes = [
            RouteBlock(
                name: "errors", filter: FilterText(text: "level>=error", place: place, isVerbatim: false), place: place)
        ]
        return configuration
    }

    package func remove() {
        for name in ["nginx-access.log", "api.log", "postgres.log", "apps.sock"] { unlink(self.path + "/" + name) }
        for name in ["tailrace.db", "tailrace.db-wal", "tailrace.db-shm", "lock"] { unlink(self.path + "/log/" + name) }
        rmdir(self.path + "/log")
        rmdir(self.path)
    }

    /// The usual address, or any free port when that is taken.
    package static func freeAddress() -> String {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(8245).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let isFree = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        return isFree ? "127.0.0.1:8245" : "127.0.0.1:0"
    }

    /// Opens the page where there is a desktop to open it on.
    package static func openPage(_ address: String?) {
        guard let address, getenv("DISPLAY") != nil || getenv("WAYLAND_DISPLAY") != nil else { return }
        var process = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("xdg-open"), strdup(address + "/"), nil]
        defer { for argument in arguments { free(argument) } }
        _ = posix_spawnp(&process, "xdg-open", nil, nil, &arguments, environ)
    }
}
