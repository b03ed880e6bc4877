package import TailraceOptions

import TailraceCodec

/// Follows log files: through rotation, truncation and restarts, each line exactly once.
package struct FileInput: Input {
    package static let kind = "file"
    package static var options: [OptionSpec] { FileOptions.specs }

    private let context: InputContext
    let fileOptions: FileOptions
    private let codec: CodecOptions

    package init(options: OptionTable, context: InputContext) throws(OptionProblem) {
        self.fileOptions = try FileOptions(options)
        self.codec = try CodecOptions(options)
        self.context = context
    }

    package func run(into sink: any EventSink) throws {
        let files = SystemFiles()
        let tailer = FileTailer(
            options: self.fileOptions, codec: self.codec, context: self.context, files: files, sink: sink,
            watches: Self.watches(files))
        do throws(SinkClosed) {
            try tailer.run()
        } catch {
            // The relay stops; what it did not take is read again after the next start.
        }
        self.context.status.update { $0.state = .stopped }
    }

    private static func watches(_ files: any FileSystem) -> WatchTable {
        do throws(SystemError) {
            return WatchTable(try FileWatch(), limitation: nil, files: files)
        } catch {
            return WatchTable(
                nil,
                limitation: "inotify is not available (\(error.text)), so files are polled; raise "
                    + "fs.inotify.max_user_instances if that is the limit",
                files: files)
        }
    }

    package func warnings() -> [String] {
        let files = SystemFiles()
        var warnings: [String] = []
        for pattern in self.fileOptions.patterns {
            let walk = GlobWalk([pattern], exclude: self.fileOptions.exclude, files: files)
            for (path, error) in walk.problems.sorted(by: { $0.key < $1.key }) {
                warnings.append(AccessHint.text(path, error, files: files))
            }
            if walk.found.isEmpty && walk.problems.isEmpty { warnings.append("no file matches \(pattern.text) yet") }
            for path in walk.found.prefix(Self.maxProbed) {
                if let warning = Self.warning(path, files) { warnings.append(warning) }
            }
        }
        return warnings
    }

    /// A check before the start must not take long on a huge tree.
    private static let maxProbed = 1_000

    private static func warning(_ path: FilePath, _ files: SystemFiles) -> String? {
        do throws(SystemError) {
            let facts = try files.facts(of: path, followingLinks: true)
            guard facts.kind == .regular else {
                return facts.kind == .directory
                    ? nil : "\(path.text) is a \(facts.kind.rawValue), not a file; it is not read"
            }
            files.close(try files.open(path))
            return nil
        } catch {
            return AccessHint.text(path, error, files: files)
        }
    }
}
