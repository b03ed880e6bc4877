import TailraceEvent

/// How journal fields are called in events; systemd.journal-fields(7) says what they mean.
///
/// | journal | event |
/// |---|---|
/// | `MESSAGE` | the message; more of them: `fields.message`, a list |
/// | `PRIORITY` | the level: 0 emergency, 1 alert, 2 critical, 3 error, 4 warn, 5 notice, 6 info, 7 debug |
/// | `_SOURCE_REALTIME_TIMESTAMP` | the time; without it the time at which journald got the entry |
/// | `_HOSTNAME` | `host` of the event, and `hostname` |
/// | `_SYSTEMD_UNIT` | `unit` |
/// | `_SYSTEMD_USER_UNIT` | `user_unit` |
/// | `_SYSTEMD_INVOCATION_ID` | `invocation` |
/// | `_BOOT_ID` | `boot` |
/// | `SYSLOG_IDENTIFIER` | `identifier` |
/// | `UNIT`, `USER_UNIT` | `about_unit`, `about_user_unit`: the unit that systemd speaks of |
/// | `_PID _UID _GID SYSLOG_PID OBJECT_PID OBJECT_UID OBJECT_GID` | `pid uid gid syslog_pid …`, a number |
/// | `TID ERRNO CODE_LINE N_DROPPED _AUDIT_SESSION _AUDIT_LOGINUID` | `tid errno …`, a number |
/// | any other | the name in lower case, without the leading underscore; text |
///
/// Only journald sets names that begin with an underscore. A client's field that would take the event name of such a
/// one, or of a field that the relay makes, gets `_untrusted` behind it: `PID=1` becomes `pid_untrusted`. Repeated
/// fields become lists. Values that are not UTF-8 are repaired, and exact in base64 beside: `raw_base64` for the
/// message, `<name>_base64` for others.
enum JournalFieldName {
    /// What a field is for the event, beside being one of its fields.
    enum Role: Int, Sendable, CaseIterable {
        case none
        case message
        case priority
        case sourceTime
        case host
        case machine
        case boot
        case unit
        case pid
        case stream
        case transport
        case identifier
        case messageID
        case dropped
        case objectUnit

        /// It is in the event itself and no field of it.
        var isEventPart: Bool { self == .message || self == .priority || self == .sourceTime }
    }

    private static let roles: [String: Role] = [
        "MESSAGE": .message, "PRIORITY": .priority, "_SOURCE_REALTIME_TIMESTAMP": .sourceTime, "_HOSTNAME": .host,
        "_MACHINE_ID": .machine, "_BOOT_ID": .boot, "_SYSTEMD_UNIT": .unit, "_PID": .pid, "_STREAM_ID": .stream,
        "_TRANSPORT": .transport, "SYSLOG_IDENTIFIER": .identifier, "MESSAGE_ID": .messageID, "N_DROPPED": .dropped,
        "OBJECT_SYSTEMD_UNIT": .objectUnit,
    ]

    static func role(_ name: [UInt8]) -> Role { self.roles[String(decoding: name, as: UTF8.self)] ?? .none }

    static func isNumber(_ name: [UInt8]) -> Bool { self.numbers.contains(String(decoding: name, as: UTF8.self)) }

    /// The JSON key, without quotes; needs no escaping.
    static func key(_ name: [UInt8]) -> [UInt8] {
        if let renamed = Self.renamed[String(decoding: name, as: UTF8.self)] { return Array(renamed.utf8) }
        let isTrusted = name.first == UInt8(ascii: "_")
        var key = (isTrusted ? name.dropFirst() : name[...]).map { Self.lowered($0) }
        if !isTrusted, Self.reserved.contains(String(decoding: key, as: UTF8.self)) {
            key.append("_untrusted")
        }
        return key
    }

    /// Journald takes only capitals, digits and underscores; a damaged or foreign file may hold anything.
    private static func lowered(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
    }

    private static let renamed = [
        "_SYSTEMD_UNIT": "unit",
        "_SYSTEMD_USER_UNIT": "user_unit",
        "_SYSTEMD_INVOCATION_ID": "invocation",
        "_BOOT_ID": "boot",
        "SYSLOG_IDENTIFIER": "identifier",
        "UNIT": "about_unit",
        "USER_UNIT": "about_user_unit",
    ]

    private static let numbers: Set<String> = [
        "_PID", "_UID", "_GID", "SYSLOG_PID", "OBJECT_PID", "OBJECT_UID", "OBJECT_GID", "TID", "ERRNO", "CODE_LINE",
        "N_DROPPED", "_AUDIT_SESSION", "_AUDIT_LOGINUID",
    ]

    /// Event names that a client's field can't have: those of journald's own fields and of the relay's.
    private static let reserved: Set<String> = [
        "unit", "user_unit", "invocation", "boot", "identifier", "about_unit", "about_user_unit", "pid", "uid", "gid",
        "comm", "exe", "cmdline", "cap_effective", "audit_session", "audit_loginuid", "systemd_cgroup",
        "systemd_slice", "systemd_user_slice", "systemd_session", "systemd_owner_uid", "selinux_context",
        "machine_id", "hostname", "transport", "stream_id", "line_break", "namespace", "runtime_scope",
        "kernel_device", "kernel_subsystem", "udev_sysname", "udev_devnode", "udev_devlink",
        "source_boottime_timestamp", "source_monotonic_timestamp", "source_realtime_timestamp",
        "gap", "lines", "mark", "raw_base64", "truncated_bytes", "boot_mark", "line_seqnums", "seqnum_id", "join_part",
        "join_cut",
    ]
}
