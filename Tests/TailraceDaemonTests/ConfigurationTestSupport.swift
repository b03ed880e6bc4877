import Foundation
import TailraceDaemon
import TailraceOptions
import Testing

/// Configurations written in the tests.
enum SampleConfiguration {
    /// Kinds of inputs made up for these tests, so that they hold whatever the real ones take.
    static let kinds = [
        InputKind(
            name: "file",
            options: [
                OptionSpec("paths", .strings, required: true, "Globs."),
                OptionSpec("max_line", .size, default: "\"256KiB\"", "Longest line."),
                OptionSpec("format", .choice(["plain", "json", "auto"]), default: "\"auto\"", "Format."),
                OptionSpec("multiline", .table([OptionSpec("start", .string, required: true, "Start.")]), "Joins."),
            ]),
        InputKind(name: "journald", options: [OptionSpec("since", .duration, "First start.")]),
        InputKind(name: "unix", options: [OptionSpec("path", .string, required: true, "Socket.")]),
    ]

    /// Reads a text as `tailrace.toml`.
    static func parse(_ text: String, environment: [String: String] = [:]) throws -> Configuration {
        try Configuration.parse(text, file: "tailrace.toml", inputKinds: Self.kinds, environment: environment)
    }

    /// The lines that a wrong text is answered with.
    static func problems(_ text: String, environment: [String: String] = [:]) -> [String] {
        do {
            _ = try Self.parse(text, environment: environment)
            return []
        } catch let error as ConfigurationError {
            return error.description.split(separator: "\n").map(String.init)
        } catch {
            return ["another error: \(error)"]
        }
    }
}

/// A folder of its own that is removed at the end.
final class ScratchFolder {
    let path: String

    init() throws {
        self.path = FileManager.default.temporaryDirectory.path + "/tailrace-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    func write(_ text: String, to name: String) throws -> String {
        let file = self.path + "/" + name
        let folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        return file
    }
}
