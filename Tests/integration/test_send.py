"""`tailrace send`: lines to a relay's socket, of whatever kind it is."""

import os
import socket
import subprocess
import time

import pytest

from harness.command import Command
from harness.inputs import unix_input
from harness.waiting import eventually


def send(binary, text: bytes, *arguments) -> subprocess.CompletedProcess:
    environment = {**os.environ, "TAILRACE_URL": ""}
    return subprocess.run(
        [str(binary), "send", *map(str, arguments)], input=text, capture_output=True, timeout=20, env=environment
    )


def events(one, count: int) -> list[dict]:
    one.wait_head(count)
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        return lines.events(count)


@pytest.mark.parametrize("mode", ["stream", "datagram", "seqpacket"])
def test_the_kind_of_socket_is_found_out(binary, relay, mode):
    one = relay(unix_input(mode=mode))
    done = send(binary, b"one\ntwo\nlast without an end", "--socket", one.path("in.sock"))
    assert done.returncode == 0, done.stderr
    assert [event["message"] for event in events(one, 3)] == ["one", "two", "last without an end"]


@pytest.mark.parametrize("mode", ["stream", "datagram"])
def test_a_source_and_a_level_become_fields(binary, relay, mode):
    one = relay(unix_input(mode=mode))
    path = one.path("in.sock")
    assert send(binary, b"disk full\nagain\n", "--socket", path, "--source", "backup", "--level", "error").returncode == 0
    for event in events(one, 2):
        assert event["level"] == "error" and event["source"] == "socket"
        assert event["fields"]["identifier"] == "backup"
    assert events(one, 2)[0]["message"] == "disk full"


def test_a_relay_is_asked_for_its_socket(binary, relay):
    one = relay(unix_input())
    one.wait_reading("socket")
    assert send(binary, b"found it\n", "--socket", one.url).returncode == 0
    assert events(one, 1)[0]["message"] == "found it"


def test_of_several_sockets_one_has_to_be_chosen(binary, relay):
    one = relay(unix_input() + unix_input("other", "{dir}/other.sock"))
    one.wait_reading("other")
    done = send(binary, b"x\n", "--socket", one.url)
    assert done.returncode == 1 and b"other.sock (other)" in done.stderr


def test_large_lines_pass_through_a_stream_and_are_refused_by_name_as_messages(binary, relay):
    one = relay(unix_input(more='max_line = "2MiB"') + unix_input("dgram", "{dir}/d.sock", "datagram"))
    one.wait_reading("dgram")
    large = b"z" * 1_500_000
    assert send(binary, large + b"\nsmall\n", "--socket", one.path("in.sock")).returncode == 0
    assert [len(event["message"]) for event in events(one, 2)] == [1_500_000, 5]
    done = send(binary, b"a\n" + b"z" * 20_000_000 + b"\nb\n", "--socket", one.path("d.sock"))
    assert done.returncode == 1 and b"1 of 3 lines were not sent, line 2 first" in done.stderr
    assert [event["message"] for event in events(one, 4)[2:]] == ["a", "b"]


def test_nobody_listens_and_no_socket_are_errors_with_a_hint(binary, tmp_path):
    gone = tmp_path / "gone.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(gone))
    done = send(binary, b"x\n", "--socket", gone)
    assert done.returncode == 1 and b"nobody listens there" in done.stderr
    done = send(binary, b"x\n", "--socket", tmp_path / "none.sock")
    assert done.returncode == 1 and b"there is no such socket" in done.stderr
    assert send(binary, b"x\n", "--socket", gone, "--source", "two words").returncode == 2
    assert send(binary, b"x\n", "--socket", gone, "--level", "loud").returncode == 2


def test_a_relay_that_does_not_read_slows_the_sender_and_nothing_is_lost(binary, tmp_path):
    path = tmp_path / "slow.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        sender = Command(binary, "send", "--socket", path, stdin=subprocess.PIPE)
        with sender:
            connection, _ = listener.accept()
            text = b"".join(b"line %d\n" % n for n in range(200_000))
            taken = 0
            os.set_blocking(sender.process.stdin.fileno(), False)
            quiet = time.monotonic() + 1
            while time.monotonic() < quiet:
                try:
                    taken += os.write(sender.process.stdin.fileno(), text[taken : taken + 65536])
                    quiet = time.monotonic() + 1
                except BlockingIOError:
                    time.sleep(0.02)
            assert taken < len(text)  # it waits
            os.set_blocking(sender.process.stdin.fileno(), True)
            received = b""
            while taken < len(text):
                received += connection.recv(1 << 20)
                taken += os.write(sender.process.stdin.fileno(), text[taken : taken + 4096])
            sender.process.stdin.close()
            while chunk := connection.recv(1 << 20):
                received += chunk
            assert sender.wait() == 0
            assert received == text
            connection.close()


def test_a_relay_that_goes_away_is_told(binary, tmp_path):
    path = tmp_path / "short.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        with Command(binary, "send", "--socket", path, stdin=subprocess.PIPE) as sender:
            connection, _ = listener.accept()
            connection.close()
            sender.process.stdin.write(b"x\n" * 10)
            sender.process.stdin.flush()
            eventually(lambda: sender.process.poll() is not None)
            assert sender.wait() == 1 and "the relay closed it" in sender.err.text()
