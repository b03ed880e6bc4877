"""The configuration is read again while the relay runs: what changed changes, all else goes on."""

import json
import random
import re
import signal
import threading
import time
from pathlib import Path

import pytest

from harness.inputs import append, file_input, unix_input
from harness.ledger import Bookkeeper, Pace, RotatingFile, SocketWriter
from harness.waiting import eventually

BASE = '[server]\nlisten = ["127.0.0.1:0"]\n[log]\npath = "{dir}/log"\n'


def reload(one, text: str | None = None, *, log: str = ""):
    """Puts a configuration in force over the API; the answer."""
    if text is not None:
        one.configure(BASE + log + text)
    answer = one.get("/api/v1/reload", method="POST", timeout=30)
    return answer.status, json.loads(answer.body)


def refused(one, text: str, **more) -> list[str]:
    status, body = reload(one, text, **more)
    assert status == 422, body
    return body["problems"]


def applied(one, text: str, **more) -> dict:
    status, body = reload(one, text, **more)
    assert status == 200, body
    return body


def test_g3_a_reload_touches_only_the_input_that_changed(relay, tmp_path):
    first = file_input("a", "{dir}/a.log") + file_input("b", "{dir}/b.log")
    one = relay(first)
    for name in "ab":
        append(tmp_path / f"{name}.log", "n=0")
    one.wait_head(2)
    threads = input_threads(one)

    changed = applied(one, file_input("a", "{dir}/a.log") + file_input("b", "{dir}/b.log", more='level = "error"'))
    assert changed["inputs"] == {"started": [], "restarted": ["b"], "stopped": []}
    assert input_threads(one)["a"] == threads["a"]
    assert input_threads(one)["b"] != threads["b"]

    for name in "ab":
        append(tmp_path / f"{name}.log", "n=1")
    one.wait_head(4)
    events = one.get_json("/api/v1/events")["events"]
    assert sorted((event["source"], event["message"], event.get("level")) for event in events) == [
        ("a", "n=0", None), ("a", "n=1", None), ("b", "n=0", None), ("b", "n=1", "error"),
    ]


def input_threads(one) -> dict[str, int]:
    found = {}
    for task in Path(f"/proc/{one.pid}/task").iterdir():
        name = (task / "comm").read_text().strip()
        if name.startswith("input "):
            found[name.removeprefix("input ")] = int(task.name)
    return found


def test_a_reload_without_a_change_touches_nothing(relay, tmp_path):
    text = file_input("a", "{dir}/a.log") + '[[route]]\nname = "web"\nwhere = "n"\n'
    one = relay(text)
    threads = input_threads(one)
    # Further down in the file is no change.
    body = applied(one, "# a comment\n\n" + text)
    assert body["inputs"] == {"started": [], "restarted": [], "stopped": []}
    assert body["tables"] == []
    assert input_threads(one) == threads


def test_an_input_that_was_removed_goes_on_where_it_stopped_when_it_comes_back(relay, tmp_path):
    one = relay(file_input("a", "{dir}/a.log"))
    append(tmp_path / "a.log", "n=0")
    one.wait_head(1)
    assert applied(one, "")["inputs"]["stopped"] == ["a"]
    assert one.get_json("/api/v1/inputs")["inputs"] == []
    append(tmp_path / "a.log", "n=1")
    assert applied(one, file_input("a", "{dir}/a.log"))["inputs"]["started"] == ["a"]
    one.wait_head(2)
    append(tmp_path / "a.log", "n=2")
    one.wait_head(3)
    assert [event["message"] for event in one.get_json("/api/v1/events?order=asc")["events"]] == ["n=0", "n=1", "n=2"]
    flow = one.status()["flow"]
    assert [(each["made"], each["accepted"]) for each in flow["inputs"] if each["name"] == "a"] == [(3, 3)]


