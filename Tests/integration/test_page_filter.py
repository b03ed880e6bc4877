"""The page's own evaluator against the relay's: the same filters on the same events, word for word."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from harness.filters import Dice, event_line, filter_text
from harness.http import JSONLines
from harness.inputs import append, file_input
from harness.waiting import eventually

ANSWERS = Path(__file__).resolve().parent.parent / "harness" / "filter-answers.mjs"
EVENTS = 120
FILTERS = int(os.environ.get("TAILRACE_PAGE_FILTERS", "2400"))
# The same in every run, so that a change is what breaks it; "random" looks for what nobody has met yet.
WANTED_SEED = os.environ.get("TAILRACE_SEED", "1669113741")
SEED = int.from_bytes(os.urandom(4)) if WANTED_SEED == "random" else int(WANTED_SEED)

# What only the relay's regex compiler finds out; the page takes such a filter, and it matches nothing there.
ONLY_THE_RELAY = ("wrong regex: pattern can never match", "wrong regex: resource limit exceeded")


@pytest.mark.slow
def test_the_page_answers_as_the_relay_does(relay, tmp_path):
    print(f"TAILRACE_SEED={SEED}")
    dice = Dice(SEED)
    log = tmp_path / "app.log"
    append(log, *(event_line(dice) for _ in range(EVENTS)))
    served = relay(file_input(more='format = "json"'))
    eventually(lambda: served.status()["log"]["head"] >= EVENTS, 10, "all events in the log")
    texts = _unfiltered(served)
    filters = [filter_text(dice) for _ in range(FILTERS)]
    pages = _page_answers(texts, filters)
    answered = compared = 0
    for text, page in zip(filters, pages, strict=True):
        wanted = _relay_answer(served, text)
        if page.get("seqs", 0) is None or wanted.get("error", {}).get("message", "").startswith(ONLY_THE_RELAY):
            continue
        assert page == wanted, f"TAILRACE_SEED={SEED}: {text!r}"
        answered += 1
        compared += "seqs" in page and 0 < len(page["seqs"]) < EVENTS
    assert answered > 0.9 * FILTERS
    assert compared > 0.2 * FILTERS


def _unfiltered(served) -> list[str]:
    with served.lines(last=EVENTS) as lines:
        texts = []
        while len(texts) < EVENTS:
            line = lines.line().decode()
            if line.startswith('{"seq"'):
                texts.append(line)
    return texts


def _page_answers(texts: list[str], filters: list[str]) -> list[dict]:
    node = shutil.which("node")
    assert node, "Node.js is not installed; scripts/setup test installs it"
    asked = "\n".join(json.dumps(value) for value in [texts, *filters])
    done = subprocess.run([node, str(ANSWERS)], input=asked, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.rstrip("\n").split("\n")]


def _relay_answer(served, text: str) -> dict:
    """In the form of the page's answers."""
    with JSONLines(served.port, f"/api/v1/stream?last={EVENTS}&filter={quote(text, safe='')}") as lines:
        if lines.response.status != 200:
            problem = json.loads(lines.response.read())
            assert problem["code"] == "filter", problem
            told = {name: problem[name] for name in ("at", "length", "expected", "suggestion") if name in problem}
            return {"error": {"message": problem["detail"], **told}}
        taken = lines.until("live")
    opened = next(one for one in taken if one.get("type") == "opened")
    return {"canonical": opened["filter"], "seqs": [one["seq"] for one in taken if "type" not in one]}
