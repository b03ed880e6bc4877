"""What befalls log files: volumes that come back, names that bite, rotation without end."""

import os
import subprocess
import time
from pathlib import Path

from harness.inputs import append, file_input
from harness.waiting import eventually

TICKS = os.sysconf("SC_CLK_TCK")


def messages(one) -> list[str]:
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        return [event["message"] for event in lines.until("live") if "type" not in event]


def cpu_seconds(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


class Volume:
    """An ext4 file system in a file, mounted for one command at a time."""

    def __init__(self, home: Path):
        self.image, self.place = home / "image", home / "volume"
        self.place.mkdir()
        with open(self.image, "wb") as file:
            file.truncate(8 << 20)
        subprocess.run(["mkfs.ext4", "-q", str(self.image)], check=True)

    @property
    def mounted(self) -> list[str]:
        """What to put before a command that is to see the volume."""
        script = 'mount -o loop "$0" "$1" && shift && exec "$@"'
        return ["unshare", "-m", "sh", "-c", script, str(self.image), str(self.place)]

    def run(self, script: str) -> str:
        command = self.mounted + ["sh", "-c", f"cd '{self.place}' && {script}"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_f29_a_volume_that_is_mounted_again_as_another_device_is_read_on(relay, mounts, tmp_path):
    volume = Volume(tmp_path)
    volume.run("echo one >app.log; echo two >>app.log")
    one = relay(file_input(path=f"{volume.place}/*.log"), home=tmp_path / "relay", prefix=volume.mounted)
    one.wait_head(2)
    one.stop()
    before = volume.run("echo three >>app.log; stat -c %d app.log")
    # The first free loop device goes to somebody else.
    other = tmp_path / "other"
    other.write_bytes(bytes(1 << 20))
    device = subprocess.run(["losetup", "--find", "--show", str(other)], check=True, capture_output=True, text=True)
    try:
        after = volume.run("stat -c %d app.log; echo four >>app.log")
        one.start()
        one.wait_head(4)
        assert messages(one) == ["one", "two", "three", "four"]
        assert before != after
        one.stop()
    finally:
        subprocess.run(["losetup", "--detach", device.stdout.strip()], check=True)


def test_f29_what_can_not_be_written_is_still_read(relay, mounts, tmp_path):
    volume = Volume(tmp_path)
    volume.run("echo one >app.log; dd if=/dev/zero of=fill bs=64k 2>/dev/null; true")
    script = 'mount -o loop,ro "$0" "$1" && shift && exec "$@"'
    prefix = ["unshare", "-m", "sh", "-c", script, str(volume.image), str(volume.place)]
    one = relay(file_input(path=f"{volume.place}/*.log"), home=tmp_path / "relay", prefix=prefix)
    one.wait_head(1)
    assert messages(one) == ["one"]
    assert one.input("app")["state"] == "reading"


def test_f30_the_relay_does_not_read_what_it_writes_itself(relay, tmp_path):
    config = file_input("own", path="{dir}/stderr") + file_input("log", path="{dir}/log/*") + file_input("app")
    one = relay(config)
    append(one.path("app.log"), "one")
    one.wait_head(1)
    for name in ("own", "log"):
        state = eventually(lambda: (found := one.input(name))["state"] == "degraded" and found, what="a refusal")
        assert "the relay writes this file itself" in state["reason"] and "exclude" in state["reason"]
    # Nothing is to come: this is how long it might.
    time.sleep(1)
    assert messages(one) == ["one"]


def test_f31_names_that_bite_are_shown_and_never_used(relay, tmp_path):
    names = [b"new\nline", b"invalid\xff\xfe", b"a..\\..%2f..%2fetc", b"<script>alert(1)<", b"\x1b[31m"]
    names = [name + b".log" for name in names]
    folder = tmp_path / "names"
    folder.mkdir()
    one = relay(file_input(path=f"{folder}/*.log"), home=tmp_path / "relay")
    for name in names:
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:
            file.write(b"one\n")
    one.wait_head(len(names))
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        files = [event["fields"]["file"] for event in lines.until("live") if "type" not in event]
    shown = [f"{folder}/" + name.decode(errors="replace") for name in names]
    assert sorted(files) == sorted(shown)
    eventually(lambda: sorted(one.input("app")["positions"]) == sorted(shown), what="their positions")
    # A line of the relay's own messages, of its metrics or of a header stays one.
    assert b"\nline.log" not in one.get("/metrics").body
    assert "\nline.log" not in one.stderr()


def test_f32_hundreds_of_rotations_within_a_second_are_read_to_the_last_line(relay, tmp_path):
    one = relay(file_input(path="{dir}/app.log"))
    one.wait_reading("app")
    path, count = tmp_path / "app.log", 800
    used = cpu_seconds(one.pid)
    for number in range(count):
        with open(path, "ab", buffering=0) as file:
            file.write(b"%d\n" % number)
        os.rename(path, f"{path}.{number}")
    append(path, str(count))
    one.wait_head(count + 1, timeout=60)
    used = cpu_seconds(one.pid) - used
    # Files that were made within one tick of the kernel's clock have no order that anybody could see.
    assert sorted(messages(one), key=int) == [str(number) for number in range(count + 1)]
    assert used < 5, f"{count} rotations cost {used} CPU-s"