def test_routes_change_between_two_events(relay, tmp_path):
    source = file_input("a", "{dir}/a.log")
    one = relay(source + '[[route]]\nname = "old"\nwhere = "one"\n')
    with one.ws({"stream": "all", "from": f"{one.epoch}:0"}) as reader, one.ws({"stream": "old"}) as gone:
        reader.until("live")
        gone.until("live")
        append(tmp_path / "a.log", "n=1 one")
        reader.events(1)
        gone.events(1)
        body = applied(one, source + '[[route]]\nname = "new"\nwhere = "two"\nset = { team = "web" }\n')
        assert body["tables"] == ["route"]
        append(tmp_path / "a.log", "n=2 two")
        assert [event["message"] for event in reader.events(2)] == ["n=1 one", "n=2 two"]
        assert reader.seen[1]["fields"]["team"] == "web"
        # Whoever reads a stream that is no more is told, and may open another one on the same connection.
        assert gone.until("error")["code"] == "stream"
        gone.send("open", stream="new", **{"from": f"{one.epoch}:0"})
        gone.until("opened")
        assert [event["message"] for event in gone.events(2)] == ["n=1 one", "n=2 two"]
    assert [stream["name"] for stream in one.get_json("/api/v1/streams")["streams"]] == ["all", "new"]


def test_streams_keep_their_events_in_a_log_in_memory(relay, tmp_path):
    source = file_input("a", "{dir}/a.log")
    routes = ['[[route]]\nname = "one"\nwhere = "first"\n', '[[route]]\nname = "two"\nwhere = "second"\n']
    one = relay(source + "".join(routes), log='path = "memory"')
    append(tmp_path / "a.log", "the first", "the second")
    one.wait_head(2)
    one.configure(BASE.replace('"{dir}/log"', '"memory"') + source + "".join(reversed(routes)))
    assert reload(one)[0] == 200
    for name, message in (("one", "the first"), ("two", "the second")):
        events = one.get_json(f"/api/v1/events?stream={name}")["events"]
        assert [event["message"] for event in events] == [message]


def test_redaction_holds_from_the_reload_on(relay, tmp_path):
    source = file_input("a", "{dir}/a.log")
    one = relay(source)
    append(tmp_path / "a.log", "mail a@example.com")
    one.wait_head(1)
    assert applied(one, source + '[[redact]]\nmatch = "builtin:email"\n')["tables"] == ["redact"]
    append(tmp_path / "a.log", "mail b@example.com")
    one.wait_head(2)
    messages = [event["message"] for event in one.get_json("/api/v1/events?order=asc")["events"]]
    assert messages == ["mail a@example.com", "mail [email]"]
    assert [rule["name"] for rule in one.status()["redactions"]] == ["email"]


def panel(title: str, where: str) -> str:
    return f'[[panel]]\ntitle = "{title}"\nkind = "stat"\nfilter = "{where}"\n'


def test_panels_change_for_those_who_look_at_them(relay, tmp_path):
    source = file_input("a", "{dir}/a.log")
    one = relay(source + panel("Kept", "one") + panel("Gone", "two"))
    with one.ws({"stream": "all"}) as reader:
        reader.until("live")
        reader.send("panels", on=True)
        reader.until(lambda message: message["type"] == "panel" and message["id"] == "gone")
        assert applied(one, source + panel("Kept", "one") + panel("Fresh", "three"))["tables"] == ["panel"]
        append(tmp_path / "a.log", "three")
        reader.until(lambda message: message["type"] == "panel" and message["id"] == "fresh" and message["total"] == 1)
        # What is told once a second says that there is another configuration.
        reader.until(lambda message: message["type"] == "stats" and message["configuration"]["generation"] == 2)
    assert [tile["id"] for tile in one.get_json("/api/v1/panels?wait=no")["panels"]] == ["kept", "fresh"]


BAD = {
    "no TOML": ("[[input]\n", "not valid TOML"),
    "unknown key": ('[log]\nmax_sise = "1GiB"\n', 'did you mean "max_size"?'),
    "wrong type": (file_input("a", "{dir}/a.log", more="max_line = true"), "must be a size"),
    "wrong filter": ('[[route]]\nname = "w"\nwhere = "(a"\n', "where of route"),
    "wrong option of an input": (unix_input("s", "relative"), "absolute path"),
    "unset variable": (file_input("a", "${NOBODY_SETS_THIS}"), "NOBODY_SETS_THIS is not set"),
    "twice the same name": (file_input("a") * 2, "already defined"),
}


