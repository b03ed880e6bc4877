"""The Debian package: what is in it, and its life on a system that boots: installed, broken, upgraded, taken away."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from harness import booted

REPOSITORY = Path(__file__).resolve().parents[2]
UNITS = REPOSITORY / "etc/systemd"


def make(folder: Path, revision: str) -> Path:
    command = [REPOSITORY / "scripts/package", "--revision", revision, "--level", "0", "--output", folder]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


@pytest.fixture(scope="module")
def package(tmp_path_factory, binary) -> Path:
    if shutil.which("dpkg-shlibdeps") is None:
        pytest.skip("needs dpkg-dev")
    return make(tmp_path_factory.mktemp("first"), "1")


@pytest.fixture(scope="module")
def contents(package, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("contents")
    subprocess.run(["dpkg-deb", "--raw-extract", package, folder], check=True)
    return folder


def next_version(contents: Path, folder: Path) -> Path:
    """The same once more under a later number, with another default configuration."""
    tree = folder / "tree"
    shutil.copytree(contents, tree, symlinks=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"^(Version: .*)-1$", r"\1-2", control.read_text(), flags=re.M))
    with open(tree / "etc/tailrace/tailrace.toml", "a") as file:
        file.write("# a new line of the package\n")
    command = ["dpkg-deb", "--root-owner-group", "--build", "-Zxz", "-z0", tree, folder / "second.deb"]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "second.deb"


@pytest.fixture(scope="module")
def life(package, contents, tmp_path_factory) -> dict[str, dict]:
    """What was seen in each step, by its name."""
    if missing := booted.whats_missing():
        pytest.skip(missing)
    second = next_version(contents, tmp_path_factory.mktemp("second"))
    script = Path(__file__).with_name("package_drive.py")
    steps = booted.drive(tmp_path_factory.mktemp("boot"), script, {"/first.deb": package, "/second.deb": second})
    return {step["step"]: step for step in steps}


# The units


def test_the_service_is_exposed_no_more_than_it_has_to():
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", UNITS / "tailrace.service"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    level = float(re.search(r"exposure level for tailrace.service: ([\d.]+)", done.stdout)[1])
    assert level <= 1.1, done.stdout


def test_the_units_are_understood_in_full(contents):
    command = ["systemd-analyze", "verify", "--man=no", f"--root={contents}"]
    done = subprocess.run(
        [*command, "tailrace.service", "tailrace.socket"], capture_output=True, text=True, cwd=contents
    )
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "tailrace." in line]
    # The units of systemd itself, and kill(1), are not in the package.
    others = ("not found", "Failed to", "/bin/kill is not executable")
    assert [line for line in ours if not any(part in line for part in others)] == []


def test_p4_a_crash_leaves_a_stack_and_no_memory_behind():
    text = (UNITS / "tailrace.service").read_text()
    assert "LimitCORE=0" in text
    backtrace = dict(pair.split("=", 1) for pair in re.search(r"SWIFT_BACKTRACE=(\S+)", text)[1].split(","))
    assert backtrace["interactive"] == "no" and backtrace["registers"] == "none"


# The package


def test_the_same_build_makes_the_same_package(package, tmp_path):
    assert make(tmp_path, "1").read_bytes() == package.read_bytes()


def test_it_needs_libraries_of_debian_and_nothing_of_who_built_it(contents):
    needed = subprocess.run(["readelf", "-d", contents / "usr/bin/tailrace"], capture_output=True, text=True).stdout
    assert "libswift" not in needed and "Foundation" not in needed and "RUNPATH" not in needed
    control = (contents / "DEBIAN/control").read_text()
    for library in ("libsystemd0", "libsqlite3-0", "libzstd1", "zlib1g", "libssl3"):
        assert library in control
    assert (contents / "DEBIAN/conffiles").read_text().split() == ["/etc/tailrace/tailrace.toml"]


def test_every_command_has_a_manual_page_and_completions_are_there(contents, binary):
    pages = {path.name.removesuffix(".1.gz") for path in (contents / "usr/share/man/man1").iterdir()}
    told = subprocess.run([binary, "--experimental-dump-help"], capture_output=True, text=True, check=True).stdout
    commands = [one["commandName"] for one in json.loads(told)["command"]["subcommands"]]
    assert {f"tailrace-{name}" for name in commands if name != "help"} <= pages and "tailrace" in pages
    serve = gzip.decompress((contents / "usr/share/man/man1/tailrace-serve.1.gz").read_bytes()).decode()
    assert ".SH OPTIONS" in serve and r"\-\-log\-format" in serve
    for place in ("bash-completion/completions/tailrace", "zsh/vendor-completions/_tailrace"):
        assert "log-format" in (contents / "usr/share" / place).read_text()


def test_the_bill_of_materials_names_all_that_is_inside(contents):
    document = json.loads((contents / "usr/share/doc/tailrace/sbom.cdx.json").read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
    parts = {part["name"]: part for part in document["components"]}
    declared = re.findall(r'url: "https://github.com/[^/]+/([^"]+)"', (REPOSITORY / "Package.swift").read_text())
    assert {name.lower() for name in declared} <= set(parts)
    assert {"swift-runtime", "libsystemd0", "libc6"} <= set(parts)
    assert all(part["version"] and part["purl"].startswith("pkg:") for part in parts.values())


@pytest.mark.skipif(shutil.which("lintian") is None, reason="needs lintian")
def test_lintian_finds_nothing_to_say(package):
    command = ["lintian", "--fail-on", "error,warning", "--allow-root", "--tag-display-limit", "0", package]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# Its life


def test_it_works_at_once(life):
    seen = life["install"]
    assert seen["code"] == 0 and seen["active"] == ["active", "active"] and seen["enabled"] == ["enabled", "enabled"]
    assert seen["page"] == 200 and seen["man"] == 0 and seen["check"] == 0, seen
    assert seen["status_text"] == "Serves http://127.0.0.1:8245; reads system (journald)"
    assert (seen["state_mode"], seen["state_owner"]) == ("0o700", "tailrace")
    assert life["journal"]["messages"] == ["hello journal"]


def test_the_sandbox_takes_all_and_holds_up_nothing(life):
    seen = life["sandbox"]
    assert (seen["user"], seen["capabilities"]) == ("tailrace", 0)
    assert (seen["no_new_privileges"], seen["seccomp"]) == ("1", "2")
    assert seen["inputs"] == {"system": "reading"} and seen["warnings"] == []


def test_its_own_log_is_in_the_journal_field_by_field(life):
    line = life["own_log"]["lines"][0]
    assert line["TAILRACE_ADDRESS"] == "http://127.0.0.1:8245" and line["PRIORITY"] == "6"
    assert line["_TRANSPORT"] == "journal" and line["_SYSTEMD_UNIT"] == "tailrace.service"
    assert line["MESSAGE"] == "listening address=http://127.0.0.1:8245"


def test_p1_after_a_crash_it_is_there_again_and_has_everything_once(life):
    seen = life["crash"]
    # Two seconds are the promise; a busy machine gets more time here.
    assert seen["took"] < 10 and seen["refused"] == 0 and seen["answered"] > 0
    assert seen["before"] == sorted(f"before crash {n}" for n in range(20))
    assert seen["after"] == sorted(f"after crash {n}" for n in range(20))
    assert seen["stack"] and seen["cores"] == []


def test_a_restart_refuses_nobody(life):
    seen = life["restart"]
    assert seen["refused"] == 0 and seen["answered"] > 0 and seen["result"] == "success"


def test_g9_systemd_ends_what_hangs_with_its_stack_and_starts_it_again(life):
    seen = life["hang"]
    assert seen["outlived"] and seen["noticed"] and seen["stack"] and seen["of_loops"], seen


def test_g6_a_credential_reaches_the_configuration(life):
    assert re.fullmatch(r"mail to \[email:[0-9a-f]{12}\] now", life["credentials"]["message"])


def test_an_upgrade_keeps_the_configuration_the_log_and_the_viewers(life):
    seen = life["upgrade"]
    assert seen["code"] == 0 and seen["same_log"] and seen["installed"].endswith("-2"), seen
    assert seen["config"] == "# a line of the administrator"
    assert seen["refused"] == 0 and seen["answered"] > 0


def test_removal_keeps_what_is_the_administrators_and_purging_leaves_nothing(life):
    removed, purged = life["remove"], life["purge"]
    assert removed["code"] == 0 and not removed["running"] and not removed["binary"] and not removed["answers"]
    assert removed["config"] and removed["log"]
    assert purged["code"] == 0 and purged["left"] == [], purged
