import CLinux
import Glibc

/// Listening sockets that whoever started the relay made for it, sd_listen_fds(3): systemd's `.socket` units.
///
/// They are open before the relay runs and stay so when it stops, so a sender is never refused over a restart, and what
/// it sends meanwhile waits in the kernel.
package struct HandedSockets: Sendable {
    private let numbersByName: [String: [Int32]]

    /// Those of this process. The first use must come before any other program is started: until then they would be
    /// inherited.
    package static let ofThisProcess = HandedSockets(
        count: Self.variable("LISTEN_FDS"), names: Self.variable("LISTEN_FDNAMES"),
        process: Self.variable("LISTEN_PID"))

    package static let none = HandedSockets(count: nil, names: nil, process: nil)

    /// The first descriptor behind the standard ones, `SD_LISTEN_FDS_START`.
    private static let first: Int32 = 3
    /// More than any unit has sockets: a number beyond is a mistake.
    private static let maxCount: Int32 = 4096

    /// - Parameters:
    ///   - count: how many there are, from 3 on.
    ///   - names: their names with colons between them, `FileDescriptorName=`.
    ///   - process: the number of the process that they are for.
    package init(count: String?, names: String?, process: String?) {
        var numbers: [String: [Int32]] = [:]
        let isOurs = process.flatMap { pid_t($0) } == getpid()
        if isOurs, let count = count.flatMap({ Int32($0) }), count > 0, count < Self.maxCount {
            let names = names?.split(separator: ":", omittingEmptySubsequences: false).map(String.init) ?? []
            for offset in 0..<count {
                let number = Self.first + offset
                _ = fcntl(number, F_SETFD, FD_CLOEXEC)
                numbers[Int(offset) < names.count ? names[Int(offset)] : "unknown", default: []].append(number)
            }
        }
        self.numbersByName = numbers
    }

    /// For tests: descriptors that stand for handed over ones.
    package init(_ numbersByName: [String: [Int32]]) { self.numbersByName = numbersByName }

    /// What was handed over under this name. The descriptors stay open as long as the process runs; copy them to use
    /// them.
    package func descriptors(named name: String) -> [Int32] { self.numbersByName[name] ?? [] }

    package var names: [String] { self.numbersByName.keys.sorted() }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
