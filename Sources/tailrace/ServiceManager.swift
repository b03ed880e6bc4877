import CSystemd
import Glibc
import TailraceDaemon

/// What systemd is told (`sd_notify(3)`); nothing happens when it did not start us.
enum ServiceManager {
    static func ready() { sd_notify(0, "READY=1") }
    static func stopping() { sd_notify(0, "STOPPING=1") }

    /// With the time, which `Type=notify-reload` compares with that of its signal.
    static func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        sd_notify(0, "RELOADING=1\nMONOTONIC_USEC=\(time.tv_sec * 1_000_000 + time.tv_nsec / 1000)")
    }

    /// The relay runs on in any case; `systemctl status` shows what became of the reload.
    static func reloaded(_ outcome: ReloadOutcome) {
        let status = outcome.summary.split(separator: "\n").joined(separator: " ")
        sd_notify(0, "READY=1\nSTATUS=\(status)")
    }
}
