"""Fixtures for tests that drive the real binary."""

import os
import shutil
from pathlib import Path

import pytest

from harness.journal import LiveJournal
from harness.relay import Relay

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def binary() -> Path:
    """The relay under test: $TAILRACE_BINARY, by default the release build of this checkout."""
    path = REPOSITORY / os.environ.get("TAILRACE_BINARY", ".build/release/tailrace")
    if not os.access(path, os.X_OK):
        pytest.exit(f"there is no relay at {path}; build it with `make build` or set TAILRACE_BINARY", returncode=2)
    return path


@pytest.fixture
def relay(binary, tmp_path, request):
    """Starts relays: `relay(config)`; all of them are ended with the test, and what they said is shown if it fails."""
    relays: list[Relay] = []
    request.node.relays = relays

    def start(config: str = "", *, wait: bool = True, **options) -> Relay:
        home = options.pop("home", tmp_path / f"relay{len(relays)}" if relays else tmp_path)
        started = Relay(binary, home, config, **options)
        relays.append(started)
        started.start(wait=wait)
        return started

    yield start
    for started in relays:
        started.close()


@pytest.fixture
def journal(tmp_path):
    """A folder with a journal that is being written, with no journald behind it."""
    if not Path(LiveJournal.WRITER).exists():
        pytest.fail("systemd-journal-remote is not installed; scripts/setup test installs it")
    live = LiveJournal(tmp_path / "journal")
    yield live
    live.close()


@pytest.fixture
def as_root():
    if os.geteuid() != 0:
        pytest.skip("needs root")


@pytest.fixture
def mounts(as_root):
    """True where file systems can be mounted in a namespace of our own."""
    if shutil.which("unshare") is None or os.system("unshare -m true 2>/dev/null") != 0:
        pytest.skip("needs mount namespaces")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        for number, started in enumerate(getattr(item, "relays", [])):
            report.sections.append((f"relay {number} ({started.home})", started.stderr()[-6000:]))
    return report
