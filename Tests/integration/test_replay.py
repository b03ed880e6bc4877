"""`tailrace check --replay`: another configuration over what a relay has stored."""

import os
import subprocess

from harness.inputs import append, file_input

SERVER = '[server]\nlisten = ["127.0.0.1:0"]\n[log]\npath = "memory"\n'


def run(binary, *arguments):
    return subprocess.run(
        [str(binary), *map(str, arguments)], capture_output=True, text=True, timeout=60,
        env={**os.environ, "TAILRACE_URL": ""},
    )


def test_replay_shows_what_routes_redactions_and_fields_would_differ_in(binary, relay, tmp_path):
    source = file_input("a", "{dir}/a.log")
    one = relay(
        source + '[[route]]\nname = "web"\nwhere = "GET"\n[[route]]\nname = "old"\nwhere = "POST"\n'
    )
    append(tmp_path / "a.log", *(f"GET /{n} mail a{n}@example.com" for n in range(5)), "POST /x", "DELETE /y", "GET /healthz")
    one.wait_head(8)
    new = tmp_path / "new"
    new.mkdir()
    config = new / "tailrace.toml"
    config.write_text(
        SERVER + source.replace("{dir}", str(tmp_path))
        + '[[route]]\nname = "health"\nwhere = "healthz"\ndrop = true\n'
        + '[[route]]\nname = "web"\nwhere = "GET OR DELETE"\nset = { team = "web" }\n'
        + '[[redact]]\nmatch = "builtin:email"\n'
    )
    done = run(binary, "check", "--config", config, "--replay", "1h", "--relay", one.url)
    assert done.returncode == 0, done
    lines = done.stdout.splitlines()
    assert "replayed 8 events of the last 1h" in lines
    assert "route health: would drop 1 events" in lines and "  - 8: GET /healthz" in lines
    assert "route web: 6 events instead of 6; 1 would come, 1 would leave" in lines
    assert "  + 7: DELETE /y" in lines
    assert "route old: would be no more; it has 1 events" in lines
    assert "redact email: would replace something in 5 events" in lines and "  ~ 1: GET /0 mail [email]" in lines
    assert "field team: new in 6 events, another value in 0" in lines
    assert "@example.com" not in done.stdout
    # What runs there is what it would be.
    same = run(binary, "check", "--config", one.config, "--replay", "1h", "--relay", one.url)
    assert same.stdout.splitlines()[-1] == "no route, redaction or field would differ", same
    away = run(binary, "check", "--config", one.config, "--replay", "1h", "--relay", "http://127.0.0.1:9")
    assert away.returncode == 1 and "running relay" in away.stderr
