"""`tailrace check`, and `serve` on what it would refuse."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from harness.inputs import append, file_input

SERVER = '[server]\nlisten = ["127.0.0.1:0"]\n[log]\npath = "memory"\n'


def run(binary, *arguments, env: dict = {}, timeout: float = 60):
    return subprocess.run(
        [str(binary), *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
        env={**os.environ, "TAILRACE_URL": "", **env},
    )


WRONG = {
    "no TOML": (b"[server\n", "not valid TOML"),
    "an unknown key": (b'[log]\nmax_sise = "1GiB"\n', 'did you mean "max_size"?'),
    "a wrong type": (b'[log]\nmax_size = true\n', "must be a size"),
    "a table twice": (b'[log]\nmax_size = "1GiB"\n[log]\n', "not valid TOML"),
    "a key twice": (b'[log]\nmax_size = "1GiB"\nmax_size = "2GiB"\n', "not valid TOML"),
    "deep arrays": (b"[log]\npath = " + b"[" * 100_000 + b"]" * 100_000 + b"\n", "nested deeper"),
    "deep tables": (b"[" + b".".join([b"a"] * 100_000) + b"]\n", "nested deeper"),
    "deep inline tables": (b"[log]\na = " + b"{a=" * 50_000 + b"1" + b"}" * 50_000 + b"\n", "nested deeper"),
    "bytes that are no text": (b"\xff\xfe[\x00", "not UTF-8"),
    "a wrong filter": (b'[[route]]\nname = "r"\nwhere = "(a"\n', "where of route"),
    "a wrong option of an input": (b'[[input]]\nname = "s"\ntype = "unix"\npath = "x"\n', "absolute path"),
}


@pytest.mark.parametrize("case", WRONG)
def test_g1_what_is_wrong_is_told_with_its_place_by_check_and_serve_alike(binary, tmp_path, case):
    config = tmp_path / "tailrace.toml"
    text, reason = WRONG[case]
    config.write_bytes(text)
    served = run(binary, "serve", "--config", config)
    checked = run(binary, "check", "--config", config)
    assert (served.returncode, checked.returncode) == (78, 1), (served, checked)
    assert re.search(rf"{re.escape(str(config))}:\d+:\d+: ", served.stderr) and reason in served.stderr, served.stderr
    assert checked.stderr == served.stderr


def test_g1_a_file_of_a_gigabyte_is_refused_at_once(binary, tmp_path):
    config = tmp_path / "tailrace.toml"
    with open(config, "wb") as file:
        file.truncate(1 << 30)
    served = run(binary, "serve", "--config", config, timeout=20)
    assert served.returncode == 78 and "larger than 1MiB" in served.stderr, served.stderr


def test_all_that_is_wrong_is_told_at_once_and_in_the_file_where_it_stands(binary, tmp_path):
    config = tmp_path / "tailrace.toml"
    config.write_text('[[route]]\nname = "r"\nwhere = "(a"\n[[input]]\nname = "s"\ntype = "unix"\npath = "x"\n')
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d/20-b.toml").write_text('\n[[route]]\nname = "t"\nwhere = "b)"\n')
    lines = run(binary, "check", "--config", config).stderr
    for place in (f"{config}:3:", f"{config}:7:8:", f"{tmp_path}/conf.d/20-b.toml:4:"):
        assert place in lines, lines
    (tmp_path / "conf.d/10-a.toml").write_text("[log]\nsink = 1\n")
    lines = run(binary, "check", "--config", config).stderr
    assert f"{tmp_path}/conf.d/10-a.toml:2:1: unknown key" in lines


# G6: secrets


SECRET = "hunter2-and-more-than-that"


def test_g6_credentials_of_systemd_are_put_in_and_never_shown(binary, tmp_path):
    folder = tmp_path / "credentials"
    folder.mkdir()
    secret = folder / "redaction"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o400)
    config = tmp_path / "tailrace.toml"
    config.write_text(SERVER + '[[redact]]\nmatch = "builtin:email"\nreplace = "hash"\nkey = "${credential:redaction}"\n')
    env = {"CREDENTIALS_DIRECTORY": str(folder)}
    printed = run(binary, "serve", "--config", config, "--print-config", env=env)
    assert printed.returncode == 0 and 'key = "${credential:redaction}"' in printed.stdout, printed
    assert SECRET not in printed.stdout + printed.stderr
    assert "can read" not in run(binary, "check", "--config", config, env=env).stdout
    missing = run(binary, "check", "--config", config)
    assert missing.returncode == 1 and "LoadCredential=redaction:" in missing.stderr
    config.write_text(config.read_text().replace(":redaction}", ":../redaction}"))
    assert "is not the name of a credential" in run(binary, "check", "--config", config, env=env).stderr


def test_g6_a_secret_that_everybody_can_read_is_warned_of(binary, tmp_path):
    secret = tmp_path / "key"
    secret.write_text(SECRET)
    secret.chmod(0o644)
    config = tmp_path / "tailrace.toml"
    config.write_text(SERVER + f'[[redact]]\nmatch = "builtin:email"\nreplace = "hash"\nkey = "${{file:{secret}}}"\n')
    checked = run(binary, "check", "--config", config)
    assert checked.returncode == 0 and f"chmod 600 {secret}" in checked.stdout, checked
    secret.chmod(0o600)
    assert "chmod" not in run(binary, "check", "--config", config).stdout


@pytest.mark.parametrize(
    "line",
    [
        '[server]\nlisten = ["${SECRET}"]',
        '[server]\nallowed_origins = ["${SECRET}"]',
        '[log]\nsync = "${SECRET}"',
        '[log]\nmax_size = "${SECRET}"',
        '[[input]]\nname = "${SECRET} x"\ntype = "stdin"',
        '[[input]]\nname = "a"\ntype = "${SECRET}"',
        '[[input]]\nname = "a"\ntype = "unix"\npath = "${SECRET}"',
        '[[input]]\nname = "a"\ntype = "stdin"\nformat = "${SECRET}"',
        '[[route]]\nname = "a"\nwhere = "level>=${SECRET}"\nsample = "${SECRET}"',
        '[[route]]\nname = "a"\nfrom = ["${SECRET}"]',
        '[[redact]]\nmatch = "${SECRET}"',
        '[[redact]]\npattern = "(${SECRET}"',
        '[[panel]]\ntitle = "x"\nkind = "stat"\nvalue = "${SECRET}(a)"',
    ],
)
def test_g6_no_message_shows_what_a_variable_held(binary, tmp_path, line):
    config = tmp_path / "tailrace.toml"
    config.write_text(line + "\n")
    for command in (["check"], ["serve"], ["serve", "--print-config"]):
        done = run(binary, *command, "--config", config, env={"SECRET": SECRET})
        assert SECRET[:8] not in done.stdout + done.stderr, done
        assert done.returncode in (1, 78) or "--print-config" in command, done


def test_the_effective_configuration_says_where_each_value_stands(binary, tmp_path):
    config = tmp_path / "tailrace.toml"
    config.write_text('[log]\npath = "memory"\n\n[[input]]\nname = "a"\ntype = "file"\npaths = ["${LOGS}/a.log"]\n')
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d/one.toml").write_text('[history]\nmax_open = 7\n')
    done = run(
        binary, "serve", "--config", config, "--listen", "127.0.0.1:0", "--print-config", env={"LOGS": "/srv/secretly"}
    )
    lines = done.stdout.splitlines()
    assert 'listen = ["127.0.0.1:0"]  # --listen' in lines
    assert f'path = "memory"  # {config}:2' in lines
    assert 'max_size = "2GiB"  # default' in lines
    assert f"max_open = 7  # {tmp_path}/conf.d/one.toml:2" in lines
    assert f'paths = ["${{LOGS}}/a.log"]  # {config}:7' in lines
    assert "secretly" not in done.stdout


def test_the_schema_is_printed_and_is_the_shipped_one(binary):
    done = run(binary, "config-schema")
    assert done.stdout == (Path(__file__).resolve().parents[2] / "etc/tailrace.schema.json").read_text()


# G11: what a service manager may hand over


def test_g11_a_hostile_notify_socket_and_foreign_descriptors_are_left_alone(binary, relay, tmp_path, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/" + "x" * 5000)
    monkeypatch.setenv("LISTEN_FDS", "999999999999")
    monkeypatch.setenv("LISTEN_PID", "1")
    monkeypatch.setenv("LISTEN_FDNAMES", ":" * 100)
    one = relay(file_input())
    append(tmp_path / "app.log", "n=0")
    one.wait_head(1)
    assert one.get("/api/v1/reload", method="POST").status == 200
    assert one.stop() == 0
