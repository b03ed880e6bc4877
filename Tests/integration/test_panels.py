"""Panels: the dashboard's tiles, as viewers and scripts get them."""

import json
import time

from harness.inputs import append, file_input
from harness.waiting import eventually

PANELS = """
[[panel]]
title = "5xx per host"
kind = "timeseries"
filter = "status:500..599"
by = "node"
window = "10m"
[[panel]]
title = "Top paths"
kind = "top"
by = "path"
limit = 2
[[panel]]
title = "Slow"
kind = "stat"
value = "max(took)"
[[panel]]
title = "Last errors"
kind = "log"
filter = "level>=error"
limit = 3
"""


def write(one, count: int, start: int = 0):
    lines = [
        json.dumps(
            {
                "level": "error" if n % 5 == 0 else "info",
                "msg": f"request {n}",
                "status": 503 if n % 5 == 0 else 200,
                "node": f"web-{n % 3}",
                "path": ["/", "/", "/cart", "/buy"][n % 4],
                "took": f"{n}ms",
            }
        )
        for n in range(start, start + count)
    ]
    append(one.path("app.log"), *lines)


def panels(one) -> dict[str, dict]:
    return {panel["id"]: panel for panel in one.get_json("/api/v1/panels")["panels"]}


def wait_told(one, head: int) -> dict[str, dict]:
    """What the panels tell once all of them know the log up to `head`, and all of it."""

    def told():
        last = {name: panel["last"] for name, panel in panels(one).items()}
        # A panel that nothing happened to is not told again, so each has its own position.
        good = all(panel and panel["complete"] for panel in last.values())
        return last if good and max(_seq(panel) for panel in last.values()) >= head else None

    return eventually(told, 15, f"panels up to {head}")


def _seq(panel: dict) -> int:
    return int(panel["position"].split(":")[1])


def check(last: dict[str, dict], count: int):
    errors = [n for n in range(count) if n % 5 == 0]
    series = {one["name"]: sum(one["values"]) for one in last["5xx-per-host"]["series"]}
    assert series == {f"web-{host}": sum(1 for n in errors if n % 3 == host) for host in range(3)}
    assert all(len(one["values"]) == last["5xx-per-host"]["points"] == 300 for one in last["5xx-per-host"]["series"])
    quarter = count // 4
    assert last["top-paths"]["entries"][0] == {"name": "/", "value": 2 * quarter}
    assert last["top-paths"]["entries"][1]["value"] == quarter and last["top-paths"]["names"] == 3
    assert last["slow"]["result"] == count - 1 and last["slow"]["unit"] == "ms"
    assert [event["message"] for event in last["last-errors"]["events"]] == [f"request {n}" for n in errors[-3:]]


def test_panels_tell_exact_values_and_a_restart_computes_them_again(relay):
    one = relay(file_input(more='format = "json"') + PANELS)
    assert list(panels(one)) == ["5xx-per-host", "top-paths", "slow", "last-errors"]
    write(one, 400)
    one.wait_head(400)
    check(wait_told(one, 400), 400)
    one.kill9()
    one.start()
    write(one, 200, start=400)
    one.wait_head(600)
    check(wait_told(one, 600), 600)


def test_viewers_share_one_computation_and_its_bytes(relay):
    one = relay(file_input(more='format = "json"') + PANELS)
    readers = [one.ws(compression=None) for _ in range(5)]
    for reader in readers:
        reader.send("panels", on=True)
    first = [[reader.until("panel")["id"] for _ in range(4)] for reader in readers]
    assert all(sorted(ids) == ["5xx-per-host", "last-errors", "slow", "top-paths"] for ids in first)
    write(one, 100)
    one.wait_head(100)
    told = []
    for reader in readers:
        texts = {}
        message = {}
        while message.get("result") != 99:
            raw = reader.socket.recv(timeout=10)
            message = json.loads(raw)
            if message["type"] == "panel":
                texts[message["id"], message["time"]] = raw
        told.append(texts)
    # What was made at one time is the same text for everybody; who came a tick later has fewer.
    shared = set.intersection(*(set(texts) for texts in told))
    assert "slow" in {name for name, _ in shared}
    assert all(texts[key] == told[0][key] for texts in told for key in shared)
    metrics = one.metrics()
    assert metrics["tailrace_panel_viewers"] == 5
    assert metrics["tailrace_panel_events_total"] == 100
    # One message per panel and tick, whatever the number of viewers.
    assert metrics["tailrace_panel_messages_written_total"] >= 40
    assert metrics["tailrace_panel_messages_total"] * 2 < metrics["tailrace_panel_messages_written_total"]
    readers[0].send("panels", on=False)
    for reader in readers[1:3]:
        reader.close()
    readers[3].abort()
    eventually(lambda: one.metrics()["tailrace_panel_viewers"] == 1, 10, "one viewer")
    readers[0].close()
    readers[4].close()


