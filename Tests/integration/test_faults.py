"""What can go wrong around the relay: a clear message, and where it can go on, it goes on and loses nothing."""

import os
import random
import shutil
import sqlite3
import stat
import tempfile
from pathlib import Path

import pytest

from harness.inputs import append, file_input, journal_input
from harness.waiting import eventually

# The user nobody, as which a root's tests see what an ordinary user sees.
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


@pytest.fixture
def public_home(as_root):
    """A folder that the user nobody can use; pytest's own are private."""
    home = Path(tempfile.mkdtemp(prefix="tailrace-test-"))
    os.chown(home, 65534, 65534)
    yield home
    shutil.rmtree(home)


@pytest.fixture
def nobodys_binary(binary, public_home):
    """The binary where nobody can run it, if its own place is private."""
    if os.system(f"{' '.join(AS_NOBODY)} test -x {binary}") == 0:
        return binary
    shutil.copy(binary, public_home / "tailrace")
    os.chmod(public_home / "tailrace", 0o755)
    return public_home / "tailrace"


# sysexits.h: what a service manager need not try again.
WRONG_CONFIGURATION = 78


def fails(relay, config: str = "", *, status: int = 1, **options) -> str:
    """Starts a relay that must not start; what it says."""
    one = relay(config, wait=False, **options)
    assert one.wait() == status, one.stderr()
    return one.stderr()


# The configuration


@pytest.mark.parametrize(
    "config, place, words",
    [
        ('[[input]]\nname = "a"\ntype = "file"\npats = ["/x"]\n', "9:1", ["pats", "paths"]),
        ('[[input]]\nname = "a"\ntype = "fil"\n', "8:8", ["fil", "file"]),
        ('[[route]]\nname = "r"\nwhere = "level>=(oops"\n', "8:", ["where"]),
        ('[[route]]\nname = "r"\nfrom = ["nothing"]\n', "8:9", ["nothing"]),
        ('[logs]\npath = "x"\n', "6:", ["logs", "log"]),
        ("this is not TOML\n", "6:", []),
        ('[[input]]\nname = "a"\ntype = "file"\npaths = 5\n', "9:9", ["paths"]),
        (
            2 * '[[input]]\nname = "a"\ntype = "file"\npaths = ["/x"]\n',
            "11:",
            ["a"],
        ),
    ],
)
def test_a_wrong_configuration_is_refused_with_place_and_suggestion(relay, config, place, words):
    said = fails(relay, config, status=WRONG_CONFIGURATION, server="# a comment")
    assert f"tailrace.toml:{place}" in said, said
    for word in words:
        assert word in said
    assert "Fatal error" not in said


def test_a_configuration_that_is_not_there_is_named(relay):
    one = relay("", wait=False)
    one.close()
    one.config.unlink()
    one.start(wait=False)
    assert one.wait() == WRONG_CONFIGURATION and str(one.config) in one.stderr()


def test_listening_beyond_this_host_without_a_login_is_refused(relay):
    one = relay("", wait=False)
    one.close()
    one.configure(one.config.read_text().replace("127.0.0.1:0", "0.0.0.0:0"))
    one.start(wait=False)
    assert one.wait() == WRONG_CONFIGURATION and "insecure" in one.stderr()


# The surroundings


def test_a_port_in_use_is_named(relay):
    first = relay()
    second = relay("", wait=False)
    second.close()
    second.configure(second.config.read_text().replace("127.0.0.1:0", f"127.0.0.1:{first.port}"))
    second.start(wait=False)
    assert second.wait() == 1
    said = second.stderr()
    assert f"127.0.0.1:{first.port}" in said and "in use" in said.lower()


def test_a_page_that_is_missing_is_said_and_all_else_works(relay):
    one = relay(file_input(), server='public = "{dir}/nothing"')
    answer = one.get("/")
    assert answer.status == 503 and b"nothing" in answer.body
    assert "nothing" in one.stderr()
    append(one.path("app.log"), "still here")
    one.wait_head(1)
    assert one.get("/readyz").status == 200


