"""Commands and standard input as sources, on the real binary."""

import signal
import subprocess
from pathlib import Path

from harness.activation import HeldSockets
from harness.inputs import exec_input, unix_input
from harness.waiting import eventually


def last(relay, count: int, **query) -> list[dict]:
    with relay.lines(last=count, **query) as lines:
        return lines.events(count)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def number(file: Path) -> int:
    return int(eventually(lambda: file.exists() and file.read_text().strip(), what=str(file)))


def test_a_command_is_read_and_its_end_is_told(relay):
    one = relay(exec_input("echo '{\"level\":\"error\",\"msg\":\"broken\"}'; echo note >&2; exit 3", more='restart = "never"'))
    one.wait_head(3)
    events = last(one, 3)
    by_stream = {event["fields"]["stream"]: event for event in events}
    assert by_stream["stdout"]["message"] == "broken" and by_stream["stdout"]["level"] == "error"
    assert by_stream["stderr"]["message"] == "note"
    assert by_stream["relay"]["fields"]["exit_status"] == 3 and by_stream["relay"]["level"] == "warn"
    state = eventually(lambda: (state := one.input("cmd"))["state"] == "stopped" and state)
    assert "status 3" in state["last_error"]


def test_a_crash_loop_slows_down_and_goes_on(relay):
    one = relay(exec_input("echo run; kill -SEGV $$", more='restart_delay_max = "100ms"'))
    one.wait_head(8)
    ends = [event for event in last(one, 8) if event["fields"]["stream"] == "relay"]
    assert len(ends) >= 3
    assert all(event["fields"]["exit_signal"] == signal.SIGSEGV for event in ends)


def test_all_of_a_command_ends_with_the_relay(relay):
    one = relay(
        exec_input("setsid sh -c 'echo $$ > far; exec sleep 1000' & echo $$ > near; exec sleep 1000",
                   more='directory = "{dir}"')
    )
    pids = [number(one.path("far")), number(one.path("near"))]
    assert all(map(alive, pids))
    assert one.stop() == 0
    assert not any(map(alive, pids))


def test_all_of_a_command_ends_when_the_relay_is_killed(relay):
    one = relay(
        exec_input("setsid sh -c 'echo $$ > far; exec sleep 1000' & echo $$ > near; trap '' TERM; while :; do sleep 0.1; done",
                   more='directory = "{dir}"\nstop_grace = "200ms"')
    )
    pids = [number(one.path("far")), number(one.path("near"))]
    one.kill9()
    eventually(lambda: not any(map(alive, pids)), what="the end of all processes")


def test_a_fast_command_waits_for_the_log_and_loses_nothing(relay):
    total = 200_000
    one = relay(exec_input(f"seq 1 {total}", more='restart = "never"'))
    one.wait_head(total + 1, timeout=60)
    assert one.status()["log"]["head"] == total + 1
    assert [event["message"] for event in last(one, 3)][:2] == [str(total - 1), str(total)]


def test_x4_a_command_that_never_stops_writing_is_held_back_and_memory_stays(relay):
    lines = exec_input("yes 'a line of some length, again and again'", name="lines")
    endless = exec_input("tr '\\0' x < /dev/zero", name="endless", more='max_line = "4KiB"')
    one = relay(lines + endless, log='path = "memory"\nmemory = "8MiB"')
    one.wait_head(50_000, timeout=30)
    eventually(lambda: one.input("endless")["state"] == "reading")
    before = one.rss_bytes()
    one.wait_head(one.head + 300_000, timeout=60)
    # Many times what is kept has gone through.
    assert one.rss_bytes() < before + (64 << 20)
    assert one.input("endless")["events"] == 0


def test_x7_a_command_gets_none_of_the_relay_s_descriptors(relay, tmp_path):
    held = HeldSockets().unix("apps", tmp_path / "held.sock")
    one = relay(
        unix_input("apps", str(tmp_path / "held.sock")) + unix_input("own", "{dir}/own.sock")
        + exec_input("for fd in /proc/$$/fd/*; do readlink $fd; done; echo $LISTEN_FDS-$LISTEN_PID-", more='restart = "never"'),
        **held.options,
    )
    eventually(lambda: one.input("cmd")["state"] == "stopped")
    said = [event["message"] for event in last(one, one.head) if event["fields"]["stream"] == "stdout"]
    # The shell itself may hold the folder that it reads.
    assert sorted({line.split(":")[0] for line in said} - {"/dev/null"}) == ["--", "pipe"], said


STDIN = '[[input]]\nname = "in"\ntype = "stdin"\n'


def serve(binary, config: Path, *, stdin) -> subprocess.Popen:
    command = [str(binary), "serve", "--config", str(config)]
    return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def test_standard_input_is_read_to_its_end_and_ends_the_relay_if_asked(binary, relay, tmp_path):
    config = tmp_path / "stdin.toml"
    listen = f'[server]\nlisten = ["127.0.0.1:0"]\n[log]\npath = "{tmp_path}/log"\n'
    config.write_text(listen + STDIN + 'at_end = "stop"\n')
    process = serve(binary, config, stdin=subprocess.PIPE)
    process.communicate("".join(f"line {number}\n" for number in range(10_000)) + "no end", timeout=60)
    assert process.returncode == 0
    one = relay("", log=f'path = "{tmp_path}/log"')
    assert one.head == 10_001
    assert [event["message"] for event in last(one, 2)] == ["line 9999", "no end"]


def test_the_relay_runs_on_after_the_end_of_standard_input(relay):
    one = relay(STDIN)
    state = eventually(lambda: (state := one.input("in"))["state"] == "stopped" and state)
    assert "has ended" in state["reason"]
    assert "standard input is /dev/null" in one.stderr()
    assert one.get("/readyz").status == 200
