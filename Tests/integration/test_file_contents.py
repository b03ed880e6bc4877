"""What stands in files, on the real binary: compressed rotations, long lines, bytes that are no text."""

import gzip
import random
import re
import zlib

from harness.command import Command
from harness.inputs import append, file_input
from harness.waiting import eventually


def messages(one) -> list[str]:
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        return [event["message"] for event in lines.until("live") if "type" not in event]


def test_f18_kills_in_the_middle_of_a_compressed_file_repeat_and_lose_nothing(relay):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    one = relay(file_input())
    log, total = one.path("app.log"), 300_000
    append(log, *(f"n={n}" for n in range(1000)))
    one.wait_head(1000)
    one.kill9()
    append(log, *(f"n={n} {'x' * 40}" for n in range(1000, total)))
    with gzip.open(one.path("app.log.1.gz"), "wb") as packed:
        packed.write(log.read_bytes())
    log.unlink()
    append(log, "n=last")
    for head in sorted(chance.sample(range(1_000, total), 4)):
        one.start()
        one.wait_head(head, 60)
        one.kill9()
    one.start()
    one.wait_head(total + 1, 60)
    read = [message.split()[0] for message in messages(one)]
    assert read == [f"n={n}" for n in range(total)] + ["n=last"]


def test_f21_a_long_line_needs_no_memory(relay):
    one = relay(file_input())
    log, size = one.path("app.log"), 96 << 20
    append(log, "before")
    one.wait_head(1)
    before = one.rss_bytes()
    with open(log, "ab", buffering=0) as file:
        for _ in range(size >> 20):
            file.write(b"x" * (1 << 20))
        file.write(b"\nafter\n")
    most = 0

    def is_read() -> bool:
        nonlocal most
        most = max(most, one.rss_bytes())
        return one.head == 3

    eventually(is_read, 60, "the line behind the long one")
    assert most - before < 32 << 20
    long = one.get_json("/api/v1/events?limit=2&order=desc")["events"][1]
    assert len(long["message"]) == 256 << 10
    assert long["fields"]["truncated_bytes"] == size - (256 << 10)
    assert one.input("app")["truncated"] == 1


def test_f22_bytes_that_are_no_text_come_out_as_they_went_in(binary, relay):
    one = relay(file_input(more='format = "plain"'))
    controls = bytes(byte for byte in range(0x20) if byte != 10) + b"\x7f" + "\x80\x85\x9f\u2028".encode()
    lines = [b"a\rb" + controls + b"z", b"\x00", b"\rx", b"bad \xff\xfe\xc3( utf-8", b"\xed\xa0\x80 half a pair", b""]
    one.path("app.log").write_bytes(b"".join(line + b"\n" for line in lines))
    one.wait_head(len(lines))
    events = one.get_json("/api/v1/events?order=asc")["events"]
    assert [event["message"] for event in events[:3]] == [line.decode() for line in lines[:3]]
    assert "raw_base64" in events[3]["fields"] and "raw_base64" not in events[0]["fields"]
    with Command(binary, "query", one.url, "--order", "asc", "-o", "raw") as query:
        query.wait()
        assert query.out.bytes() == b"".join(line + b"\n" for line in lines)


RULE = 'multiline = { start = "^n", timeout = "1s" }'


def test_every_line_and_gap_of_compressed_files_holes_and_encodings_is_in_the_sums(binary, relay):
    encodings = {"packed": "utf-8", "holes": "utf-8", "wide": "utf-16le", "narrow": "iso-8859-1"}
    one = relay("".join(
        file_input(name, f"{{dir}}/{name}.log", more=f'{RULE}\nencoding = "{encoding}"')
        for name, encoding in encodings.items()
    ))

    def sums() -> dict[str, dict]:
        return {each["name"]: each for each in one.status()["flow"]["inputs"] if "lines" in each}

    log, known = one.path("packed.log"), 500
    text = [f"n={n}\n  more of {n * n}\n" for n in range(20_000)]
    log.write_text("".join(text[:known]))
    one.wait_head(known)
    one.kill9()

    packed = gzip.compress("".join(text).encode())
    packed = packed[:len(packed) * 2 // 3]
    readable = zlib.decompressobj(wbits=31).decompress(packed)[len("".join(text[:known])):]
    assert readable.count(b"\n") > 10_000
    one.path("packed.log.1.gz").write_bytes(packed)
    log.unlink()
    log.write_text("n=last\n  more\n")
    with open(one.path("holes.log"), "wb") as file:
        for number in range(20):
            file.seek(number << 20)
            file.write(b"n=%d\n  more\n  cut" % number)
        file.write(b"\n")
    words = "n=größer\n  mehr\n" * 3000 + "n=" + "x" * 300_000 + "\n"
    for name in ("wide", "narrow"):
        one.path(f"{name}.log").write_bytes(words.encode(encodings[name]))

    one.start()
    expected = {"packed": readable.count(b"\n") + (not readable.endswith(b"\n")) + 2, "holes": 60, "wide": 6001,
                "narrow": 6001}
    eventually(lambda: {name: each["lines"] for name, each in sums().items()} == expected, 30, f"{expected} lines")
    eventually(lambda: all(each["waiting"] == 0 for each in sums().values()), 10, "no event that waits")
    with Command(binary, "verify", one.url) as command:
        assert command.wait() == 0, command.out.text() + command.err.text()
    for name in encodings:
        assert re.search(rf"^ok  lines {name}: \d+ in = \d+ out", command.out.text(), re.M), command.out.text()

    told = {name: each["told"] for name, each in sums().items()}
    assert told == {"packed": 1, "holes": 19, "wide": 0, "narrow": 0}
    assert not any(each.get("dropped") for each in sums().values())
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        events = [event for event in lines.until("live") if "type" not in event]
    assert len(events) == known + sum(each["made"] for each in sums().values())
    gaps = [(event["source"], event["fields"]["gap"]["reason"]) for event in events if "gap" in event["fields"]]
    assert sorted(gaps) == [("holes", "hole")] * 19 + [("packed", "damaged")]
    assert all(one.input(name)["truncated"] == 1 for name in ("wide", "narrow"))
