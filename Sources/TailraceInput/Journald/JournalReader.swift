import CSystemd
import Glibc

/// The process that reads the journal for the relay: the relay's own binary, started as `tailrace journal-reader …`.
///
/// libsystemd maps journal files into memory, so a file that is cut short or damaged can end the process that reads it.
/// That process is this one; the relay starts another.
package enum JournalReader {
    /// The first argument that says so; the executable looks for it before it reads its command line.
    package static let command = JournalReaderArguments.command

    /// Reads until the relay is gone.
    ///
    /// - Parameter arguments: the words after `journal-reader`.
    /// - Returns: the exit status, 2 for arguments that make no sense.
    package static func main(arguments: [String]) -> Int32 {
        guard let arguments = JournalReaderArguments(words: arguments) else {
            let text = "tailrace \(Self.command) is for the relay's own use\n"
            _ = write(STDERR_FILENO, text, text.utf8.count)
            return 2
        }
        // A write to a relay that is gone must come back as an error.
        signal(SIGPIPE, SIG_IGN)
        Self.closeInherited()
        Self.nameProcess()
        var follower = JournalFollower(arguments)
        follower.run()
        return 0
    }

    /// Libraries in the relay may leave descriptors open over `exec`; the reader must not hold the relay's sockets and
    /// files.
    private static func closeInherited() {
        for number in JournalLeftOut.names(in: "/proc/self/fd").compactMap({ Int32($0) }) where number > STDERR_FILENO {
            close(number)
        }
    }

    /// `/proc/self/exe` would otherwise show as `exe` in process lists.
    private static func nameProcess() {
        let number = open("/proc/self/comm", O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { return }
        let file = OwnedDescriptor(number)
        _ = write(file.number, "tailrace-reader", 15)
    }
}
