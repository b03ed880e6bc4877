"""The commands of the one binary, and how the relay stops."""

import os
import re
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from harness.inputs import append, file_input, unix_input
from harness.relay import LISTENS, Relay
from harness.waiting import eventually

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "etc").rglob("*.toml"))


def run(binary, *arguments, **options) -> subprocess.CompletedProcess:
    return subprocess.run([str(binary), *arguments], capture_output=True, text=True, timeout=20, **options)


def test_version_prints_one_line(binary):
    done = run(binary, "version")
    assert done.returncode == 0 and re.fullmatch(r"tailrace \d+\.\d+\.\d+\S*\n", done.stdout)


def test_help_names_the_commands(binary):
    done = run(binary, "--help")
    assert done.returncode == 0
    for command in ["serve", "check", "explain", "demo", "version"]:
        assert command in done.stdout


@pytest.mark.parametrize(
    "line, expected", [("tailrace qu", {"query"}), ("tailrace tail --sin", {"--since"}), ("tailrace st", {"status"})]
)
def test_bash_completes_commands_and_options(binary, line, expected):
    script = """
        source <("$0" --generate-completion-script bash)
        COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=($1) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _tailrace tailrace "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    done = subprocess.run(["bash", "-c", script, str(binary), line], capture_output=True, text=True, timeout=20)
    assert {word.strip() for word in done.stdout.split()} == expected, done


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completions_for_other_shells_name_the_commands(binary, shell):
    done = run(binary, "--generate-completion-script", shell)
    assert done.returncode == 0 and "tailrace" in done.stdout and "verify" in done.stdout


def test_a_wrong_command_is_wrong_usage(binary):
    assert run(binary, "srve").returncode in (2, 64)
    assert run(binary, "serve", "--confg", "x").returncode in (2, 64)


def test_check_accepts_a_good_configuration(binary, tmp_path):
    config = tmp_path / "good.toml"
    config.write_text(file_input(path=f"{tmp_path}/*.log") + '[[route]]\nname = "errors"\nwhere = "level>=error"\n')
    done = run(binary, "check", "--config", str(config))
    assert done.returncode == 0 and "ok" in done.stdout, done


def test_check_names_every_problem_with_its_place(binary, tmp_path):
    config = tmp_path / "bad.toml"
    config.write_text(
        '[log]\nmax_siz = "1GiB"\n[[input]]\nname = "a"\ntype = "file"\npaths = ["/x"]\nformat = "jsn"\n'
        '[[route]]\nname = "r"\nbatch = { max_events = "many" }\n'
    )
    done = run(binary, "check", "--config", str(config))
    assert done.returncode == 1
    for place, word in [("2:1", "max_size"), ("7:10", "json"), ("10:", "max_events")]:
        assert re.search(rf"bad\.toml:{place}.*{word}", done.stderr), (place, word, done.stderr)


def test_check_names_a_wrong_filter_at_its_own_column(binary, tmp_path):
    config = tmp_path / "bad.toml"
    config.write_text('[[route]]\nname = "r"\nwhere = "a | b"\n')
    done = run(binary, "check", "--config", str(config))
    assert done.returncode == 1 and "bad.toml:3:12" in done.stderr, done.stderr


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_configuration_is_right(binary, path):
    done = run(binary, "check", "--config", str(path))
    assert done.returncode == 0, done.stderr


def test_explain_shows_how_a_filter_is_understood(binary):
    done = run(binary, "explain", "timeout -healthcheck OR level>=warning")
    assert done.returncode == 0 and "level>=warn" in done.stdout and "(" in done.stdout
    wrong = run(binary, "explain", "a | b")
    assert wrong.returncode == 1
    lines = wrong.stderr.splitlines()
    assert lines[-2].endswith("a | b") and lines[-1].index("^") == lines[-2].index("|")


def test_the_effective_configuration_can_be_read_back(binary, tmp_path):
    config = tmp_path / "one.toml"
    config.write_text(file_input(path=f"{tmp_path}/*.log"))
    printed = run(binary, "serve", "--config", str(config), "--print-config")
    assert printed.returncode == 0
    again = tmp_path / "again.toml"
    again.write_text(printed.stdout)
    reprinted = run(binary, "serve", "--config", str(again), "--print-config").stdout
    # The first line and comments behind values say where they come from.
    values = [[line.split("  # ")[0] for line in text.splitlines()[1:]] for text in (printed.stdout, reprinted)]
    assert values[0] == values[1]
    assert f'listen = ["127.0.0.1:8245"]  # default' in printed.stdout
    assert f"[[input]]  # {config}:1" in printed.stdout


def test_the_demonstration_shows_traffic_from_files_and_a_socket_and_cleans_up(binary, tmp_path):
    with open(tmp_path / "out", "wb") as out, open(tmp_path / "err", "wb") as err:
        demo = subprocess.Popen(
            [str(binary), "demo", "--listen", "127.0.0.1:0", "--rate", "200"],
            stdout=out,
            stderr=err,
            env={**os.environ, "DISPLAY": "", "WAYLAND_DISPLAY": ""},
        )
    try:
        said = eventually(lambda: LISTENS.search((tmp_path / "out").read_bytes()), 20)
        one = Relay.__new__(Relay)
        one.port = int(said[1])
        folder = re.search(rb"(/tmp/tailrace-demo-\w+)", (tmp_path / "out").read_bytes())[1].decode()
        with one.ws({"stream": "all", "last": 100}) as reader:
            events = reader.events(300, timeout=20)
        assert {"nginx", "api", "postgres", "hosts"} <= {event["source"] for event in events}
        assert {"info", "error"} <= {event.get("level") for event in events}
        demo.send_signal(signal.SIGINT)
        assert demo.wait(10) == 130
        assert not os.path.exists(folder)
    finally:
        if demo.poll() is None:
            demo.kill()
            demo.wait()


def test_without_a_configuration_it_starts_on_its_embedded_default(binary, tmp_path):
    if os.path.exists("/etc/tailrace/tailrace.toml"):
        pytest.skip("this host has a configuration")
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    with open(tmp_path / "out", "wb") as out, open(tmp_path / "err", "wb") as err:
        process = subprocess.Popen(
            [str(binary), "serve", "--listen", "127.0.0.1:0"], stdout=out, stderr=err, env=environment, cwd=tmp_path
        )
    try:
        eventually(lambda: LISTENS.search((tmp_path / "out").read_bytes()), 20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


# Stopping


def test_a_stop_is_quick_and_leaves_a_clean_log(relay):
    one = relay(file_input() + unix_input())
    append(one.path("app.log"), *[f"line {n}" for n in range(5000)])
    one.wait_head(5000)
    readers = [one.ws({"stream": "all"}) for _ in range(10)]
    began = time.monotonic()
    assert one.stop(timeout=10) == 0
    assert time.monotonic() - began < 10
    for reader in readers:
        assert reader.closed()[0] == 1012
    assert not one.path("in.sock").exists()
    with sqlite3.connect(f"file:{one.log_dir}/tailrace.db?mode=ro", uri=True) as log:
        assert log.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert log.execute("SELECT max(last), total(last - first + 1) FROM block").fetchone() == (5000, 5000)
        assert log.execute("SELECT value FROM state WHERE key = 'clean'").fetchone() == ("yes",)
    log.close()
    epoch = readers[0].messages[0]["epoch"]
    one.start()
    assert one.epoch == epoch and one.head == 5000


def test_a_stop_while_much_is_being_written_loses_nothing(relay):
    one = relay(file_input())
    written = 0
    for turn in range(5):
        append(one.path("app.log"), *[f"n={n}" for n in range(written, written + 20_000)])
        written += 20_000
        assert one.stop(timeout=10) == 0
        one.start()
    one.wait_head(written, timeout=20)
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        numbers = [int(event["message"][2:]) for event in lines.until("live") if "type" not in event]
    assert numbers == list(range(written))


def test_a_stop_does_not_wait_for_a_reader_that_is_stuck(relay):
    import socket

    one = relay(file_input())
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.connect(("127.0.0.1", one.port))
    stuck.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    append(one.path("app.log"), *[f"line {n} " + "x" * 100 for n in range(20_000)])
    one.wait_head(20_000)
    assert one.stop(timeout=10) == 0
    stuck.close()
