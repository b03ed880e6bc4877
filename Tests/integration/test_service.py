"""The relay as a service: what its manager is told, who watches it, the socket it is handed, what it says of itself."""

import json
import re
import signal
import socket
import subprocess
import threading

import pytest

from harness.http import raw
from harness.inputs import append, file_input
from harness.service import Manager, handing_over, held_still, threads

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


@pytest.fixture
def listener():
    """What `tailrace.socket` keeps open."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as made:
        made.set_inheritable(True)
        yield made


def test_the_manager_is_told_of_the_start_and_the_end(relay, tmp_path):
    manager = Manager(tmp_path)
    one = relay(file_input(), prefix=manager.environment())
    ready = manager.until("READY=1")
    assert f"STATUS=Serves http://127.0.0.1:{one.port}; reads app (file)" in ready
    # Nobody watches, so nobody is pinged.
    assert manager.next(0.5) is None
    assert one.stop() == 0
    manager.until("STOPPING=1")


def test_a_start_that_fails_is_told_in_the_status(relay, tmp_path):
    manager = Manager(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        one = relay(file_input(), prefix=manager.environment(), home=tmp_path / "one")
        one.stop()
        one.configure(f'[server]\nlisten = ["127.0.0.1:{taken.getsockname()[1]}"]\n[log]\npath = "{{dir}}/log"\n')
        manager.drain()
        one.start(wait=False)
        assert "already in use" in manager.until("STATUS=Cannot start: ")
        assert one.wait() == 1


def test_g9_no_event_loop_can_hang_without_the_watchdog_missing_its_pings(relay, tmp_path):
    manager = Manager(tmp_path)
    one = relay(file_input(), prefix=manager.environment(WATCHDOG_USEC="400000"))
    loops = threads(one.pid, "NIO-ELT")
    assert len(loops) == 3, "two loops for connections and one for the hub"
    for loop in loops:
        for _ in range(3):
            manager.until("WATCHDOG=1")
        with held_still(loop):
            manager.drain()
            # The round under way may have had this loop in it already.
            manager.next(0.2)
            assert manager.next(1) is None, "a ping came though a loop hangs"
    manager.until("WATCHDOG=1")


@pytest.mark.parametrize("place", ["", "relative", "/no/such/socket", "/dev/null", "@" + "x" * 300])
def test_g11_a_notify_socket_that_is_none_is_ignored(relay, place):
    one = relay(file_input(), prefix=["env", f"NOTIFY_SOCKET={place}", "WATCHDOG_USEC=200000"])
    append(one.path("app.log"), "line")
    one.wait_head(1)
    assert one.stop() == 0


@pytest.mark.parametrize(
    "variables",
    [
        {"LISTEN_FDS": "3"},
        {"LISTEN_FDS": "3", "LISTEN_PID": "1", "LISTEN_FDNAMES": "http:http:http"},
        {"LISTEN_FDS": "-1", "LISTEN_PID": "x"},
        {"LISTEN_FDS": "99999999999999999999", "LISTEN_PID": "-5", "LISTEN_FDNAMES": "http"},
    ],
)
def test_g11_sockets_meant_for_another_process_are_left_alone(relay, variables):
    one = relay(file_input(), prefix=["env", *(f"{name}={value}" for name, value in variables.items())])
    assert one.get("/healthz").status == 200
    assert one.stop() == 0


def test_g11_a_descriptor_that_is_no_socket_is_refused_with_what_to_do(relay, tmp_path):
    with open(tmp_path / "file", "w") as file:
        one = relay(file_input(), prefix=handing_over(file), inherits=[file.fileno()], wait=False, home=tmp_path / "one")
        assert one.wait() == 1 and "ListenStream=" in one.stderr()


def test_viewers_wait_over_a_restart_on_a_handed_over_socket(relay, listener):
    port = listener.getsockname()[1]
    one = relay(file_input(), prefix=handing_over(listener), inherits=[listener.fileno()])
    assert one.port == port
    outcomes, done = [], threading.Event()

    def knock():
        while not done.is_set():
            try:
                raw(port, HEALTH, timeout=20)
                outcomes.append("answered")
            except ConnectionRefusedError:
                outcomes.append("refused")
            except ConnectionError:
                # Accepted by the relay that was about to stop.
                outcomes.append("cut")

    knocking = threading.Thread(target=knock)
    knocking.start()
    for _ in range(3):
        assert one.stop() == 0
        # Nobody is there: the connection and the request wait in the kernel.
        early = socket.create_connection(("127.0.0.1", port), timeout=20)
        early.sendall(HEALTH)
        one.start()
        assert early.makefile("rb").readline().startswith(b"HTTP/1.1 200")
        early.close()
    done.set()
    knocking.join(30)
    assert "refused" not in outcomes and outcomes.count("answered") >= 3


def test_a_handed_over_socket_for_other_hosts_needs_consent(relay, tmp_path):
    with socket.create_server(("0.0.0.0", 0)) as wide:
        wide.set_inheritable(True)
        one = relay(file_input(), prefix=handing_over(wide), inherits=[wide.fileno()], wait=False)
        assert one.wait() == 1 and "insecure = true" in one.stderr()


def test_a_socket_under_a_name_that_nobody_has_is_told(relay, listener):
    one = relay(file_input(), prefix=handing_over(listener, "elsewhere"), inherits=[listener.fileno()])
    assert 'handed over under the name "elsewhere"' in one.stderr()


def test_stopping_takes_no_longer_with_many_commands_that_do_not_end(relay):
    deaf = "".join(
        f'[[input]]\nname = "deaf{n}"\ntype = "exec"\nstop_grace = "4s"\n'
        f'command = ["/bin/sh", "-c", "trap : TERM; echo ready; while :; do sleep 1; done"]\n'
        for n in range(6)
    )
    one = relay(file_input() + deaf)
    append(one.path("app.log"), "the last line")
    one.wait_head(7)
    with one.ws({"stream": "all", "last": 10}) as reader:
        assert one.stop(timeout=10) == 0
        assert reader.closed()[0] == 1012
    one.start()
    assert one.head >= 7


def run_to_end(binary, config, *arguments):
    process = subprocess.Popen(
        [binary, "serve", "--config", config, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert "listens on" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    return process.communicate(timeout=15)[1].splitlines()


def test_its_own_log_is_text_or_json_on_stderr(binary, tmp_path):
    config = tmp_path / "tailrace.toml"
    config.write_text('[server]\nlisten = ["127.0.0.1:0"]\n[log]\npath = "memory"\n')
    text = run_to_end(binary, config)
    shape = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z (info|notice|warn) \S")
    assert text and all(shape.match(line) for line in text), text
    objects = [json.loads(line) for line in run_to_end(binary, config, "--log-format", "json")]
    assert {"listening", "Stopping"} <= {one["message"] for one in objects}
    assert next(one for one in objects if one["message"] == "listening")["address"].startswith("http://127.0.0.1:")
    assert {one["level"] for one in objects} == {"info", "warn", "notice"}
    quiet = run_to_end(binary, config, "--log-format", "json", "--log-level", "warn")
    assert [json.loads(line)["level"] for line in quiet] == ["warn"]
