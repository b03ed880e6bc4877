"""One deflate stream for all readers of a lens: every reader decodes every message, and the work is done once."""

import random
import socket
import threading

import pytest

from harness.deflate import OFFERS, offer
from harness.inputs import append, file_input
from harness.waiting import eventually


class Writer(threading.Thread):
    """Appends numbered lines, a few hundred at a time, until it is told to stop."""

    def __init__(self, path, lines_per_second: int = 2000):
        super().__init__(daemon=True)
        self.path, self.pause = path, 20 / lines_per_second
        self.written = 0
        self.stopped = threading.Event()

    def run(self):
        chance = random.Random(7)
        while not self.stopped.wait(self.pause):
            append(self.path, *[f"line {self.written + n} {chance.getrandbits(64):x} common text" for n in range(20)])
            self.written += 20

    def stop(self) -> int:
        self.stopped.set()
        self.join(10)
        return self.written


def read_in_thread(reader, last_text_prefix: str):
    """Reads until a message that begins so has come; errors are kept for the test."""

    def run():
        try:
            reader.until(
                lambda message: (
                    message["type"] == "events"
                    and message["events"]
                    and message["events"][-1]["message"].startswith(last_text_prefix)
                ),
                timeout=40,
            )
        except BaseException as error:
            reader.error = error

    reader.error = None
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def assert_gapless(reader):
    assert reader.error is None
    numbers = reader.numbers()
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    for event in reader.seen:
        assert event["message"] == "the end" or event["message"].split()[1] == str(event["seq"] - 1)


def test_readers_that_join_at_different_times_decode_every_message(relay):
    one = relay(file_input())
    writer = Writer(one.path("app.log"))
    writer.start()
    readers, threads = [], []
    for count in range(12):
        reader = one.ws({"stream": "all"}, **offer("plain"))
        assert "permessage-deflate" in reader.socket.response.headers["Sec-WebSocket-Extensions"]
        readers.append(reader)
        threads.append(read_in_thread(reader, "the end"))
        # The next one joins in the middle of a stream that is already compressed.
        eventually(lambda: writer.written > 400 * (count + 1))
    # Some go again, without a word.
    for reader in readers[3:5]:
        reader.abort()
    total = writer.stop()
    append(one.path("app.log"), "the end")
    for thread in threads:
        thread.join(40)
    for number, reader in enumerate(readers):
        if number not in (3, 4):
            assert_gapless(reader)
            assert reader.numbers()[-1] == total + 1
        reader.abort()
    assert one.metrics()["tailrace_compression_resets_total"] <= 1 + 12 + one.metrics()["tailrace_frames_total"] / 50


@pytest.mark.parametrize("name", OFFERS)
def test_every_offer_of_compression_is_answered_with_something_that_decodes(relay, name):
    one = relay(file_input())
    append(one.path("app.log"), *[f"line {n} and some more" for n in range(1000)])
    one.wait_head(1000)
    with (
        one.ws({"stream": "all", "last": 1000}, **offer(name)) as reader,
        one.ws({"stream": "all"}, **offer("plain")) as other,
    ):
        agreed = reader.socket.response.headers.get("Sec-WebSocket-Extensions")
        assert (agreed is None) == (name == "none")
        reader.live()
        other.live()
        for turn in range(30):
            append(one.path("app.log"), *[f"line {1000 + turn * 50 + n} and some more" for n in range(50)])
            one.wait_head(1050 + turn * 50)
        assert [event["message"] for event in reader.events(2500)] == [f"line {n} and some more" for n in range(2500)]
        assert len(other.events(1500)) == 1500


