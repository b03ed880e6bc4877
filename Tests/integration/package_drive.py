"""Runs inside the booted system of test_package.py: installs the package, breaks it, upgrades it, takes it away.

Prints one object for each step: what was seen. What it should have been is said in the tests.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

FIRST, SECOND = "/first.deb", "/second.deb"
PORT = 8245


def main():
    for step in (install, journal, sandbox, own_log, restart, crash, hang, credentials, upgrade, remove, purge):
        began = time.monotonic()
        seen = step()
        print(json.dumps({"step": step.__name__, "seconds": round(time.monotonic() - began, 2), **seen}), flush=True)
    print(json.dumps({"step": "end"}), flush=True)


def install():
    done = dpkg("--install", FIRST)
    until(healthy)
    state = os.stat("/var/lib/tailrace")
    return {
        "code": done.returncode,
        "said": done.stdout + done.stderr,
        "active": [active("tailrace.service"), active("tailrace.socket")],
        "enabled": [run("systemctl", "is-enabled", unit).stdout.strip() for unit in ("tailrace.service", "tailrace.socket")],
        "page": get("/")[0],
        "status_text": shown("StatusText"),
        "state_mode": oct(state.st_mode & 0o777),
        "state_owner": run("stat", "-c", "%U", "/var/lib/tailrace").stdout.strip(),
        "version": run("tailrace", "version").stdout.strip(),
        "man": run("man", "--pager=cat", "tailrace-serve").returncode,
        "check": run("tailrace", "check", "--config", "/etc/tailrace/tailrace.toml").returncode,
    }


def journal():
    say("hello journal")
    event = until(lambda: found("hello journal"))
    return {"messages": [one["message"] for one in event], "source": event[0]["source"]}


def sandbox():
    status = Path(f"/proc/{main_pid()}/status").read_text()
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return {
        "user": run("stat", "-c", "%U", f"/proc/{main_pid()}").stdout.strip(),
        "capabilities": int(lines["CapEff"], 16) | int(lines["CapBnd"], 16),
        "no_new_privileges": lines["NoNewPrivs"].strip(),
        "seccomp": lines["Seccomp"].strip(),
        "inputs": {one["name"]: one["state"] for one in json.loads(get("/api/v1/inputs")[1])["inputs"]},
        "warnings": [line["MESSAGE"] for line in own_lines() if int(line["PRIORITY"]) <= 4],
    }


def own_log():
    return {"lines": [line for line in own_lines() if line.get("TAILRACE_ADDRESS")]}


def restart():
    """Knocks without a pause while the relay restarts."""
    knocking = Knocking()
    began = time.monotonic()
    run("systemctl", "restart", "tailrace.service")
    until(healthy)
    return {"took": time.monotonic() - began, **knocking.end(), "result": shown("Result")}


def crash():
    """What a trap raises. Sent from outside it is survived once, when the stack has been written."""
    for number in range(20):
        say(f"before crash {number}")
    until(lambda: len(found("before crash")) == 20)
    before = main_pid()
    knocking = Knocking()
    os.kill(before, signal.SIGILL)
    until(lambda: any("Backtrace took" in line for line in journal_text()))
    began = time.monotonic()
    os.kill(before, signal.SIGILL)
    until(lambda: main_pid() not in (0, before) and healthy())
    took = time.monotonic() - began
    for number in range(20):
        say(f"after crash {number}")
    until(lambda: len(found("after crash")) >= 20)
    return {
        "took": took,
        **knocking.end(),
        "before": sorted(one["message"] for one in found("before crash")),
        "after": sorted(one["message"] for one in found("after crash")),
        "stack": any("Thread 0" in line for line in journal_text()),
        "cores": [str(path) for path in Path("/var/lib/systemd/coredump").glob("*tailrace*")],
    }


def hang():
    """Everything stands still until systemd has noticed, after WatchdogSec."""
    drop_in("watchdog", "[Service]\nWatchdogSec=1s\n")
    run("systemctl", "restart", "tailrace.service")
    until(healthy)
    # Fed: it outlives the time several times over.
    before = main_pid()
    time.sleep(3)
    outlived = main_pid() == before
    stacks = sum("Backtrace took" in line for line in journal_text())
    os.kill(before, signal.SIGSTOP)
    until(lambda: any("Watchdog timeout" in line for line in journal_text()))
    # Whoever only hangs can still write its stack.
    os.kill(before, signal.SIGCONT)
    until(lambda: main_pid() not in (0, before) and healthy())
    text = journal_text()
    undo("watchdog")
    return {
        "outlived": outlived,
        "noticed": any("Watchdog timeout" in line for line in text),
        "stack": sum("Backtrace took" in line for line in text) > stacks,
        "of_loops": any("Thread" in line and "NIO-ELT" in line for line in text),
    }


def credentials():
    Path("/root/key").write_text("k" * 40)
    os.chmod("/root/key", 0o600)
    folder = Path("/etc/tailrace/conf.d")
    folder.mkdir()
    rule = '[[redact]]\nmatch = "builtin:email"\nreplace = "hash"\nkey = "${file:/run/credentials/tailrace.service/key}"\n'
    (folder / "redact.toml").write_text(rule)
    drop_in("credentials", "[Service]\nLoadCredential=key:/root/key\n")
    run("systemctl", "restart", "tailrace.service")
    until(healthy)
    say("mail to somebody@example.com now")
    event = until(lambda: found("mail to"))
    undo("credentials")
    (folder / "redact.toml").unlink()
    folder.rmdir()
    run("systemctl", "restart", "tailrace.service")
    until(healthy)
    return {"message": event[0]["message"]}


def upgrade():
    config = Path("/etc/tailrace/tailrace.toml")
    config.write_text(config.read_text() + "# a line of the administrator\n")
    epoch, before = log()["epoch"], main_pid()
    knocking = Knocking()
    done = dpkg("--install", SECOND)
    until(lambda: main_pid() not in (0, before) and healthy())
    return {
        "code": done.returncode,
        "said": done.stdout + done.stderr,
        **knocking.end(),
        "config": config.read_text().splitlines()[-1],
        "same_log": log()["epoch"] == epoch,
        "installed": run("dpkg-query", "-W", "-f", "${Version}", "tailrace").stdout,
    }


def remove():
    pid = main_pid()
    done = dpkg("--remove", "tailrace")
    return {
        "code": done.returncode,
        "said": done.stdout + done.stderr,
        "running": Path(f"/proc/{pid}").exists(),
        "binary": Path("/usr/bin/tailrace").exists(),
        "config": Path("/etc/tailrace/tailrace.toml").exists(),
        "log": Path("/var/lib/tailrace/tailrace.db").exists(),
        "answers": healthy(),
    }


def purge():
    own = run("dpkg-query", "--listfiles", "tailrace").stdout.split()
    done = dpkg("--purge", "tailrace")
    places = ["/etc/tailrace", "/var/lib/tailrace", "/run/tailrace", "/usr/bin/tailrace", "/usr/share/tailrace"]
    units = [str(path) for top in ("/etc/systemd", "/var/lib/systemd") for path in Path(top).rglob("*tailrace*")]
    left = [path for path in places if Path(path).exists()] + units
    left += [path for path in own if "tailrace" in path and Path(path).exists()]
    return {"code": done.returncode, "said": done.stdout + done.stderr, "left": left}


# Tools


def run(*command: str):
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL)


def dpkg(*words: str):
    """Without a question about a configuration that both sides have changed, and without rebuilding the manual's index."""
    done = run("dpkg", "--force-confold", "--no-triggers", *words)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return done