@pytest.mark.parametrize("case", BAD)
def test_g2_a_bad_configuration_changes_nothing_and_says_why(relay, tmp_path, case):
    good = file_input("a", "{dir}/a.log") + '[[route]]\nname = "web"\n'
    one = relay(good)
    threads = input_threads(one)
    bad, reason = BAD[case]
    # Only one [log] may stand in a file.
    text = bad if not bad.startswith("[log]") else bad.replace("[log]\n", "", 1)
    with one.ws({"stream": "web"}) as reader:
        assert reader.until("hello")["configuration"] == {"generation": 1}
        reader.until("live")
        problems = refused(one, text)
        assert any(reason in problem for problem in problems), problems
        assert all(problem.startswith(f"{one.config}:") for problem in problems), problems
        stats = reader.until(lambda message: message["type"] == "stats" and "problem" in message["configuration"])
        assert reason in stats["configuration"]["problem"] or len(problems) > 1
        append(tmp_path / "a.log", "still there")
        reader.events(1)
    assert input_threads(one) == threads
    state = one.status()["configuration"]
    assert state["generation"] == 1 and state["state"] == "refused" and state["problems"] == problems
    assert reason in one.stderr()
    assert one.metrics()["tailrace_configuration_ok"] == 0
    # And a good one takes it back.
    applied(one, good)
    state = one.status()["configuration"]
    assert state["state"] == "ok" and state["generation"] == 2 and "problems" not in state
    assert one.metrics()["tailrace_configuration_ok"] == 1


@pytest.mark.parametrize(
    "key, before, after",
    [
        ("listen", 'listen = ["127.0.0.1:0"]', 'listen = ["127.0.0.1:0", "unix:{dir}/http.sock"]'),
        ("path", 'path = "{dir}/log"', 'path = "{dir}/elsewhere"'),
        ("sync", 'path = "{dir}/log"', 'path = "{dir}/log"\nsync = "always"'),
        ("max_connections", "[log]", "max_connections = 100\n[log]"),
    ],
)
def test_what_needs_a_restart_is_refused_with_its_key_and_nothing_applies(relay, key, before, after):
    one = relay(file_input("a", "{dir}/a.log"))
    one.configure(BASE.replace(before, after) + file_input("b", "{dir}/b.log"))
    status, body = reload(one)
    assert status == 422
    [problem] = body["problems"]
    assert f"{key} in [" in problem and "can't change while the relay runs" in problem and "restart" in problem
    place = problem.split(": ")[0].removeprefix(f"{one.config}:")
    assert tuple(map(int, place.split(":"))) > (1, 1)
    assert [each["name"] for each in one.get_json("/api/v1/inputs")["inputs"]] == ["a"]


def test_limits_of_the_log_and_of_searches_change_while_it_runs(relay, tmp_path):
    source = file_input("a", "{dir}/a.log")
    one = relay(source)
    append(tmp_path / "a.log", "n=0")
    one.wait_head(1)
    body = applied(one, "[history]\nmax_results = 7\n[consumers]\nmax_count = 3\n" + source, log='max_size = "3MiB"\n')
    assert body["tables"] == ["log", "history", "consumers"]
    assert one.status()["log"]["max_bytes"] == 3 << 20
    assert one.get("/api/v1/events?limit=8").status == 400
    assert one.get("/api/v1/events?limit=7").status == 200
    assert one.get_json("/api/v1/consumers")["max_count"] == 3


def test_sighup_reads_the_configuration_again_and_the_page_with_it(relay, tmp_path):
    public = tmp_path / "public"
    public.mkdir()
    (public / "index.html").write_text("one")
    one = relay(server=f'public = "{public}"')
    (public / "index.html").write_text("two")
    one.process.send_signal(signal.SIGHUP)
    eventually(lambda: one.status()["configuration"]["generation"] == 2, what="the reload")
    assert one.get("/").body == b"two"


def test_g7_storms_of_reloads_and_a_stop_in_the_middle_end_in_order(relay, tmp_path):
    text = file_input("a", "{dir}/a.log") + unix_input("s", "{dir}/s.sock")
    one = relay(text)
    append(tmp_path / "a.log", *(f"n={n}" for n in range(100)))
    one.wait_head(100)
    statuses = []

    def ask():
        try:
            statuses.append(one.get("/api/v1/reload", method="POST", timeout=30).status)
        except OSError:
            statuses.append(None)

    askers = [threading.Thread(target=ask) for _ in range(20)]
    for number, asker in enumerate(askers):
        one.configure(BASE + text.replace('name = "s"', f'name = "s{number}"'))
        asker.start()
        one.process.send_signal(signal.SIGHUP)
    for asker in askers:
        asker.join()
    assert set(statuses) == {200}, statuses
    # A storm costs less than one reload each.
    assert one.status()["configuration"]["generation"] <= 41

    for _ in range(50):
        one.process.send_signal(signal.SIGHUP)
    began = time.monotonic()
    assert one.stop() == 0
    assert time.monotonic() - began < 10
    one.configure(BASE + text)
    one.start()
    events = one.get_json("/api/v1/events?order=asc&limit=1000")["events"]
    assert [event["message"] for event in events] == [f"n={n}" for n in range(100)]


