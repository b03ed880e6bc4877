"""What is redacted is nowhere: not in the log's files, not in what readers get, not in what the relay says of itself."""

import json
import os
import random
import re
import shutil
import socket

import pytest

from harness import canary
from harness.inputs import append, connect_unix, file_input, journal_input, unix_input
from harness.waiting import eventually

SECRETS = 10_000
SEED = int(os.environ.get("CANARY_SEED", "20261122"))

BUILTINS = ["email", "ipv4", "ipv6", "credit-card", "bearer", "basic", "jwt", "private-key", "aws-key", "password"]
HASHED = {"email", "credit-card"}
RULES = "".join(
    f'[[redact]]\nmatch = "builtin:{name}"\n' + ('replace = "hash"\n' if name in HASHED else "") for name in BUILTINS
) + "[[redact]]\nname = \"order\"\npattern = '(?i)ORDER<(?<secret>[a-z0-9]+)>'\n"


def encode(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def plain(number: int, text: str) -> bytes:
    return encode(f"2026-11-22T07:35:12Z ERROR line{number:05d}x in {text.replace(chr(10), ' ')} out")


def as_json(number: int, text: str) -> bytes:
    members = {"msg": f"line{number:05d}x", "value": text, "deep": {"list": [1, text]}, text: True}
    if text.isdigit():
        members["number"] = int(text)
    if text.startswith("passwd: "):
        members["nested"] = {"client_secret": text.removeprefix("passwd: ")}
    return encode(json.dumps(members, ensure_ascii=number % 2 == 0 and text.isascii()))


def logfmt(number: int, text: str) -> bytes:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return encode(f'level=info msg="line{number:05d}x" value="{quoted}" {text.replace(chr(10), " ")}')


def syslog(number: int, text: str) -> bytes:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]").replace("\n", " ")
    return encode(
        f'<13>1 2026-11-22T07:35:12Z web-1 app 12 ID1 [x@1 k="{escaped}"] line{number:05d}x {text.replace(chr(10), " ")}'
    )


FORMATS = {"plain": plain, "json": as_json, "logfmt": logfmt, "syslog": syslog}


@pytest.mark.parametrize("encoding", canary.ENCODINGS)
def test_these_tests_would_find_a_secret_that_is_left(encoding):
    for number, kind in enumerate(canary.KINDS):
        secret = canary.make(kind, number, random.Random(SEED))
        text = f"a line with {canary.ENCODINGS[encoding](secret.text)} in it"
        for form in FORMATS.values():
            assert canary.leaks("line", form(number, text), {secret.digits} - {""}), (kind, form)


@pytest.mark.slow
def test_ten_thousand_secrets_in_many_encodings_leave_no_trace(relay, journal):
    print("CANARY_SEED", SEED)
    source = random.Random(SEED)
    files = {name: f"{name}.log" for name in FORMATS}
    one = relay(
        "".join(file_input(name, "{dir}/" + file, more=f'format = "{name}"') for name, file in files.items())
        + unix_input("stream", "{dir}/stream.sock")
        + unix_input("datagram", "{dir}/datagram.sock", mode="datagram")
        + journal_input(journal.directory)
        + RULES
    )
    readers = [one.ws({"stream": "all"}), one.lines()]
    readers[0].live()
    readers[1].until("live")
    digits = write(one, journal, source)
    one.wait_head(SECRETS, timeout=60)
    readers.append(one.lines({"Accept": "text/event-stream"}, last=SECRETS))

    captures = {"ws": json.dumps(readers[0].events(SECRETS, timeout=60), ensure_ascii=False).encode()}
    for name, reader in zip(["ndjson", "sse"], readers[1:]):
        captures[name] = capture(reader)
    for path in ["/metrics", "/api/v1/status", "/api/v1/inputs", "/api/v1/streams"]:
        captures[path] = one.get(path).body
    rules = {rule["name"]: rule for rule in one.status()["redactions"]}
    samples = one.metrics()
    # The files as they lie there while it runs, with what is only in the write-ahead log.
    shutil.copytree(one.home / "log", one.home / "copy")
    for reader in readers:
        reader.close()
    assert one.stop() == 0
    captures["stdout"], captures["stderr"] = one.stdout().encode(), one.stderr().encode()
    dumps = [*captures.items()]
    for folder in ["copy", "log"]:
        dumps += canary.folder_dumps(one.home / folder)

    found = [leak for name, dump in dumps for leak in canary.leaks(name, dump, digits)]
    assert not found, f"{len(found)} leaks, the first: " + "\n".join(found[:10])
    # All of it has been looked at.
    everything = {f"line{number:05d}x".encode() for number in range(SECRETS)}
    for name in ["ws", "ndjson", "sse"]:
        assert everything <= set(re.findall(rb"line\d{5}x", captures[name])), name
    for folder in ["copy", "log"]:
        stored = b"".join(dump for name, dump in canary.folder_dumps(one.home / folder) if name == "block")
        assert everything <= set(re.findall(rb"line\d{5}x", stored)), folder
    for name in BUILTINS + ["order"]:
        assert rules[name]["events"] >= SECRETS // len(canary.KINDS) // 2, rules
        assert samples[f'tailrace_redactions_total{{rule="{name}"}}'] == rules[name]["replacements"]
        assert f"[{name}".encode() in captures["ws"], name