def until(condition, timeout: float = 40):
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError("\n".join([*journal_text()[-60:], told()]))
        time.sleep(0.05)
    return value


def told() -> str:
    """What helps to see why something did not come."""
    try:
        inputs = get("/api/v1/inputs")[1].decode()
    except (OSError, http.client.HTTPException) as problem:
        inputs = str(problem)
    listing = run("sh", "-c", "systemctl status tailrace.service; ls -lR /run/log/journal /var/log/journal; journalctl -n 5")
    return f"{inputs}\n{listing.stdout}{listing.stderr}"


def get(path: str, timeout: float = 20):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def healthy() -> bool:
    try:
        return get("/readyz")[0] == 200
    except OSError:
        return False
    except http.client.HTTPException:
        return False


def found(words: str) -> list[dict]:
    path = "/api/v1/events?limit=1000&filter=%22" + words.replace(" ", "%20") + "%22"
    try:
        return json.loads(get(path)[1])["events"]
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return []


def log() -> dict:
    return json.loads(get("/api/v1/status")[1])["log"]


def say(words: str):
    run("systemd-cat", "-t", "drive", "echo", words)


def active(unit: str) -> str:
    return run("systemctl", "is-active", unit).stdout.strip()


def shown(name: str) -> str:
    return run("systemctl", "show", "-P", name, "tailrace.service").stdout.strip()


def main_pid() -> int:
    return int(shown("MainPID"))


def own_lines() -> list[dict]:
    lines = run("journalctl", "-u", "tailrace.service", "-o", "json", "-t", "tailrace").stdout.splitlines()
    return [json.loads(line) for line in lines]


def journal_text() -> list[str]:
    return run("journalctl", "-u", "tailrace.service", "-o", "cat").stdout.splitlines()


def drop_in(name: str, text: str):
    path = Path(f"/etc/systemd/system/tailrace.service.d/{name}.conf")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    run("systemctl", "daemon-reload")


def undo(name: str):
    path = Path(f"/etc/systemd/system/tailrace.service.d/{name}.conf")
    path.unlink()
    path.parent.rmdir()
    run("systemctl", "daemon-reload")


class Knocking:
    """Connects again and again, and counts how it went."""

    def __init__(self):
        self.refused, self.answered, self.over = 0, 0, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", PORT), timeout=20) as connection:
                    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                    self.answered += connection.recv(100).startswith(b"HTTP/1.1 200")
            except ConnectionRefusedError:
                self.refused += 1
            except OSError:
                # Accepted by the relay that was about to go.
                pass
            time.sleep(0.002)

    def end(self) -> dict:
        self.over.set()
        self.thread.join(30)
        return {"refused": self.refused, "answered": self.answered}


main()
