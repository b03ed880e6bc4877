"""`tailrace tail`: each event once, whatever happens to the relay, the connection, the reader and the terminal."""

import json
import os
import random
import re
import signal
import subprocess
import time

import pytest

from harness.command import Command, TerminalCommand
from harness.cutter import Cutter
from harness.inputs import append, file_input
from harness.waiting import eventually

ROUTE = '[[route]]\nname = "errors"\nwhere = "level>=error"\n'


@pytest.fixture
def one(relay):
    started = relay(file_input() + ROUTE)
    started.wait_reading("app")
    return started


def write(one, first: int, count: int):
    append(one.path("app.log"), *[f"line {n}" for n in range(first, first + count)])


def lines(first: int, last: int) -> list[str]:
    return [f"line {n}" for n in range(first, last + 1)]


# What is shown


def test_it_begins_with_the_last_ten_and_goes_on(binary, one):
    write(one, 1, 30)
    one.wait_head(30)
    with Command(binary, "tail", one.url, "-o", "json") as tail:
        eventually(lambda: len(tail.events()) == 10)
        write(one, 31, 3)
        eventually(lambda: len(tail.events()) == 13)
        assert tail.messages() == lines(21, 33)
        assert tail.signal(signal.SIGINT) == 130
        assert tail.err.bytes() == b""


def test_json_is_what_the_relay_sent(binary, one):
    write(one, 1, 5)
    one.wait_head(5)
    with one.lines(last=5) as stream:
        expected = [stream.line() for _ in range(6)][1:]
    with Command(binary, "tail", one.url, "--no-follow", "-o", "json") as tail:
        assert tail.wait() == 0
        assert tail.out.bytes() == b"\n".join(expected) + b"\n"


def test_the_address_of_a_view_will_do(binary, one):
    append(one.path("app.log"), "INFO fine", "ERROR broken disk", "ERROR broken fan")
    one.wait_head(3)
    page = f"{one.url}/?stream=errors&filter=broken"
    with Command(binary, "tail", page, "disk", "--no-follow", "-o", "raw") as tail:
        assert tail.wait() == 0
        assert tail.out.text() == "ERROR broken disk\n"


@pytest.mark.parametrize("start, expected", [
    (["--last", "2"], lines(9, 10)),
    (["--last", "0"], []),
    (["--from", "start"], lines(1, 10)),
    (["--since", "1h"], lines(1, 10)),
    (["--since", "2100-01-01"], []),
    (["since:1h"], lines(1, 10)),
    (["--from", "EPOCH:7"], lines(8, 10)),
])  # fmt: skip
def test_where_it_begins(binary, one, start, expected):
    write(one, 1, 10)
    one.wait_head(10)
    start = [word.replace("EPOCH", one.epoch) for word in start]
    with Command(binary, "tail", one.url, *start, "--no-follow", "-o", "raw") as tail:
        assert tail.wait() == 0, tail.err.text()
        assert tail.out.text().splitlines() == expected


def test_until_leaves_out_what_is_later_and_ends(binary, one):
    append(one.path("app.log"), *[f"2026-01-0{day}T00:00:00Z day {day}" for day in range(1, 6)])
    one.wait_head(5)
    with Command(binary, "tail", one.url, "--until", "2026-01-03", "--last", "10", "-o", "json") as tail:
        assert tail.wait() == 0
        assert [event["time"][:10] for event in tail.events()] == ["2026-01-01", "2026-01-02", "2026-01-03"]


def test_fields_are_chosen_and_logfmt_is_flat(binary, one):
    append(one.path("app.log"), '{"message":"m","a":{"b":1},"c":"x y","d":2}')
    one.wait_head(1)
    with Command(binary, "tail", one.url, "--no-follow", "-o", "logfmt", "--fields", "c,a.b") as tail:
        assert tail.wait() == 0
        assert tail.out.text().endswith('message=m c="x y" a.b=1\n'), tail.out.text()


