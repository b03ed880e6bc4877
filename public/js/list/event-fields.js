// The fields of an event by name, as text. Pure.

import { ExactNumber } from "../session/protocol.js";

/** Fields that say where a line came from rather than what happened: in the details, not in the tail. */
const QUIET_FIELDS = new Set([
    "file", "offset", "raw", "raw_base64", "lines", "line_offsets", "join_cut", "join_part", "truncated_bytes", "identifier", "pid", "line_pid", "unit", "transport",
    "priority", "facility", "boot_id", "machine_id", "hostname", "runtime_scope", "uid", "gid", "comm", "exe",
    "cmdline", "cap_effective", "invocation_id", "invocation", "boot", "selinux_context", "audit_session",
    "audit_loginuid", "source_realtime_timestamp", "timestamp", "stream_id", "cgroup", "slice", "session",
    "owner_uid", "user_unit", "user_slice", "code_file", "code_line", "code_func", "message_id", "tid", "job_id",
    "job_type", "job_result", "cpu_usage_nsec", "peer_uid", "peer_gid", "peer_pid",
]);
const QUIET_PREFIXES = ["syslog_", "systemd_", "kernel_", "udev_"];

/** Names that an event has beside its `fields`. */
export const OWN_FIELDS = ["level", "source", "host"];

/** Names that mean something of the event itself in a filter. */
const TAKEN = new Set([...OWN_FIELDS, "stream", "msg", "seq", "time", "late", "_HOSTNAME", "MESSAGE"]);

/** What a member of the fields is called in a filter: with a dot if the event itself has the name. */
export function memberName(key) {
    return TAKEN.has(key) ? `.${key}` : key;
}

/** Nested fields by their dotted names: [["error.code", "ETIMEDOUT"], …]; arrays stay one value. */
export function flatten(fields, prefix = "") {
    return Object.entries(fields ?? {}).flatMap(([key, value]) => {
        return isTree(value) ? flatten(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]];
    });
}

/** A field's value as text, without quotes. */
export function valueText(value) {
    if (typeof value === "string") return value;
    if (value instanceof ExactNumber) return value.digits;
    return JSON.stringify(value, (_, inner) => (inner instanceof ExactNumber ? inner.digits : inner));
}

export function isTree(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

export function isQuiet(name) {
    return QUIET_FIELDS.has(name) || QUIET_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** The value of a name as filters write it; undefined if the event does not have it. */
export function fieldOf(event, name) {
    if (name.startsWith(".")) return memberOf(event, name.slice(1));
    return OWN_FIELDS.includes(name) ? event[name] : memberOf(event, name);
}

function memberOf(event, name) {
    if (Object.hasOwn(event.fields ?? {}, name)) return event.fields[name];
    return name.split(".").reduce((tree, key) => (isTree(tree) ? tree[key] : undefined), event.fields);
}
