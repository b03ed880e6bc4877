"""The measures with what they are to reach, and the table of what they did."""

from dataclasses import dataclass
from typing import Callable

from . import filters, scenarios
from .history import history
from .journal import intake_journal
from .large import history_ten


@dataclass
class Row:
    name: str
    measure: str
    key: str
    target: float
    goal: str
    unit: str = ""
    # True where more is better.
    rising: bool = False


@dataclass
class Scenario:
    run: Callable[[], dict]
    rows: list[Row]
    # CPU figures swing with what else the machine does: these run in every round, interleaved, and the median counts.
    repeated: bool = False
    # Takes minutes: runs only by its name.
    asked_for: bool = False


def _history_rows(name: str) -> list[Row]:
    return [
        Row(
            name,
            "search for a word, events per CPU-second",
            "scan_per_cpu_second",
            1_500_000,
            "",
            rising=True,
        ),
        Row(name, "… newest match of 10 h of log, first result", "newest_first_ms", 100, "", "ms"),
        Row(name, "… since an hour ago, first result", "since_ms", 50, "", "ms"),
        Row(name, "stored bytes per event of 250 bytes", "stored_bytes_per_event", 70, "", "B"),
    ]


SCENARIOS: dict[str, Scenario] = {
    "thousand": Scenario(
        scenarios.thousand,
        [
            Row(
                "thousand",
                "CPU-s per million delivered, 1,000 subscribers, 50 events/frame",
                "cpu_per_million",
                0.25,
                "0.16; nchan 0.16, bare writev 0.12",
            )
        ],
        repeated=True,
    ),
    "hundred": Scenario(
        scenarios.hundred,
        [
            Row(
                "hundred",
                "the same, 100 subscribers, 5,000 lines/s, 50 events/frame",
                "cpu_per_million",
                0.30,
                "0.19; nchan 0.24, node ws 7",
            )
        ],
        repeated=True,
    ),
    "hundred-default": Scenario(
        scenarios.hundred_default,
        [
            Row(
                "hundred-default",
                "the same, 100 subscribers, 5,000 lines/s, batches as they come",
                "cpu_per_million",
                0.30,
                "0.19; nchan 0.24, node ws 7",
            )
        ],
        repeated=True,
    ),
    "wire": Scenario(
        scenarios.wire,
        [Row("wire", "wire bytes per event against zlib-6 with its own window", "ratio", 1.3, "1.05", "×")],
    ),
    "latency": Scenario(
        scenarios.latency,
        [
            Row("latency", "append → received, 10 subscribers, 1,000 lines/s, p50", "p50_ms", 5, "1", "ms"),
            Row("latency", "… p99", "p99_ms", 50, "10", "ms"),
        ],
    ),
    "held-thousand": Scenario(
        scenarios.held_thousand,
        [
            Row(
                "held-thousand",
                "held without loss, 1,000 subscribers, 10k lines/s",
                "held",
                True,
                "20k lines/s",
                rising=True,
            )
        ],
    ),
    "held-ten": Scenario(
        scenarios.held_ten,
        [Row("held-ten", "held without loss, 10 subscribers, 60k lines/s", "held", True, "150k lines/s", rising=True)],
    ),
    "idle": Scenario(
        scenarios.idle,
        [
            Row(
                "idle",
                "memory per idle connection at 10,000, deflate negotiated",
                "bytes_per_connection",
                12_288,
                "6 KB",
                "B",
            )
        ],
    ),
    "intake": Scenario(
        scenarios.intake,
        [
            Row(
                "intake",
                "file → log, no subscriber, lines per CPU-second",
                "lines_per_cpu_second",
                250_000,
                "730k; rsyslog 146k",
                rising=True,
            )
        ],
        repeated=True,
    ),
    "intake-json": Scenario(
        scenarios.intake_json,
        [
            Row(
                "intake-json",
                "the same for JSON lines",
                "lines_per_cpu_second",
                250_000,
                "jq 63k",
                rising=True,
            )
        ],
        repeated=True,
    ),
    "intake-journal": Scenario(
        intake_journal,
        [
            Row(
                "intake-journal",
                "journal → log, no subscriber, entries of 20 fields per CPU-second, reader included",
                "entries_per_cpu_second",
                100_000,
                "`journalctl -o json` 26k",
                rising=True,
            )
        ],
        repeated=True,
    ),
    "history": Scenario(history, _history_rows("history")),
    "history-ten": Scenario(
        history_ten,
        [
            *_history_rows("history-ten"),
            Row("history-ten", "… resume near the beginning, first event", "resume_first_ms", 50, "", "ms"),
            Row("history-ten", "… start on it", "start_ms", 1000, "", "ms"),
            Row("history-ten", "… a line written to it → received, worst of 500", "ping_max_ms", 50, "", "ms"),
        ],
        asked_for=True,
    ),
    "stalled": Scenario(
        scenarios.stalled,
        [
            Row(
                "stalled",
                "1,000 stalled beside 100 healthy at 5,000 lines/s: RSS",
                "rss_growth_mib",
                64,
                "+32 MiB",
                "MiB",
            ),
            Row("stalled", "… healthy p99", "healthy_p99_ms", 250, "100", "ms"),
        ],
    ),
    "filters": Scenario(
        filters.filters,
        [
            Row(
                "filters",
                "CPU at 5,000 lines/s, 1,000 different filters against one",
                "ratio",
                3,
                "1.5",
                "×",
            )
        ],
        repeated=True,
    ),
}


def show(value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def reached(row: Row, value) -> bool:
    return value >= row.target if row.rising else value <= row.target


def print_table(results: dict[str, dict]):
    width = max(len(row.measure) for one in SCENARIOS.values() for row in one.rows)
    print(f"\n{'measure':{width}}  {'reached':>12}  {'to reach':>12}  ok   on the way to")
    for name, result in results.items():
        for row in SCENARIOS[name].rows:
            if "error" in result:
                print(f"{row.measure:{width}}  {'failed':>12}  {'':>12}  NO   {result['error']}")
                continue
            value = result[row.key]
            bound = ("≥ " if row.rising and not isinstance(row.target, bool) else "" if row.rising else "≤ ") + show(
                row.target
            )
            mark = "yes" if reached(row, value) else "NO"
            found = f"{show(value)} {row.unit}"
            wanted = f"{bound} {row.unit}"
            print(f"{row.measure:{width}}  {found:>12}  {wanted:>12}  {mark:3}  {row.goal}")
    print("\ndetails")
    for name, result in results.items():
        print(
            f"  {name:14} "
            + "  ".join(
                f"{key}={show(value) if not isinstance(value, str) else value}" for key, value in result.items()
            )
        )
