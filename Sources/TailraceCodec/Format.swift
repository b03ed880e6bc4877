/// How the lines of a source are understood.
package enum Format: String, Sendable, CaseIterable {
    /// The line is the message; only a time and a level at its start are read.
    case plain
    /// One JSON object per line.
    case json
    /// `key=value key="quoted value"`.
    case logfmt
    /// RFC 5424, or RFC 3164 as programs and rsyslog really write it.
    case syslog
    /// The access logs of Apache and nginx, common and combined.
    case clf
    /// What Kubernetes' container runtimes write around a container's lines.
    case cri
    /// What Docker's `json-file` driver writes around a container's lines.
    case docker
    /// A regular expression of the configuration with named groups.
    case regex
    /// Whichever of them the line proves to be, but for a regular expression; else plain.
    case auto

    /// Whether lines may stand in a container runtime's envelope.
    var unwrapsContainers: Bool {
        switch self {
        case .cri, .docker, .auto: true
        case .plain, .json, .logfmt, .syslog, .clf, .regex: false
        }
    }
}
