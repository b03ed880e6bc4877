import CLinux
import Glibc

/// How a command ended.
enum ExecEnd: Sendable, Hashable, CustomStringConvertible {
    case exit(Int32)
    case signal(Int32)
    /// It never ran; the error number says why.
    case notStarted(Int32)
    /// Its keeper went first.
    case unknown

    var isFailure: Bool { self != .exit(0) }

    /// From what `waitpid` says.
    init(waitStatus status: Int32) {
        // wait(2): the low seven bits are the signal, the next byte the exit status.
        self = status & 0x7f == 0 ? .exit(status >> 8 & 0xff) : .signal(status & 0x7f)
    }

    var description: String {
        switch self {
        case .exit(let status): "ended with status \(status)"
        case .signal(SIGKILL): "was killed (SIGKILL), by hand or because memory ran out"
        case .signal(let number):
            "was ended by signal \(number) (\(strsignal(number).map { String(cString: $0) } ?? "?"))"
        case .notStarted(let code): "could not be started: \(SystemRefusal.text(code))"
        case .unknown: "ended with its keeper, nobody knows how"
        }
    }
}
