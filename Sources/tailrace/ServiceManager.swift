import CSystemd

/// What systemd is told (`sd_notify(3)`); nothing happens when it did not start us.
enum ServiceManager {
    static func ready() { sd_notify(0, "READY=1") }
    static func stopping() { sd_notify(0, "STOPPING=1") }
}
