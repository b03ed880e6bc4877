"""A Debian that boots for a test: systemd as the first process, on a copy of this machine's file system that is thrown
away. Nothing outside of it is written."""

import json
import os
import shutil
import subprocess
from pathlib import Path

# Boots into the script alone, not into what this machine would start.
_UNIT = """
[Unit]
Requires=basic.target systemd-journald.service
After=basic.target systemd-journald.service
SuccessAction=exit-force
FailureAction=exit-force

[Service]
Type=oneshot
ExecStart=/usr/bin/python3 /drive.py
StandardOutput=file:/drive.out
StandardError=file:/drive.err
TimeoutStartSec=240
"""

_BOOT = """
set -e
mount -t tmpfs -o mode=755,size=2g tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/root"
cp -R "$2/." "$1/root/"
# A machine that starts what is installed, and has no relay yet.
rm -rf "$1/root/usr/sbin/policy-rc.d" "$1/root/var/log/journal" "$1/root/etc/tailrace" "$1/root/var/lib/tailrace"
systemd-nspawn --quiet --register=no --keep-unit --directory="$1/root" --link-journal=no --resolv-conf=off \\
    --timezone=off --private-network --console=read-only --boot systemd.unit=drive.service \\
    >"$2/console" 2>&1 </dev/null || true
cp "$1/root/drive.out" "$1/root/drive.err" "$2/"
"""


def whats_missing() -> str | None:
    """Why nothing can be booted here."""
    if os.geteuid() != 0:
        return "needs root"
    if shutil.which("systemd-nspawn") is None:
        return "needs systemd-nspawn (systemd-container)"
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True).returncode != 0:
        return "needs namespaces"
    return None


def drive(folder: Path, script: Path, files: dict[str, Path]) -> list[dict]:
    """Boots, runs the script as root, and gives the objects that it printed, one in a line.

    `files` are put into the system, by their path there.
    """
    inside = folder / "inside"
    unit = inside / "etc/systemd/system/drive.service"
    unit.parent.mkdir(parents=True)
    unit.write_text(_UNIT)
    for place, source in {"/drive.py": script, **files}.items():
        target = inside / place.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    (folder / "mount").mkdir()
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _BOOT, "sh", folder / "mount", inside]
    subprocess.run(command, check=True, timeout=300)
    printed = [json.loads(line) for line in (inside / "drive.out").read_text().splitlines()]
    said = (inside / "drive.err").read_text()
    assert printed and printed[-1] == {"step": "end"}, f"the script stopped before its end: {printed}\n{said}"
    return printed