def test_a_file_that_cannot_be_read_is_named_and_read_once_it_can(relay, public_home, nobodys_binary):
    one_file, other = public_home / "secret.log", public_home / "open.log"
    append(one_file, "secret line")
    one_file.chmod(0o600)
    os.chown(one_file, 0, 0)
    append(other, "open line")
    other.chmod(0o644)
    one = relay(file_input("files", "{dir}/*.log"), home=public_home, prefix=AS_NOBODY)
    if nobodys_binary != one.binary:
        one.close()
        one.binary = nobodys_binary
        one.start()
    one.wait_head(1)
    told = eventually(lambda: (state := one.input("files"))["state"] == "degraded" and state)
    assert "secret.log" in told["reason"] and "permission denied" in told["reason"]
    one_file.chmod(0o644)
    append(one_file, "secret no more")
    one.wait_head(3, timeout=20)
    with one.lines(last=3) as lines:
        assert {event["message"] for event in lines.events(3)} == {"open line", "secret line", "secret no more"}


def test_a_journal_without_permission_is_said_and_other_inputs_run(relay, public_home, nobodys_binary, journal):
    journal.write(MESSAGE="hidden")
    eventually(lambda: any(journal.directory.iterdir()))
    hidden = public_home / "journal"
    shutil.copytree(journal.directory, hidden)
    hidden.chmod(0o700)
    os.chown(hidden, 0, 0)
    one = relay(journal_input(hidden) + file_input(), home=public_home, prefix=AS_NOBODY)
    if nobodys_binary != one.binary:
        one.close()
        one.binary = nobodys_binary
        one.start()
    told = eventually(lambda: (state := one.input("journal"))["state"] in ("degraded", "failed") and state)
    assert str(hidden) in told["reason"] and "not readable" in told["reason"]
    append(one.path("app.log"), "still here")
    one.wait_head(1)


def test_a_journal_folder_that_is_missing_is_said_and_waited_for(relay, tmp_path, journal):
    one = relay(journal_input(tmp_path / "later") + file_input())
    told = eventually(lambda: (state := one.input("journal")).get("reason") and state)
    assert "later" in told["reason"]
    journal.write(MESSAGE="n=0")
    eventually(lambda: any(journal.directory.iterdir()))
    journal.directory.rename(tmp_path / "later")
    journal.write(MESSAGE="n=1")
    one.wait_head(2, timeout=20)


# The log


def test_a_second_relay_on_the_same_log_is_refused(relay):
    first = relay(file_input())
    said = fails(relay, file_input(), log=f'path = "{first.log_dir}"')
    assert "in use" in said and str(first.pid) in said
    append(first.path("app.log"), "the first goes on")
    first.wait_head(1)


