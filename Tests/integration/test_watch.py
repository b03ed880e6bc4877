"""Watched panels: what viewers ask to have counted, live, as pages get it."""

import json

from harness.inputs import append, file_input
from harness.waiting import eventually

HISTOGRAM = {"kind": "timeseries", "by": ["level"], "window": "15m", "points": 150}
FACETS = [{"kind": "top", "by": [name]} for name in ("level", "source", "host", "path", "user.id")]
ROUTE = '\n[[route]]\nname = "web"\nwhere = "path=/cart"\n'


def line(n: int) -> str:
    return json.dumps(
        {
            "level": "error" if n % 5 == 0 else "info",
            "msg": f"request {n}",
            "path": ["/", "/", "/cart", "/buy"][n % 4],
            "user": {"id": n % 7},
            **({"took": f"{n}ms"} if n % 2 else {}),
        }
    )


def write(one, count: int, start: int = 0):
    append(one.path("app.log"), *[line(n) for n in range(start, start + count)])


def watch(reader, *panels) -> list[str]:
    reader.send("watch", panels=list(panels))
    answer = reader.until(lambda message: message["type"] in ("watching", "error"))
    assert answer["type"] == "watching", answer
    return answer["panels"]


def told(reader, name: str, total: int) -> dict:
    """The panel's message that counts so many events; it may have come already."""

    def is_it(message: dict) -> bool:
        return (
            message["type"] == "panel"
            and message["id"] == name
            and message["complete"]
            and message["total"] + message.get("missing", 0) == total
        )

    return next(filter(is_it, reversed(reader.messages)), None) or reader.until(is_it)


def by_level(panel: dict) -> dict[str, int]:
    return {series["name"]: sum(series["values"]) for series in panel["series"]}


def refused(reader, *panels) -> dict:
    reader.send("watch", panels=list(panels))
    return reader.until("error")


def test_two_viewers_share_a_panel_and_one_that_comes_late_gets_the_same(relay):
    one = relay(file_input(more='format = "json"'))
    write(one, 100)
    one.wait_head(100)
    with one.ws() as early, one.ws(compression=None) as late:
        ids = watch(early, HISTOGRAM, *FACETS)
        assert len(set(ids)) == 6 and all(name.startswith("w") for name in ids)
        bars = told(early, ids[0], 100)
        assert bars["width_ms"] == 10_000 and bars["points"] == 90
        assert by_level(bars) == {"info": 80, "error": 20}
        assert all(len(one["values"]) == 90 for one in bars["series"])
        assert all(isinstance(value, int) for one in bars["series"] for value in one["values"])
        paths = told(early, ids[4], 100)
        assert paths["entries"][0] == {"name": "/", "value": 50} and paths["names"] == 3
        assert told(early, ids[5], 100)["names"] == 7
        computed = one.metrics()["tailrace_panel_events_total"]
        # The same in other words, in another order.
        again = watch(late, {"kind": "top", "by": "path", "limit": 10, "every": "1s"}, {**HISTOGRAM, "value": "count"})
        assert again == [ids[4], ids[0]]
        assert by_level(told(late, ids[0], 100)) == by_level(bars)
        assert one.metrics()["tailrace_panel_events_total"] == computed
        assert one.metrics()["tailrace_panels_watched"] == 6
        write(one, 50, start=100)
        assert by_level(told(early, ids[0], 150)) == by_level(told(late, ids[0], 150)) == {"info": 120, "error": 30}
        # What it no longer watches does not come; what it still does goes on.
        assert watch(early, FACETS[0]) == [ids[1]]
        early.messages.clear()
        write(one, 10, start=150)
        told(late, ids[0], 160)
        told(early, ids[1], 160)
        assert {message["id"] for message in early.messages if message["type"] == "panel"} == {ids[1]}
        assert watch(early) == []
    eventually(lambda: one.metrics()["tailrace_panel_viewers"] == 0, 10, "no viewer")
    # A page that is loaded again finds all of it.
    assert one.metrics()["tailrace_panels_watched"] == 6
    with one.ws() as reader:
        computed = one.metrics()["tailrace_panel_events_total"]
        assert watch(reader, HISTOGRAM) == [ids[0]]
        told(reader, ids[0], 160)
        assert one.metrics()["tailrace_panel_events_total"] == computed


