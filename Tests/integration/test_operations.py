"""docs/operations.md against the relay: the list of metrics, and the alerts that are made of them."""

import json
import re
from pathlib import Path

from harness.http import request
from harness.inputs import append, file_input

PAGE = Path(__file__).resolve().parents[2] / "docs/operations.md"

# Brings out every family: those with labels are only told where there is something to label.
CONFIG = (
    file_input()
    + '[[redact]]\nmatch = "builtin:email"\n'
    + '[[route]]\nname = "noise"\nwhere = "noise"\ndrop = true\n'
    + '[[route]]\nname = "some"\nsample = "1:10"\n'
)


def told(metrics: str) -> dict[str, tuple[str, str]]:
    """Kind and meaning of each family, as the relay says them."""
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", metrics, re.M))
    return {name: (kinds[name], help) for name, help in re.findall(r"^# HELP (\S+) (.*)$", metrics, re.M)}


def test_every_metric_has_its_line_and_every_line_its_metric(relay):
    one = relay(CONFIG)
    append(one.path("app.log"), "a line")
    one.wait_head(1)
    with one.lines(consumer="c", last=1) as lines:
        assert lines.next()["type"] == "opened"
        body = json.dumps({"position": f"{one.epoch}:1"}).encode()
        headers = {"Content-Type": "application/json"}
        answer = request(one.port, "/api/v1/consumers/c/commit", method="POST", body=body, headers=headers)
        assert answer.status < 300, answer
        seen = told(one.get("/metrics").body.decode())
    rows = re.findall(r"^\| `(tailrace_\w+)` \| (\w+) \| (.*) \|$", PAGE.read_text(), re.M)
    written = {name: (kind, meaning) for name, kind, meaning in rows}
    assert len(rows) == len(written), "a metric stands twice"
    missing = [f"| `{name}` | {kind} | {help} |" for name, (kind, help) in seen.items() if written.get(name) != (kind, help)]
    assert not missing, "these lines belong into docs/operations.md:\n" + "\n".join(missing)
    assert not set(written) - set(seen), "docs/operations.md has lines of metrics that there are not"


def test_alerts_name_metrics_that_there_are():
    text = PAGE.read_text()
    rules = re.search(r"```yaml\n(.*?)```", text, re.S)[1]
    written = set(re.findall(r"^\| `(tailrace_\w+)` \|", text, re.M))
    used = set(re.findall(r"tailrace_\w+", rules))
    assert used and used <= written, used - written
    assert rules.count("- alert:") == rules.count("expr:") == rules.count("summary:")