def test_a_hangup_during_the_start_is_kept_and_ends_nothing(relay):
    one = relay(file_input("a", "{dir}/a.log"), wait=False)
    eventually(lambda: one.process.poll() is None and sees_hangup(one.process.pid), what="the signal to be awaited")
    one.process.send_signal(signal.SIGHUP)
    one.port = int(eventually(one._listening, 20, "the address")[1])
    eventually(lambda: one.status()["configuration"]["generation"] == 2, what="the reload")


def sees_hangup(pid: int) -> bool:
    """Whether it has a descriptor that takes SIGHUP, signalfd(2), proc(5)."""
    for info in Path(f"/proc/{pid}/fdinfo").iterdir():
        try:
            mask = re.search(r"^sigmask:\s*([0-9a-f]+)$", info.read_text(), re.M)
        except OSError:
            continue
        if mask and int(mask[1], 16) >> (signal.SIGHUP - 1) & 1:
            return True
    return False


def test_only_this_host_may_ask_and_pages_of_others_may_not(relay):
    one = relay()
    assert one.get("/api/v1/reload").status == 405
    foreign = one.get("/api/v1/reload", method="POST", headers={"Origin": "https://evil.example"})
    assert foreign.status == 403


def variants(number: int, chance: random.Random) -> str:
    """A configuration whose file and socket inputs, routes, redactions and panels differ from one to the next."""
    level = chance.choice(["info", "warn", "error"])
    text = file_input("file", more=f'level = "{level}"')
    text += unix_input("socket", more="" if chance.random() < 0.8 else f"max_connections = {100 + number}")
    if chance.random() < 0.5:
        text += file_input("other", "{dir}/other.log")
    for name in chance.sample(["one", "two", "three", "four"], chance.randrange(4)):
        text += f'[[route]]\nname = "{name}"\nwhere = "{chance.choice(["file", "words", "level>=warn"])}"\n'
        text += f"set = {{ v = {number} }}\n"
    if chance.random() < 0.5:
        text += f'[[redact]]\npattern = "nothing{number % 3}"\n'
    text += panel(f"tile {number % 3}", "words")
    if chance.random() < 0.1:
        text += "[[route]]\nname = 1\n"
    return text


def test_nothing_is_lost_or_doubled_over_two_hundred_reloads(relay, tmp_path):
    seed = 20261122
    print(f"seed {seed}")
    chance = random.Random(seed)
    file = RotatingFile(tmp_path / "app.log", every=2000)
    steady = RotatingFile(tmp_path / "steady.log", every=100_000)
    always = file_input("steady", "{dir}/steady.log")
    one = relay(always + variants(0, chance), server="")
    one.configure(BASE + always + variants(0, chance))
    writers = {"file": Pace(1000, file.write), "steady": Pace(1000, steady.write)}
    keeper = Bookkeeper(one, f"{one.epoch}:0")
    keeper.start()
    eventually(lambda: keeper.connections == 1, what="the reader")
    for writer in writers.values():
        writer.start()
    thread = input_threads(one)["steady"]
    outcomes = {200: 0, 422: 0}
    for number in range(1, 201):
        outcomes[reload(one, always + variants(number, chance))[0]] += 1
    counts = {name: writer.stop() for name, writer in writers.items()}
    assert outcomes[200] > 150 and outcomes[422] > 5, outcomes

    total = sum(counts.values())
    one.wait_head(total, 60)
    eventually(lambda: keeper.position.endswith(f":{total}") or keeper.failure, 30, f"the reader at {total}")
    keeper.stop()
    assert keeper.seqs == list(range(1, total + 1)) and keeper.gaps == []
    assert keeper.connections == 1, "readers stay connected"
    assert input_threads(one)["steady"] == thread, "what did not change is not touched"
    assert file.rotations > 0

    numbers: dict[str, list[int]] = {}
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        for event in lines.until("live"):
            if "type" not in event:
                numbers.setdefault(event["source"], []).append(int(event["message"].split()[0].removeprefix("n=")))
    assert numbers["file"] == list(range(counts["file"]))
    assert numbers["steady"] == list(range(counts["steady"]))
    flow = one.status()["flow"]
    assert all(each["made"] == each["accepted"] for each in flow["inputs"]), flow