def test_the_log_is_private(relay):
    one = relay()
    for path in [one.log_dir, *one.log_dir.iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize("garbage", ["noise", "text", "empty page", "another program's database"])
def test_a_log_that_is_not_ours_is_moved_aside_and_kept(relay, tmp_path, garbage):
    database = tmp_path / "log" / "tailrace.db"
    database.parent.mkdir(mode=0o700)
    if garbage == "noise":
        database.write_bytes(random.Random(1).randbytes(50_000))
    elif garbage == "text":
        database.write_text("my only copy of something\n" * 1000)
    elif garbage == "empty page":
        database.write_bytes(bytes(8192))
    else:
        with sqlite3.connect(database) as other:
            other.execute("CREATE TABLE treasure(x)")
        other.close()
    content = database.read_bytes()
    one = relay(file_input())
    append(one.path("app.log"), "line")
    one.wait_head(1)
    kept = [path for path in one.log_dir.iterdir() if path.name.startswith("tailrace.db.")]
    assert [path.read_bytes() for path in kept if not path.name.endswith(("-wal", "-shm"))] == [content]
    assert kept[0].name in one.stderr()


def test_an_empty_log_file_is_simply_begun(relay, tmp_path):
    (tmp_path / "log").mkdir(mode=0o700)
    (tmp_path / "log" / "tailrace.db").touch()
    one = relay(file_input())
    append(one.path("app.log"), "line")
    one.wait_head(1)


def test_a_bit_that_flips_in_the_log_is_a_gap_with_its_exact_count(relay):
    one = relay(file_input())
    chance = random.Random(1)
    for turn in range(8):
        append(one.path("app.log"), *[f"line {turn * 500 + n} {chance.randbytes(20).hex()}" for n in range(500)])
        one.wait_head((turn + 1) * 500)
    assert one.stop() == 0
    database = one.log_dir / "tailrace.db"
    with sqlite3.connect(database) as opened:
        rows = opened.execute("SELECT first, last, body FROM block ORDER BY first").fetchall()
    opened.close()
    first, last, body = rows[len(rows) // 2]
    content = bytearray(database.read_bytes())
    place = content.find(body[:64])
    assert place > 0
    content[place + 40] ^= 0x10
    database.write_bytes(content)
    one.start()
    with one.ws({"stream": "all", "from": f"{one.epoch}:0"}) as reader:
        reader.live()
    gaps = [message for message in reader.messages if message["type"] == "gap"]
    assert [(gap["from"], gap["to"], gap["count"]) for gap in gaps] == [(first, last, last - first + 1)]
    assert reader.numbers() == [n for n in range(1, 4001) if not first <= n <= last]
    append(one.path("app.log"), "after")
    one.wait_head(4001)
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        everything = lines.until("live")
    assert sum(1 for event in everything if "type" not in event) == 4001 - (last - first + 1)
    assert [event["count"] for event in everything if event.get("type") == "gap"] == [last - first + 1]


@pytest.mark.slow
def test_a_full_disk_makes_the_inputs_wait_and_costs_nothing(relay, mounts, tmp_path):
    log = tmp_path / "log"
    log.mkdir()
    mount = f'mount -t tmpfs -o size=64m,mode=700 tmpfs {log} && exec "$@"'
    one = relay(
        file_input() + file_input("second", "{dir}/second.log"), prefix=["unshare", "-m", "sh", "-c", mount, "sh"]
    )
    inside = Path(f"/proc/{one.pid}/root{log}")
    filler = inside / "filler"
    with open(filler, "wb") as file:
        file.write(bytes(60 << 20))
    chance = random.Random(1)
    written = 0

    def unready():
        nonlocal written
        append(one.path("app.log"), *[f"n={n} {chance.randbytes(60).hex()}" for n in range(written, written + 1000)])
        written += 1000
        return one.get("/readyz").status == 503

    eventually(unready, 30, "trouble with the disk")
    reason = one.get("/readyz").body.decode()
    assert "full" in reason.lower() and "inputs wait" in reason
    status = one.status()
    assert status["state"] == "degraded" and status["reason"] and status["since"]
    assert one.get("/healthz").status == 200
    stuck = one.head
    # More comes while it is full; reading goes on as far as memory is bounded.
    append(one.path("app.log"), *[f"n={n} {chance.randbytes(60).hex()}" for n in range(written, written + 20_000)])
    append(one.path("second.log"), *[f"n={n}" for n in range(1000)])
    written += 20_000
    with one.ws({"stream": "all", "last": 5}) as reader:
        reader.live()
        assert reader.numbers()[-1] == stuck
        filler.unlink()
        one.wait_head(written + 1000, timeout=30)
        reader.until(lambda message: message["type"] == "events" and message["last"] == written + 1000)
    eventually(lambda: one.get("/readyz").status == 200)
    assert one.status()["state"] == "ok"
    with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
        events = [event for event in lines.until("live") if "type" not in event]
    for name, count in [("app", written), ("second", 1000)]:
        numbers = [int(event["message"].split()[0][2:]) for event in events if event["source"] == name]
        assert numbers == list(range(count))


@pytest.mark.slow
def test_a_relay_killed_on_a_full_disk_reads_the_rest_again(relay, mounts, tmp_path):
    """The folder's file system outlives the relay here, as a disk does."""
    log = tmp_path / "log"
    log.mkdir()
    if os.system(f"mount -t tmpfs -o size=32m,mode=700 tmpfs {log}") != 0:
        pytest.skip("cannot mount")
    try:
        one = relay(file_input())
        (log / "filler").write_bytes(bytes(28 << 20))
        chance = random.Random(2)
        written = 0

        def unready():
            nonlocal written
            append(
                one.path("app.log"), *[f"n={n} {chance.randbytes(60).hex()}" for n in range(written, written + 1000)]
            )
            written += 1000
            return one.get("/readyz").status == 503

        eventually(unready, 30, "trouble with the disk")
        one.kill9()
        (log / "filler").unlink()
        one.start()
        one.wait_head(written, timeout=30)
        with one.lines(**{"from": f"{one.epoch}:0"}) as lines:
            events = [event for event in lines.until("live") if "type" not in event]
        assert [int(event["message"].split()[0][2:]) for event in events] == list(range(written))
        one.close()
    finally:
        os.system(f"umount {log}")


def test_a_folder_for_the_log_that_cannot_be_made_is_named(relay, tmp_path):
    (tmp_path / "file").write_text("in the way")
    said = fails(relay, log='path = "{dir}/file/log"')
    assert "file/log" in said or f"{tmp_path}/file" in said
    assert "path" in said