def test_panels_do_not_need_a_lens_and_go_on_while_held(relay):
    one = relay(file_input(more='format = "json"') + PANELS)
    with one.ws() as reader:
        reader.send("panels", on="yes")
        assert reader.until("error")["code"] == "request"
        reader.send("panels", on=True)
        assert reader.until("panel")["complete"] in (True, False)
        reader.open(stream="all")
        reader.live()
        reader.send("hold")
        write(one, 10)
        reader.until(lambda message: message["type"] == "panel" and message.get("result") == 9)
        assert not reader.seen


def test_panels_that_nobody_looks_at_are_not_computed_but_know_what_was_before(relay):
    one = relay(file_input(more='format = "json"') + PANELS)
    write(one, 400)
    one.wait_head(400)
    with one.ws() as reader:
        reader.open(stream="all")
        # Two of these: a whole second went by.
        reader.until("stats")
        reader.until("stats")
        assert one.metrics()["tailrace_panel_events_total"] == 0
        # The first answer knows all; and from then on scripts need no viewer.
        last = {name: panel["last"] for name, panel in panels(one).items()}
        assert all(panel["complete"] for panel in last.values())
        check(last, 400)
        write(one, 200, start=400)
        one.wait_head(600)
        check(wait_told(one, 600), 600)
        # Each of the two windows read what was there; what came then was read once for both.
        assert one.metrics()["tailrace_panel_events_total"] == 2 * 400 + 200
        reader.send("panels", on=True)
        seen = [reader.until("panel") for _ in range(4)]
        check({panel["id"]: panel for panel in seen}, 600)


def test_a_relay_without_panels_in_its_configuration_has_some(relay):
    one = relay(file_input() + file_input("quiet", "{dir}/quiet.log"))
    append(one.path("app.log"), "INFO a", "ERROR b", "ERROR c")
    one.wait_head(3)

    def told():
        last = {name: panel["last"] for name, panel in panels(one).items()}
        # Each at its own pace.
        counts = [panel and panel["total"] for panel in last.values()]
        return last if counts == [3, 3, 3, 2, 3] else None

    last = eventually(told, 15, "panels that know all events")
    assert list(last) == ["events-by-level", "top-sources", "top-units-or-files", "errors", "freshness"]
    series = {entry["name"]: sum(entry["values"]) for entry in last["events-by-level"]["series"]}
    assert series == {"info": 1, "error": 2}
    assert last["top-sources"]["entries"] == [{"name": "app", "value": 3}]
    assert last["errors"]["result"] == 2 and 0 < last["errors"]["rate"] < 1
    entries = {entry["name"]: entry["value"] for entry in last["freshness"]["entries"]}
    assert entries["quiet"] is None and entries["app"].endswith("Z")


def test_panels_can_be_switched_off(relay):
    one = relay(file_input(), server="default_panels = false")
    append(one.path("app.log"), "INFO a")
    one.wait_head(1)
    assert one.get_json("/api/v1/panels") == {"panels": []}
    started = time.monotonic()
    with one.ws() as reader:
        reader.send("panels", on=True)
        reader.open(stream="all")
        reader.until("stats")
        assert not [message for message in reader.messages if message["type"] in ("panel", "error")]
    assert time.monotonic() - started < 10
    assert one.metrics()["tailrace_panel_events_total"] == 0
