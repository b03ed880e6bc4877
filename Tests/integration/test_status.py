"""`tailrace status` and `tailrace verify`, completions and manual pages."""

import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable

import pytest

from harness.command import Command, TerminalCommand
from harness.inputs import append, file_input, unix_input
from harness.ledger import Pace, RotatingFile
from harness.relay import Relay
from harness.waiting import eventually


def test_status_is_a_table_of_inputs_log_and_readers(binary, relay):
    one = relay(file_input() + unix_input())
    append(one.path("app.log"), *[f"line {n}" for n in range(50)])
    one.wait_head(50)
    with one.ws({"stream": "all"}) as reader:
        reader.until("live")
        with Command(binary, "status", one.url) as status:
            assert status.wait() == 0, status.err.text()
    text = status.out.text()
    assert re.search(r"^app +file +\w+ +50 +0/s +0 B +0 +0 +\d+s ago$", text, re.M), text
    assert re.search(r"^socket +unix +\w+ +0 ", text, re.M), text
    assert f"{one.epoch}:50" in text and "1 open: 1 live" in text


def test_status_as_json_is_the_relays_own(binary, relay):
    one = relay(file_input())
    with Command(binary, "status", one.url, "--output", "json") as status:
        assert status.wait() == 0
    assert json.loads(status.out.bytes())["log"]["epoch"] == one.epoch


def test_status_can_be_watched(binary, relay):
    one = relay(file_input())
    watch = TerminalCommand(binary, "status", one.url, "--watch")
    watch.read_until(b"\x1b[H\x1b[2Jrelay")
    append(one.path("app.log"), "one")
    watch.read_until(b"1 kept")
    watch.type(b"\x03")
    assert watch.wait() == 130


def test_no_relay_is_an_error(binary):
    for command in ["status", "verify"]:
        with Command(binary, command, "http://127.0.0.1:1") as run:
            assert run.wait() == 1 and "no relay answers" in run.err.text()
    with Command(binary, "status", "nonsense") as run:
        assert run.wait() == 2


def test_every_sum_holds_while_much_is_written_and_across_a_restart(binary, relay):
    one = relay(file_input() + unix_input() + '[[route]]\nname = "some"\nwhere = "n"\nset = { team = "web" }\n')
    writer = Pace(3000, RotatingFile(one.path("app.log"), every=2000).write).start()
    for turn in range(6):
        with Command(binary, "verify", one.url) as verify:
            assert verify.wait() == 0, verify.out.text() + verify.err.text()
        said = verify.out.text()
        for stage in ["input app", "input socket", "intake", "router", "log", "hub"]:
            assert re.search(rf"^ok  {stage}: \d+ in = \d+ out", said, re.M), said
        if turn == 3:
            one.kill9()
            one.start()
    written = writer.stop()
    one.wait_head(written, timeout=20)
    eventually(lambda: one.metrics()["tailrace_intake_waiting"] == 0)
    metrics, flow = one.metrics(), one.status()["flow"]
    assert flow["log"]["head"] == written
    assert metrics['tailrace_intake_accepted_total{input="app"}'] == flow["router"]["entered"]
    assert metrics["tailrace_log_committed_total"] == written - flow["log"]["first_head"]
    assert metrics["tailrace_hub_taken_total"] == metrics["tailrace_hub_published_total"]


class Altering(http.server.BaseHTTPRequestHandler):
    """Stands before a relay and changes one of its counters on the way."""

    relay: Relay
    alter: Callable[[dict], None]

    def do_GET(self):
        status = self.relay.status()
        type(self).alter(status["flow"])
        body = json.dumps(status).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def add(*places: tuple) -> Callable[[dict], None]:
    """Adds one to the counters at these places of the flow."""

    def alter(flow: dict):
        for *path, name in places:
            place = flow
            for step in path:
                place = place[step]
            place[name] += 1

    return alter


@pytest.fixture(scope="module")
def altered(binary, tmp_path_factory):
    """A relay through which something has gone, behind what changes its counters."""
    config = file_input(more='multiline = { start = "^a", timeout = "50ms" }') + (
        '[[route]]\nname = "none"\nwhere = "nothing"\ndrop = true\n[[route]]\nname = "some"\nsample = "1:2"\n'
    )
    one = Relay(binary, tmp_path_factory.mktemp("altered"), config)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Altering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        one.start()
        append(one.path("app.log"), "a 1", "b 2", "a 3", "nothing", "a nothing", "a 4")
        one.wait_head(2)
        Altering.relay = one
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        one.close()
        server.shutdown()
        server.server_close()


# Each takes the five seconds for which verify looks again, so several stages are wrong at once.
@pytest.mark.parametrize(
    "places, stages",
    [
        (
            [("inputs", 0, "lines"), ("router", "dropped", "rule"), ("streams", 0, "left_out", "sampled")],
            ["lines app", "router", "stream some"],
        ),
        ([("inputs", 0, "joined"), ("inputs", 0, "accepted"), ("hub", "taken")],
         ["lines app", "input app", "intake", "hub"]),
        ([("log", "head")], ["log"]),
    ],
)
def test_a_stage_that_loses_an_event_is_named_and_ends_verify_with_1(binary, altered, places, stages):
    Altering.alter = staticmethod(add(*places))
    with Command(binary, "verify", altered) as verify:
        assert verify.wait() == 1
    assert f"the sums do not hold: {', '.join(stages)}\n" in verify.err.text()
    for stage in stages:
        assert re.search(rf"^WRONG by -?1  {stage}: ", verify.out.text(), re.M), verify.out.text()
    assert verify.out.text().count("WRONG") == len(stages)


def test_verify_shows_what_became_of_lines(binary, altered):
    Altering.alter = staticmethod(lambda flow: None)
    with Command(binary, "verify", altered) as verify:
        assert verify.wait() == 0, verify.out.text()
    said = verify.out.text()
    assert "ok  lines app: 6 in = 4 out + 2 joined to others\n" in said
    assert re.search(r"^ok  router: \d in = \d out \+ 2 dropped \(rule\)$", said, re.M), said
    assert re.search(r"^ok  stream some: 2 in = \d out", said, re.M), said


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completions_are_made_and_the_shell_reads_them(binary, shell, tmp_path):
    made = subprocess.run([str(binary), "--generate-completion-script", shell], capture_output=True, timeout=20)
    assert made.returncode == 0 and b"exit-on" in made.stdout
    if shutil.which(shell):
        script = tmp_path / "completion"
        script.write_bytes(made.stdout)
        assert subprocess.run([shell, "-n", str(script)], capture_output=True).returncode == 0


@pytest.mark.parametrize("command", ["tail", "query", "send", "status", "verify"])
def test_help_tells_of_the_exit_codes_or_the_address(binary, command):
    done = subprocess.run([str(binary), command, "--help"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0 and re.search(r"xit code|8245", done.stdout)
    assert os.environ.get("COLUMNS") or all(len(line) <= 200 for line in done.stdout.splitlines())