def test_a_panel_follows_the_lens_unless_it_says_otherwise(relay):
    one = relay(file_input(more='format = "json"') + ROUTE)
    write(one, 100)
    one.wait_head(100)
    with one.ws() as reader:
        reader.send("open", stream="web", filter="level>=error since:1h")
        # Not waiting for the answer: the panels are of the lens that is on its way.
        mine, all_of_them, ghost = watch(
            reader, HISTOGRAM, {**HISTOGRAM, "stream": "all"}, {**HISTOGRAM, "filter": ""}
        )
        bars = told(reader, mine, 5)
        assert (bars["stream"], bars["filter"]) == ("web", "level>=error")
        assert told(reader, all_of_them, 20)["stream"] == "all"
        assert told(reader, ghost, 25)["filter"] == ""
        # Another lens leaves the panels alone.
        reader.open(stream="all", filter="level=info")
        write(one, 100, start=100)
        told(reader, mine, 10)
        (stat,) = watch(reader, {"kind": "stat", "value": "max(took)"})
        message = reader.until(lambda message: message["type"] == "panel" and message["id"] == stat)
        assert message["filter"] == "level=info" and message["result"] == 199 and message["unit"] == "ms"


def test_what_is_wrong_is_named_and_changes_nothing(relay):
    one = relay(file_input(more='format = "json"'))
    with one.ws() as reader:
        (name,) = watch(reader, HISTOGRAM)
        error = refused(reader, HISTOGRAM, {"kind": "stat", "filter": "level:>3"})
        assert error["code"] == "watch" and error["panel"] == 1
        assert (error["at"], error["length"]) == (6, 2) and "=" in error["expected"]
        for panel, word in [
            ({}, "kind"),
            ({"kind": "pie"}, "pie"),
            ({"kind": "top"}, "top"),
            ({"kind": "stat", "stream": "nowhere"}, "nowhere"),
            ({"kind": "timeseries", "points": "many"}, "points"),
            ({"kind": "timeseries", "points": 1000}, "points"),
            ({"kind": "timeseries", "window": "2d"}, "window"),
            ({"kind": "timeseries", "filter": "until:1h"}, "time"),
            ({"kind": "timeseries", "by": 3}, "by"),
            ("histogram", "object"),
        ]:
            error = refused(reader, panel)
            assert (error["code"], error["panel"]) == ("watch", 0) and word in error["message"], (panel, error)
        assert refused(reader, *[HISTOGRAM] * 25)["panel"] == 24
        reader.send("watch", panels={"kind": "stat"})
        assert reader.until("error")["code"] == "request"
        reader.send("watch")
        assert reader.until("error")["code"] == "request"
        assert one.metrics()["tailrace_panels_watched"] == 1
        write(one, 10)
        told(reader, name, 10)


def test_the_relay_computes_only_so_many_different_panels(relay):
    one = relay(file_input(more='format = "json"'))
    readers = [one.ws() for _ in range(11)]
    for number, reader in enumerate(readers[:10]):
        watch(reader, *[{"kind": "stat", "filter": f"n{number}-{panel}"} for panel in range(24)])
    last = readers[10]
    watch(last, *[{"kind": "stat", "filter": f"last{panel}"} for panel in range(16)])
    assert one.metrics()["tailrace_panels_watched"] == 256
    with one.ws() as late:
        error = refused(late, {"kind": "stat", "filter": "one more"})
        assert error["code"] == "watch" and error["panel"] == 0
        # One that others watch is no more work.
        assert len(watch(late, {"kind": "stat", "filter": "last3"})) == 1
        # Who leaves makes room, at once if it is needed.
        readers[0].abort()
        eventually(lambda: one.metrics()["tailrace_panel_viewers"] == 11, 10, "one viewer less")
        watch(late, {"kind": "stat", "filter": "one more"})
    assert one.metrics()["tailrace_panels_watched"] == 256
    for reader in readers[1:]:
        reader.abort()


def test_a_viewer_that_stops_reading_gets_the_newest_when_it_goes_on(relay):
    one = relay(file_input(more='format = "json"'))
    # Messages of some 200 KB fill every buffer between the relay and a viewer that does not read.
    fields = [{"kind": "top", "by": ["trace"], "limit": 100, "window": f"{900 + n}s"} for n in range(24)]
    with one.ws(compression=None, max_queue=1) as slow, one.ws() as quick:
        ids = watch(slow, *fields)
        watch(quick, fields[0])
        count = 0

        def more():
            nonlocal count
            append(
                one.path("app.log"),
                *[json.dumps({"msg": "m", "trace": f"{n:0120}"}) for n in range(count, count + 100)],
            )
            count += 100
            return one.metrics()["tailrace_panel_messages_skipped_total"] > 50

        eventually(more, 60, "messages that the slow viewer was spared")
        one.wait_head(count)
        assert told(quick, ids[0], count)["complete"]
        for name in ids:
            assert told(slow, name, count)["position"].endswith(f":{count}")


def test_a_kill_and_a_restart_count_nothing_twice(relay):
    one = relay(file_input(more='format = "json"'))
    with one.ws() as reader:
        ids = watch(reader, HISTOGRAM)
        write(one, 300)
        told(reader, ids[0], 300)
        one.kill9()
    one.start()
    write(one, 100, start=300)
    with one.ws() as reader:
        assert watch(reader, HISTOGRAM) == ids
        told(reader, ids[0], 400)