def test_an_offer_that_cannot_be_taken_falls_back_to_the_next_or_to_none(relay):
    one = relay()
    cases = {
        "permessage-deflate; server_max_window_bits=8, permessage-deflate": "permessage-deflate",
        "permessage-deflate; unknown=1": None,
        "permessage-deflate; server_max_window_bits=99": None,
        "x-webkit-deflate-frame": None,
        "permessage-deflate; client_max_window_bits": "permessage-deflate",
    }
    for offered, answered in cases.items():
        head = one.get(
            "/ws",
            headers={
                "Connection": "Upgrade",
                "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Extensions": offered,
            },
        )
        assert head.status == 101
        assert head.headers["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        agreed = head.headers["Sec-WebSocket-Extensions"]
        assert (agreed is None) if answered is None else agreed.startswith(answered), (offered, agreed)


def test_a_batch_is_compressed_once_for_a_group_however_many_readers_it_has(relay):
    one = relay(file_input())
    readers = [one.ws({"stream": "all"}, **offer("plain")) for _ in range(25)]
    for reader in readers:
        reader.live()
    before = one.metrics()
    for turn in range(40):
        append(one.path("app.log"), *[f"line {turn} {n}" for n in range(100)])
        one.wait_head(100 * (turn + 1))
    for reader in readers:
        reader.events(4000)
    after = one.metrics()
    made = after["tailrace_frames_total"] - before["tailrace_frames_total"]
    compressed = after["tailrace_compressions_total"] - before["tailrace_compressions_total"]
    delivered = after["tailrace_events_delivered_total"] - before["tailrace_events_delivered_total"]
    assert 8 <= made <= 4000 and compressed == made
    assert delivered == 25 * 4000
    assert after["tailrace_frames_written_total"] - before["tailrace_frames_written_total"] == 25 * made
    for reader in readers:
        reader.abort()


def test_two_lenses_compress_separately_and_equal_filters_share(relay):
    one = relay(file_input())
    filters = ["level>=error", "(level>=err)", "line", " line "]
    readers = [one.ws({"stream": "all", "filter": text}, **offer("plain")) for text in filters]
    for reader in readers:
        reader.live()
    assert one.metrics()["tailrace_groups"] == 2
    before = one.metrics()["tailrace_compressions_total"]
    append(one.path("app.log"), "ERROR line")
    for reader in readers:
        reader.events(1)
        reader.close()
    assert one.metrics()["tailrace_compressions_total"] - before == 2


def stalling_socket(port: int) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", port))
    return connection


def test_a_reader_that_stalls_catches_up_and_loses_nothing(relay):
    one = relay(file_input())
    slow = one.ws({"stream": "all"}, **offer("plain"), sock=stalling_socket(one.port), max_queue=1)
    healthy = one.ws({"stream": "all"}, **offer("plain"))
    slow.live()
    healthy.live()
    chance = random.Random(3)
    # More than the kernel keeps for a connection, which is some megabytes.
    total = 80_000
    for written in range(0, total, 1000):
        append(one.path("app.log"), *[f"line {written + n} {chance.randbytes(60).hex()}" for n in range(1000)])
        one.wait_head(written + 1000)
    # The healthy one has everything while the slow one has not read at all.
    healthy.events(total, timeout=20)
    assert one.metrics()["tailrace_readers_behind_total"] >= 1
    slow.events(total, timeout=30)
    eventually(lambda: one.metrics()["tailrace_readers_live"] == 2, what="the slow reader back at the edge")
    before = one.metrics()["tailrace_backfill_events_total"]
    for turn in range(20):
        append(one.path("app.log"), *[f"line {total + turn * 50 + n} x" for n in range(50)])
        slow.events(total + 50 + turn * 50)
    slow.error = healthy.error = None
    healthy.events(total + 1000)
    assert_gapless(slow)
    assert_gapless(healthy)
    assert not [message for message in slow.messages if message["type"] == "gap"]
    # It is a member again: the last events came in the group's frames.
    assert one.metrics()["tailrace_backfill_events_total"] - before < 500
    slow.abort()
    healthy.abort()


def test_a_stalled_reader_whose_events_are_evicted_is_told_exactly_what_it_missed(relay):
    one = relay(file_input(), log='path = "memory"\nmemory = "1MiB"')
    slow = one.ws({"stream": "all"}, **offer("plain"), sock=stalling_socket(one.port), max_queue=1)
    slow.live()
    chance = random.Random(5)
    written = 0
    for turn in range(80):
        append(one.path("app.log"), *[f"line {written + n} {chance.randbytes(90).hex()}" for n in range(500)])
        written += 500
        one.wait_head(written)
    slow.until(lambda message: message["type"] == "events" and message["last"] == written, timeout=30)
    gaps = [message for message in slow.messages if message["type"] == "gap"]
    assert gaps and {gap["reason"] for gap in gaps} == {"slow"}
    missing = [number for gap in gaps for number in range(gap["from"], gap["to"] + 1)]
    assert sum(gap["count"] for gap in gaps) == len(missing)
    assert sorted(slow.numbers() + missing) == list(range(1, written + 1))
    slow.abort()


def test_a_hundred_stalled_readers_cost_bounded_memory(relay):
    one = relay(file_input())
    stalled = []
    for _ in range(100):
        reader = one.ws({"stream": "all"}, **offer("plain"), sock=stalling_socket(one.port), max_queue=1)
        reader.live()
        stalled.append(reader)
    before = one.rss_bytes()
    chance = random.Random(11)
    for turn in range(40):
        append(one.path("app.log"), *[f"line {turn * 1000 + n} {chance.randbytes(80).hex()}" for n in range(1000)])
        one.wait_head((turn + 1) * 1000)
    # 7 MB of events each: 700 MB if they were queued. The log's memory and its caches grow too.
    assert one.rss_bytes() - before < 160 << 20
    assert one.get("/healthz").status == 200
    for reader in stalled:
        reader.abort()
    eventually(lambda: one.metrics()["tailrace_readers"] == 0)