def test_no_fields_means_none_in_json_too_and_raw_keeps_its_line(binary, one):
    append(one.path("app.log"), '{"message":"m","a":1}')
    with open(one.path("app.log"), "ab") as file:
        file.write(b"caf\xe9\n")
    one.wait_head(2)
    with Command(binary, "tail", one.url, "--no-follow", "-o", "json", "--fields", "none") as tail:
        assert tail.wait() == 0
        assert [event["fields"] for event in tail.events()] == [{}, {}]
    with Command(binary, "tail", one.url, "--no-follow", "-o", "raw", "--fields", "none") as tail:
        assert tail.wait() == 0
        assert tail.out.bytes().endswith(b"caf\xe9\n")


def test_raw_is_byte_for_byte_even_where_it_is_no_text(binary, one):
    with open(one.path("app.log"), "ab") as file:
        file.write(b"caf\xe9 \x1b[31mred\n")
    one.wait_head(1)
    with Command(binary, "tail", one.url, "--no-follow", "-o", "raw") as tail:
        assert tail.wait() == 0
        assert tail.out.bytes() == b"caf\xe9 \x1b[31mred\n"


def test_a_unix_socket_is_an_address(binary, relay, tmp_path):
    path = tmp_path / "http.sock"
    one = relay(file_input(), server=f'listen = ["127.0.0.1:0", "unix:{path}"]'.replace("listen", "# listen"))
    one.configure(one.config.read_text().replace('["127.0.0.1:0"]', f'["127.0.0.1:0", "unix:{path}"]'))
    one.restart()
    append(one.path("app.log"), "over a socket")
    one.wait_head(1)
    with Command(binary, "tail", "--no-follow", "-o", "raw", env={"TAILRACE_URL": f"unix:{path}"}) as tail:
        assert tail.wait() == 0
        assert tail.out.text() == "over a socket\n"


# How it ends


def test_it_ends_after_so_many_events_exactly(binary, one):
    write(one, 1, 500)
    one.wait_head(500)
    with Command(binary, "tail", one.url, "--from", "start", "--count", "137", "-o", "raw") as tail:
        assert tail.wait() == 0
        assert tail.out.text().splitlines() == lines(1, 137)


def test_it_ends_behind_the_event_that_was_waited_for(binary, one):
    with Command(binary, "tail", one.url, "--exit-on", "status:500..599 -ignored", "-o", "json") as tail:
        eventually(lambda: one.status()["readers"]["live"] == 1)
        append(one.path("app.log"), '{"message":"a","status":200}', '{"message":"ignored","status":500}')
        append(one.path("app.log"), '{"message":"b","status":503}', '{"message":"c","status":503}')
        assert tail.wait() == 0
        assert tail.messages() == ["a", "ignored", "b"]


def test_a_time_that_is_over_is_a_failure_only_if_something_was_waited_for(binary, one):
    with Command(binary, "tail", one.url, "--timeout", "300ms") as tail:
        assert tail.wait() == 0
    with Command(binary, "tail", one.url, "--timeout", "0.3", "--count", "1") as tail:
        assert tail.wait() == 1
        assert "--count was not reached" in tail.err.text()


def test_nobody_there_is_an_error_with_a_hint(binary, tmp_path):
    for url in ["http://127.0.0.1:1", "https://127.0.0.1:1", f"unix:{tmp_path}/none"]:
        with Command(binary, "tail", url) as tail:
            assert tail.wait() == 1
            assert "no relay answers" in tail.err.text() and "tailrace serve" in tail.err.text()


def test_what_is_no_relay_is_told_apart(binary):
    import http.server
    import threading

    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    server.RequestHandlerClass.log_message = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with Command(binary, "tail", f"http://127.0.0.1:{server.server_port}") as tail:
            assert tail.wait() == 1
            assert "404" in tail.err.text()
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("arguments, words", [
    (["level>=wran"], "column 8"),
    (["--from", "nonsense"], "--from"),
    (["--since", "soon"], "--since"),
    (["--zone", "Mars/Olympus"], "--zone"),
    (["--timeout", "x"], "--timeout"),
    (["--last", "1", "--since", "1h"], "exclude"),
    (["--output", "yaml"], "'text', 'json'"),
    (["--exit-on", "a |"], "wrong filter"),
    (["http://u:p@h/"], "password"),
])  # fmt: skip
def test_wrong_usage_is_named(binary, arguments, words):
    with Command(binary, "tail", *arguments) as tail:
        assert tail.wait() in (2, 64)
        assert words in tail.err.text()
        assert tail.out.bytes() == b""


