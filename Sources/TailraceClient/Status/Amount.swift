/// Numbers for people.
enum Amount {
    /// `1.5 MiB`
    static func bytes(_ count: UInt64) -> String {
        var value = Double(count)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 1000 { return unit == "B" ? "\(count) B" : "\(Self.short(value)) \(unit)" }
            value /= 1024
        }
        return "\(Self.short(value)) TiB"
    }

    /// `12/s`; with one digit behind the point where it is small.
    static func rate(_ perSecond: Double) -> String { "\(Self.short(perSecond))/s" }

    /// `3d 4h`, `5m 2s`
    static func span(seconds: Double) -> String {
        let total = Int(max(0, min(seconds, 1e12)))
        switch total {
        case ..<60: return "\(total)s"
        case ..<3600: return "\(total / 60)m \(total % 60)s"
        case ..<86_400: return "\(total / 3600)h \(total / 60 % 60)m"
        default: return "\(total / 86_400)d \(total / 3600 % 24)h"
        }
    }

    private static func short(_ value: Double) -> String {
        if value >= 10 || value == value.rounded() { return String(Int(value.rounded())) }
        return String((value * 10).rounded() / 10)
    }
}
