internal import TailraceHub

/// Prometheus text being written.
struct MetricsPage {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var text: [UInt8] = []

    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.family(name, kind, help, [([:], value)])
    }

    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ samples: [([String: String], Double)]) {
        guard !samples.isEmpty else { return }
        self.head(name, kind, help)
        for (labels, value) in samples { self.sample(name, labels, value) }
    }

    /// Buckets count what took no longer than their bound, so each has those before it.
    mutating func histogram(
        _ name: String, _ help: String, bounds: [Double], _ observed: LatencyHistogram.Snapshot
    ) {
        self.head(name, .histogram, help)
        var count = 0
        for (bound, own) in zip(bounds.map(Self.shown) + ["+Inf"], observed.counts) {
            count += own
            self.sample("\(name)_bucket", ["le": bound], Double(count))
        }
        self.sample("\(name)_sum", [:], observed.seconds)
        self.sample("\(name)_count", [:], Double(count))
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        self.text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n".utf8
    }

    private mutating func sample(_ name: String, _ labels: [String: String], _ value: Double) {
        let list = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
        let suffix = list.isEmpty ? "" : "{\(list.joined(separator: ","))}"
        self.text += "\(name)\(suffix) \(Self.shown(value))\n".utf8
    }

    private static func shown(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for character in value {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