def test_a_wrong_filter_is_marked_where_it_is_wrong(binary):
    with Command(binary, "tail", "nginx", "level>=wran") as tail:
        assert tail.wait() == 2
        said = tail.err.text().splitlines()
        assert said[-2].strip() == "nginx level>=wran"
        assert said[-1].index("^") == said[-2].index("wran")


def test_a_position_of_the_future_and_an_unknown_stream_are_refused(binary, one):
    write(one, 1, 1)
    one.wait_head(1)
    with Command(binary, "tail", one.url, "--from", f"{one.epoch}:9") as tail:
        assert tail.wait() == 1 and "after the newest event" in tail.err.text()
    with Command(binary, "tail", one.url, "--stream", "none") as tail:
        assert tail.wait() == 1 and 'no stream "none"' in tail.err.text()


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_it_at_once_even_where_the_output_is_not_read(binary, one, number, code):
    append(one.path("app.log"), *["x" * 400 for _ in range(5000)])
    one.wait_head(5000)
    reading, writing = os.pipe()
    tail = subprocess.Popen(
        [str(binary), "tail", one.url, "--from", "start", "-o", "json"], stdout=writing, stderr=subprocess.DEVNULL
    )
    os.close(writing)
    assert os.read(reading, 10)
    began = time.monotonic()
    tail.send_signal(number)
    assert tail.wait(10) == code
    assert time.monotonic() - began < 5
    os.close(reading)


def test_a_reader_that_goes_away_ends_it_quietly(binary, one):
    write(one, 1, 3000)
    one.wait_head(3000)
    script = f"set -o pipefail; '{binary}' tail {one.url} --from start -o raw | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, preexec_fn=_pipe_default)
    assert done.stdout.splitlines() == ["line 1", "141"]
    assert done.stderr == ""