def write(one, journal, source: random.Random) -> set[str]:
    """Writes all secrets, dealt out to the inputs; those that are made of digits are returned."""
    writers = {name: open(one.path(f"{name}.log"), "ab") for name in FORMATS}
    stream = connect_unix(one.path("stream.sock"))
    datagram = connect_unix(one.path("datagram.sock"), socket.SOCK_DGRAM)
    digits, entries = set(), []
    encodings = list(canary.ENCODINGS.items())
    for number in range(SECRETS):
        secret = canary.make(canary.KINDS[number % len(canary.KINDS)], number, source)
        digits |= {secret.digits} - {""}
        text = source.choice(encodings)[1](secret.text)
        target = source.randrange(len(FORMATS) + 3)
        form = source.choice(list(FORMATS.values()))
        if target < len(FORMATS):
            name = list(FORMATS)[target]
            # JSON has no bytes that are not UTF-8, but lines that should be JSON may.
            writers[name].write(FORMATS[name](number, text) + b"\n")
        elif target == len(FORMATS):
            stream.sendall(form(number, text).replace(b"\n", b" ") + b"\n")
        elif target == len(FORMATS) + 1:
            datagram.send(form(number, text))
        else:
            entries.append({"MESSAGE": encode(f"line{number:05d}x {text}"), "DETAIL": encode(text), "PRIORITY": 6})
    journal.write_all(entries)
    for writer in writers.values():
        writer.close()
    stream.close()
    datagram.close()
    return digits


def capture(reader) -> bytes:
    """All of a stream up to the last line that was written."""
    taken, seen = [], 0
    while seen < SECRETS:
        line = reader.response.readline()
        assert line, f"the stream ended after {seen} events"
        taken.append(line)
        seen += b'"seq":' in line
    return b"".join(taken)


def test_pseudonyms_are_the_same_after_a_restart_and_their_key_is_private(relay):
    one = relay(file_input() + '[[redact]]\nmatch = "builtin:email"\nreplace = "hash"\n')
    key = one.path("log/redaction.key")
    assert key.stat().st_mode & 0o777 == 0o600
    append(one.path("app.log"), "by alice@example.com", "by bob@example.com")
    one.wait_head(2)
    one.restart()
    append(one.path("app.log"), "by alice%40example.com")
    one.wait_head(3)
    with one.lines(last=3) as lines:
        alice, bob, again = (event["message"] for event in lines.events(3))
    assert re.fullmatch(r"by \[email:[0-9a-f]{12}\]", alice)
    assert alice == again != bob
    assert one.status()["redactions"] == [{"name": "email", "events": 1, "replacements": 1}]


def test_a_filter_a_route_and_a_count_see_only_what_is_left(relay):
    one = relay(
        file_input(more='format = "json"')
        + '[[redact]]\nmatch = "builtin:email"\n[[route]]\nname = "alice"\nwhere = "alice"\n'
    )
    append(one.path("app.log"), '{"msg":"by alice@example.com","n":1}', '{"msg":"alice is here","n":2}')
    one.wait_head(2)
    with one.lines(stream="alice", last=10) as lines:
        assert [event["fields"]["n"] for event in lines.events(1)] == [2]
    with one.lines(filter="example", last=10) as lines:
        assert [event for event in lines.until("live") if "seq" in event] == []


def test_the_end_of_a_line_that_was_cut_is_left_out(relay):
    one = relay(file_input(more='max_line = "4KiB"') + '[[redact]]\nmatch = "builtin:email"\n')
    append(one.path("app.log"), "x " * 2042 + "alice@example.com and more")
    one.wait_head(1)
    with one.lines(last=1) as lines:
        event = lines.events(1)[0]
    assert event["message"].endswith("x [cut]") and "alice" not in json.dumps(event)
    assert event["fields"]["truncated_bytes"] > 0
    assert one.metrics()["tailrace_redaction_cut_ends_total"] == 1


def test_a_wrong_rule_is_refused_before_anything_is_read(relay):
    one = relay(file_input() + '[[redact]]\nmatch = "builtin:emails"\n', wait=False)
    assert eventually(lambda: one.process.poll() is not None and one.process.returncode) == 78
    assert 'did you mean "builtin:email"' in one.stderr()
