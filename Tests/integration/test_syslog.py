"""Syslog over every transport, from real senders: `logger` and plain sockets."""

import os
import shutil
import socket
import subprocess

import pytest

from harness.inputs import syslog_input, syslog_port
from harness.waiting import eventually

LOGGER = shutil.which("logger")


def logger(*arguments: str):
    subprocess.run([LOGGER, *arguments], check=True, timeout=20)


def last(relay, count: int) -> list[dict]:
    relay.wait_head(count)
    with relay.lines(last=count) as lines:
        return lines.events(count)


@pytest.mark.skipif(not LOGGER, reason="util-linux has no logger here")
@pytest.mark.parametrize("form", ["--rfc3164", "--rfc5424"])
@pytest.mark.parametrize("transport", ["udp", "tcp", "tcp-counted", "unix", "unixgram"])
def test_what_logger_sends_arrives_as_it_was_meant(relay, transport, form):
    one = relay(syslog_input("udp:127.0.0.1:0", "tcp:127.0.0.1:0", "unix:{dir}/s", "unixgram:{dir}/d"))
    where = {
        "udp": lambda: ["--server", "127.0.0.1", "--udp", "--port", str(syslog_port(one, "udp"))],
        "tcp": lambda: ["--server", "127.0.0.1", "--tcp", "--port", str(syslog_port(one, "tcp"))],
        "tcp-counted": lambda: ["--server", "127.0.0.1", "--tcp", "--octet-count", "--port", str(syslog_port(one, "tcp"))],
        "unix": lambda: ["--socket", str(one.path("s"))],
        "unixgram": lambda: ["--socket", str(one.path("d"))],
    }[transport]()
    # On a Unix socket RFC 5424 is for servers only; logger writes its local form there all the same.
    logger(*where, form, "--tag", "shop", "--priority", "local3.err", "payment refused: card 7")
    event = last(one, 1)[0]
    assert event["message"] == "payment refused: card 7"
    assert event["level"] == "error" and event["source"] == "net"
    assert event["fields"]["identifier"] == "shop" and event["fields"]["facility"] == "local3"
    if transport.startswith("unix"):
        # Its name only if it could still be looked at.
        assert event["fields"].get("comm", "logger") == "logger" and event["fields"]["uid"] == os.getuid()
    else:
        assert event["fields"]["peer"] == "127.0.0.1" and event["host"]
        assert ("sd" in event["fields"]) == (form == "--rfc5424")


def test_events_carry_the_host_that_they_name_and_can_be_filtered_by_it(relay):
    one = relay(syslog_input("udp:127.0.0.1:0"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", syslog_port(one, "udp")))
        for number in range(20):
            sender.send(b"<30>Nov 22 07:35:12 router-%d dhcpd[7]: lease %d" % (number % 4, number))
        sender.send(b"<190>31: *Mar  1 00:00:11: %SYS-6-RESTART: up")
    one.wait_head(21)
    with one.lines(last=21, filter="host:router-3") as lines:
        assert [event["message"] for event in lines.events(5)] == [f"lease {n}" for n in range(3, 20, 4)]
    with one.lines(last=21, filter="msgid:SYS-6-RESTART") as lines:
        event = lines.events(1)[0]
    assert event["host"] == "127.0.0.1" and event["message"] == "up" and event["level"] == "info"


def test_a_flood_over_tcp_arrives_whole_and_in_order(relay):
    one = relay(syslog_input("tcp:127.0.0.1:0"))
    total = 20_000
    with socket.create_connection(("127.0.0.1", syslog_port(one, "tcp"))) as sender:
        for start in range(0, total, 500):
            messages = [b"<30>line %d" % number for number in range(start, start + 500)]
            sender.sendall(b"".join(b"%d %s" % (len(message), message) for message in messages))
    one.wait_head(total, timeout=30)
    with one.lines(last=total) as lines:
        assert [event["message"] for event in lines.events(total)] == [f"line {number}" for number in range(total)]


def test_what_a_connection_still_holds_at_the_stop_is_in_the_log(relay):
    one = relay(syslog_input("tcp:127.0.0.1:0", "unix:{dir}/s"))
    with socket.create_connection(("127.0.0.1", syslog_port(one, "tcp"))) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.connect(str(one.path("s")))
        tcp.sendall(b"<30>first\n")
        one.wait_head(1)
        tcp.sendall(b"".join(b"<30>tcp %d\n" % number for number in range(1000)))
        unix.sendall(b"".join(b"<30>unix %d\n" % number for number in range(1000)))
        assert one.stop() == 0
    one.start()
    assert len(last(one, 2001)) == 2001


def test_listening_for_other_hosts_is_allowed_and_said(relay):
    one = relay(syslog_input("udp:0.0.0.0:0"))
    eventually(lambda: "other hosts can send" in one.stderr())


def test_wrong_addresses_are_found_by_check(binary, tmp_path):
    file = tmp_path / "c.toml"
    file.write_text('[log]\npath = "memory"\n' + syslog_input("udp://0.0.0.0:514"))
    done = subprocess.run([binary, "check", "--config", file], capture_output=True, text=True, timeout=20)
    assert done.returncode == 1 and "c.toml:6:" in done.stderr + done.stdout
    assert "without the two slashes" in done.stderr + done.stdout


@pytest.mark.parametrize(
    "more, words",
    [
        ('multiline = "java"', ['unknown key "multiline"']),
        ('format = "docker"', ['format = "docker" is for files that a container runtime writes', "leave format out"]),
    ],
)
def test_what_is_of_files_is_refused_for_messages(binary, tmp_path, more, words):
    file = tmp_path / "c.toml"
    file.write_text('[log]\npath = "memory"\n' + syslog_input("udp:127.0.0.1:514", more=more))
    done = subprocess.run([binary, "check", "--config", file], capture_output=True, text=True, timeout=20)
    assert done.returncode == 1 and "c.toml:7:" in done.stderr + done.stdout
    for word in words:
        assert word in done.stderr + done.stdout


ACTIVATE = shutil.which("systemd-socket-activate")


@pytest.mark.skipif(not ACTIVATE, reason="systemd-socket-activate is not installed")
def test_s11_sockets_that_a_service_manager_holds_are_used_and_unclaimed_ones_are_told(relay, tmp_path):
    path = tmp_path / "held.sock"
    prefix = [ACTIVATE, "--fdname=apps:lost", f"--listen={path}", f"--listen={tmp_path}/lost.sock", "--now"]
    listening = subprocess.run([ACTIVATE, "--help"], capture_output=True, text=True).stdout
    if "--now" not in listening:
        prefix.remove("--now")
    one = relay(f'[[input]]\nname = "apps"\ntype = "unix"\npath = "{path}"\n', prefix=prefix, wait=False)
    # The first connection is what starts the relay, and is what the relay then finds.
    eventually(path.exists)
    with socket.socket(socket.AF_UNIX) as early:
        early.connect(str(path))
        early.sendall(b"early\n")
        one.port = int(eventually(one._listening, 20, "the start")[1])
        assert last(one, 1)[0]["message"] == "early"
    assert 'the name "lost", which no input has' in one.stderr()
    assert one.stop() == 0
    assert path.exists()