def _pipe_default():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def test_a_slow_reader_costs_no_memory_and_gets_everything(binary, one):
    text = "y" * 1000
    append(one.path("app.log"), *[f"{n} {text}" for n in range(40_000)])
    one.wait_head(40_000, timeout=30)
    reading, writing = os.pipe()
    tail = subprocess.Popen(
        [str(binary), "tail", one.url, "--from", "start", "--no-follow", "-o", "raw"], stdout=writing
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.readline().startswith(b"0 ")
        eventually(lambda: "S (sleeping)" in _status(tail.pid, "State"), 10)
        time.sleep(0.5)  # what it would read ahead, it reads now
        assert int(re.search(r"\d+", _status(tail.pid, "VmRSS"))[0]) < 80_000
        numbers = [int(line.split(b" ", 1)[0]) for line in pipe]
    assert tail.wait(10) == 0 and numbers == list(range(1, 40_000))


def _status(pid: int, name: str) -> str:
    with open(f"/proc/{pid}/status") as status:
        return next(line for line in status if line.startswith(name + ":"))


# Resuming


def test_a_relay_that_is_killed_and_started_again_is_followed_without_loss_or_repeat(binary, one):
    port = one.port
    one.stop()
    one.configure(one.config.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
    one.start()
    with Command(binary, "tail", one.url, "--from", "start", "-o", "json") as tail:
        written = 0
        for turn in range(4):
            write(one, written + 1, 700)
            written += 700
            if turn % 2 == 0:
                eventually(lambda: len(tail.events()) > 0)
            one.kill9()
            write(one, written + 1, 50)
            written += 50
            one.start()
        eventually(lambda: len(tail.events()) >= written, 30)
        assert tail.signal() == 130
        assert tail.messages() == lines(1, written)
        assert "connected again" in tail.err.text()


@pytest.mark.parametrize("seed", [1, 2])
def test_connections_cut_at_any_byte_change_nothing(binary, one, seed):
    chance = random.Random(seed)
    write(one, 1, 400)
    one.wait_head(400)
    with one.lines(**{"from": f"{one.epoch}:0"}) as stream:
        size = sum(len(json.dumps(event)) for event in stream.events(400)) // 400
    # Within the header, at and around the first lines, and anywhere in the first dozen events.
    limits = [chance.randrange(1, 500) for _ in range(3)] + [chance.randrange(400, 600 + 12 * size) for _ in range(80)]
    with Cutter(one.port, iter(limits)) as cutter:
        with Command(binary, "tail", cutter.url, "--from", "start", "--no-follow", "-o", "json") as tail:
            assert tail.wait(60) == 0
            assert [event["seq"] for event in tail.events()] == list(range(1, 401)), f"limits {limits}"
            assert cutter.cuts > 20


def test_connections_cut_at_every_byte_of_a_few_events_change_nothing(binary, one):
    write(one, 1, 3)
    one.wait_head(3)
    with one.lines(**{"from": f"{one.epoch}:0"}) as stream:
        opened, events = stream.line(), [stream.line() for _ in range(3)]
    head = len(str(stream.response.headers)) + 20
    whole = head + len(opened) + sum(map(len, events)) + 100
    assert whole < 2000
    for cut in range(head + len(opened), whole, 23):
        with Cutter(one.port, iter([cut])) as cutter:
            with Command(binary, "tail", cutter.url, "--from", "start", "--count", "3", "-o", "json") as tail:
                assert tail.wait() == 0, tail.err.text()
                assert tail.out.bytes().splitlines() == events, f"cut after {cut} bytes"


def test_live_events_survive_cuts_too(binary, one):
    chance = random.Random(7)
    limits = (chance.randrange(600, 6000) for _ in range(40))
    with Cutter(one.port, limits) as cutter:
        with Command(binary, "tail", cutter.url, "--from", "start", "-o", "json") as tail:
            eventually(lambda: cutter.connections > 0)
            for first in range(1, 1501, 30):
                write(one, first, 30)
                one.wait_head(first + 29)
            eventually(lambda: len(tail.events()) >= 1500, 60)
            assert tail.messages() == lines(1, 1500)
            assert cutter.cuts == 40


def test_gaps_are_told_on_stderr_where_programs_read_and_in_between_where_people_do(binary, relay):
    one = relay(file_input(), log='path = "memory"\nmemory = "1MiB"')
    written = 0

    def evicted():
        nonlocal written
        append(one.path("app.log"), *[f"{n} {random.Random(n).randbytes(90).hex()}" for n in range(2000)])
        written += 2000
        one.wait_head(written)
        return one.status()["log"]["oldest"] > 1000

    eventually(evicted, 60)
    arguments = [one.url, "--from", f"{one.epoch}:10", "--no-follow"]
    with Command(binary, "tail", *arguments, "-o", "json") as tail:
        assert tail.wait() == 0
        assert re.search(r"tailrace: gap: \d+ events are missing \(11 to \d+\)", tail.err.text())
        assert all("seq" in event for event in tail.events())
    with Command(binary, "tail", *arguments) as tail:
        assert tail.wait() == 0 and tail.err.text() == ""
        assert re.match(r"-- gap: \d+ events are missing \(11 to \d+\): .* --\n", tail.out.text())


# The state file


def test_the_next_run_goes_on_where_the_last_one_stopped(binary, one, tmp_path):
    state = tmp_path / "position"
    seen = []
    for run in range(6):
        write(one, run * 100 + 1, 100)
        one.wait_head(run * 100 + 100)
        if run == 3:
            one.kill9()
            one.start()
        arguments = ["--state", state, "--from", "start", "-o", "raw"]
        ending = ["--count", "70"] if run < 5 else ["--no-follow"]
        with Command(binary, "tail", one.url, *arguments, *ending) as tail:
            assert tail.wait() == 0, tail.err.text()
            seen += tail.out.text().splitlines()
    assert seen == lines(1, 600)
    assert state.read_text() == f"{one.epoch}:600\n"
    assert os.listdir(tmp_path).count("position") == 1


def test_the_state_is_kept_while_it_runs_and_when_a_signal_comes(binary, one, tmp_path):
    state = tmp_path / "position"
    with Command(binary, "tail", one.url, "--state", state, "--from", "start", "-o", "raw") as tail:
        write(one, 1, 20)
        eventually(lambda: len(tail.out.text().splitlines()) == 20)
        eventually(lambda: state.exists() and state.read_text() == f"{one.epoch}:20\n", 5)
        write(one, 21, 5)
        eventually(lambda: len(tail.out.text().splitlines()) == 25)
        assert tail.signal(signal.SIGTERM) == 143
    assert state.read_text() == f"{one.epoch}:25\n"


def test_a_state_file_that_holds_something_else_is_left_alone(binary, one, tmp_path):
    state = tmp_path / "notes"
    state.write_text("my notes\n")
    with Command(binary, "tail", one.url, "--state", state) as tail:
        assert tail.wait() == 1 and "does not hold a position" in tail.err.text()
    assert state.read_text() == "my notes\n"


# Terminals

OWN_CODES = re.compile(rb"\x1b\[[0-9;]*m")


def test_on_a_terminal_there_are_colours_and_only_ours(binary, one):
    hostile = ["ERROR \\u001b[2Jwiped", "\\u009b31mc1", "\\u202eoverride", "\\u001b]0;title\\u0007", "caf\\u00e9"]
    append(one.path("app.log"), *[f'{{"message":"{text}","level":"error"}}' for text in hostile])
    with open(one.path("app.log"), "ab") as file:
        file.write(b"plain \x1b[2J \xc2\x9b \xe2\x80\xae end\n")
    one.wait_head(6)
    for form in ["text", "json", "raw", "logfmt"]:
        tail = TerminalCommand(binary, "tail", one.url, "--no-follow", "-o", form)
        assert tail.wait() == 0
        rest = OWN_CODES.sub(b"", tail.text)
        assert b"\x1b" not in rest and b"\xc2\x9b" not in rest and b"\xe2\x80\xae" not in rest, (form, rest)
        assert b"\x07" not in rest
        assert (b"\x1b[31m" in tail.text) == (form == "text")
        assert "café".encode() in rest


@pytest.mark.parametrize("arguments, env, coloured", [
    ([], {}, True),
    ([], {"NO_COLOR": "1"}, False),
    ([], {"TERM": "dumb"}, False),
    (["--color", "never"], {}, False),
    (["--color", "always"], {"NO_COLOR": "1"}, True),
])  # fmt: skip
def test_colours_are_as_wished(binary, one, arguments, env, coloured):
    append(one.path("app.log"), "ERROR broken")
    one.wait_head(1)
    tail = TerminalCommand(binary, "tail", one.url, "--no-follow", *arguments, env=env)
    assert tail.wait() == 0
    assert (b"\x1b[" in tail.text) == coloured


def test_on_a_pipe_there_are_none_unless_asked(binary, one):
    append(one.path("app.log"), "ERROR broken timeout")
    one.wait_head(1)
    with Command(binary, "tail", one.url, "--no-follow", "timeout") as tail:
        assert tail.wait() == 0 and b"\x1b" not in tail.out.bytes()
    with Command(binary, "tail", one.url, "--no-follow", "--color", "always", "timeout") as tail:
        assert tail.wait() == 0 and b"\x1b[30;43mtimeout\x1b[0m" in tail.out.bytes()


def test_ctrl_c_on_a_terminal_ends_it(binary, one):
    append(one.path("app.log"), "hello")
    one.wait_head(1)
    tail = TerminalCommand(binary, "tail", one.url)
    tail.read_until(b"hello")
    tail.type(b"\x03")
    assert tail.wait() == 130
