"""Lines that are one event, and the formats that lines come in, on the real binary."""

import json
import socket
import subprocess

import pytest

from harness.inputs import append, connect_unix, file_input, unix_input

JAVA = ["java.lang.IllegalStateException: no money", "\tat shop.Cart.pay(Cart.java:17)",
        "\tat shop.Main.main(Main.java:5)", "Caused by: java.io.IOException: closed", "\tat shop.Bank.call(Bank.java:9)", "\t... 1 more"]
HEAD = "2026-11-22T07:35:12Z ERROR [main] cart - cannot pay"
NEXT = "2026-11-22T07:35:13Z INFO [main] cart - next"
WHOLE = "\n".join([HEAD] + JAVA)


def events(relay, count):
    relay.wait_head(count)
    with relay.lines(last=10_000) as lines:
        return lines.events(count)


def raw_lines(event, path):
    """The lines of a joined event as they stand in the file."""
    text = path.read_bytes()
    offsets = event["fields"]["line_offsets"]
    assert len(offsets) == event["fields"]["lines"] + 1
    return [text[start:end] for start, end in zip(offsets, offsets[1:])]


def test_a_stack_trace_is_one_event_whose_lines_can_be_found_again(relay):
    one = relay(file_input(more='multiline = "java"'))
    one.path("app.log").write_bytes(("\r\n".join([HEAD] + JAVA) + "\r\n" + NEXT + "\n").encode())
    first, last = events(one, 2)
    assert first["message"] == WHOLE and first["level"] == "error" and first["fields"]["lines"] == 7
    assert raw_lines(first, one.path("app.log")) == [(line + "\r\n").encode() for line in [HEAD] + JAVA]
    assert last["message"] == NEXT and "lines" not in last["fields"]


def test_an_event_is_told_when_nothing_more_comes(relay):
    one = relay(file_input(more='multiline = { rule = "auto", timeout = "50ms" }'))
    with one.ws({"stream": "all"}) as reader:
        reader.live()
        append(one.path("app.log"), HEAD, *JAVA)
        assert reader.events(1)[0]["message"] == WHOLE


@pytest.mark.parametrize("written", range(1, 7))
def test_a_relay_killed_in_the_middle_of_an_event_neither_loses_nor_doubles_lines(relay, written):
    lines = [HEAD] + JAVA
    one = relay(file_input(more='multiline = { rule = "java", timeout = "30s" }'))
    append(one.path("app.log"), "2026-11-22T07:35:11Z INFO before", *lines[:written])
    one.wait_head(1)
    one.kill9()
    append(one.path("app.log"), *lines[written:], NEXT, NEXT)
    one.restart()
    assert [event["message"] for event in events(one, 3)] == ["2026-11-22T07:35:11Z INFO before", WHOLE, NEXT]
    assert one.head == 3


def test_a_relay_killed_before_a_rotation_ends_the_old_file_s_last_event(relay):
    one = relay(file_input(path="{dir}/app.log", more='multiline = { rule = "java", timeout = "30s" }'))
    append(one.path("app.log"), "2026-11-22T07:35:11Z INFO before", HEAD, *JAVA[:2])
    one.wait_head(1)
    one.kill9()
    append(one.path("app.log"), *JAVA[2:])
    one.path("app.log").rename(one.path("app.log.1"))
    append(one.path("app.log"), NEXT, NEXT)
    one.restart()
    assert [event["message"] for event in events(one, 3)] == ["2026-11-22T07:35:11Z INFO before", WHOLE, NEXT]


def test_a_rotation_in_the_middle_of_an_event_ends_it_before_the_new_file(relay):
    one = relay(file_input(path="{dir}/app.log", more='multiline = { rule = "java", timeout = "30s" }'))
    append(one.path("app.log"), NEXT, HEAD, *JAVA)
    one.wait_head(1)
    one.path("app.log").rename(one.path("app.log.1"))
    append(one.path("app.log"), NEXT, NEXT)
    assert [event["message"] for event in events(one, 3)] == [NEXT, WHOLE, NEXT]


def test_two_streams_killed_at_any_line_stay_whole(relay):
    """Both streams are in the middle of an event at nearly every line."""
    def line(number, stream, text):
        return f"2026-11-22T07:35:{number:02}.5Z {stream} F {text}"

    lines = []
    for number in range(12):
        lines.append(line(number, "stdout", ("begin " if number % 3 == 0 else "  ") + f"out {number}"))
        lines.append(line(number, "stderr", ("begin " if number % 4 == 0 else "  ") + f"err {number}"))
    end = [line(59, "stdout", "begin end"), line(59, "stderr", "begin end")]
    one = relay(file_input(more='format = "cri"\nmultiline = { start = "^begin", timeout = "30s" }'))
    for count in range(0, len(lines), 5):
        append(one.path("app.log"), *lines[count:count + 5])
        one.wait_reading("app")
        one.kill9()
        one.restart()
    append(one.path("app.log"), *end)
    append(one.path("app.log"), *end)
    read = events(one, 9)
    for stream, name in [("stdout", "out"), ("stderr", "err")]:
        texts = [event["message"] for event in read if event["fields"]["stream"] == stream]
        flat = [text for message in texts for text in message.split("\n")]
        assert flat[:12] == [entry.split(" F ")[1] for entry in lines if stream in entry]
        assert all(text.startswith("begin") and text.count("begin") == 1 for text in texts)


def test_senders_to_one_socket_do_not_mix(relay):
    one = relay(unix_input(mode="datagram", more='multiline = { rule = "java", timeout = "200ms" }'))
    code = (
        "import socket,sys\n"
        "s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM); s.connect(sys.argv[1])\n"
        "for line in sys.stdin: s.send(line.rstrip('\\n').encode()); print('sent',flush=True)\n"
    )
    senders = [
        subprocess.Popen(["python3", "-c", code, str(one.path("in.sock"))], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for line in [HEAD] + JAVA:
        for number, sender in enumerate(senders):
            sender.stdin.write(line.replace("pay", f"pay{number}") + "\n")
            sender.stdin.flush()
            sender.stdout.readline()
    for sender in senders:
        sender.stdin.close()
        sender.wait()
    read = events(one, 2)
    assert sorted(event["message"] for event in read) == [WHOLE.replace("pay", "pay0"), WHOLE.replace("pay", "pay1")]
    assert all(event["fields"]["lines"] == 7 for event in read)


def test_a_connection_s_last_event_is_told_when_it_closes(relay):
    one = relay(unix_input(more='multiline = { rule = "java", timeout = "30s" }'))
    with connect_unix(one.path("in.sock"), socket.SOCK_STREAM) as connection:
        connection.sendall("\n".join([HEAD] + JAVA).encode())
    assert [event["message"] for event in events(one, 1)] == [WHOLE]


def test_a_cut_event_says_so_and_is_counted(relay):
    one = relay(file_input(more='multiline = { rule = "java", max_lines = 3 }'))
    append(one.path("app.log"), HEAD, *JAVA, NEXT, NEXT)
    read = events(one, 4)
    assert [event["fields"].get("join_cut") for event in read] == ["max_lines", "max_lines", None, None]
    assert [event["fields"].get("join_part") for event in read] == [None, 2, 3, None]
    assert "\n".join(event["message"] for event in read[:3]) == WHOLE
    assert one.input("app")["cut_groups"] == 2
    assert [value for name, value in one.metrics().items() if name.startswith("tailrace_input_cut_groups_total")] == [2]


def test_every_format_is_understood(relay):
    access = '203.0.113.9 - bob [22/Nov/2026:07:35:12 +0000] "GET /cart HTTP/1.1" 502 7 "-" "curl/8.5"'
    one = relay(
        file_input("access", "{dir}/access.log", more='format = "clf"\nlevel_from_status = true')
        + file_input("own", "{dir}/own.log", more="format = 'regex'\npattern = '^(?<time>\\S+) <(?<level>\\w+)> (?<message>.*)'\n"
                     "time_format = '%d.%m.%Y-%H:%M:%S'\nlevels = { W = 'warn' }")
        + file_input("docker", "{dir}/docker.log", more='format = "docker"'))
    append(one.path("access.log"), access)
    one.wait_head(1)
    append(one.path("own.log"), "22.11.2026-07:35:12 <W> hot")
    one.wait_head(2)
    append(one.path("docker.log"), json.dumps({"log": "a\n", "stream": "stderr", "time": "2026-11-22T07:35:12.5Z"}))
    first, second, third = events(one, 3)
    assert first["message"] == access and first["level"] == "error" and first["fields"]["status"] == 502
    assert (second["message"], second["level"], second["time"]) == ("hot", "warn", "2026-11-22T07:35:12Z")
    assert third["message"] == "a" and third["fields"]["stream"] == "stderr"


@pytest.mark.parametrize("more, words", [
    ('multiline = "jav"', ['"jav" is not a value of multiline', 'did you mean "java"']),
    ('multiline = { start = "(" }', ["start: missing"]),
    ('multiline = { strat = "a" }', ['unknown key "strat"', 'did you mean "start"']),
    ('multiline = { max_lines = 5 }', ["multiline has neither start nor rule"]),
    ('format = "regex"', ['format = "regex" needs a pattern']),
    ('pattern = "(?<a>.)"', ['this input has format "auto"']),
    ('format = "regex"\npattern = "abc"', ["it has no named group"]),
    ('time_format = "%Q"', ["%Q is not known"]),
    ('levels = { W = "wrn!" }', ['unknown level "wrn!"']),
])
def test_check_says_what_is_wrong_and_where(binary, tmp_path, more, words):
    config = tmp_path / "tailrace.toml"
    config.write_text(f'[[input]]\nname = "a"\ntype = "file"\npaths = ["{tmp_path}/x"]\n{more}\n')
    done = subprocess.run([str(binary), "check", "--config", str(config)], capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    place = 5 + more.count("\n") if "pattern = \"abc\"" in more else 5
    assert f"{config}:{place}:" in done.stdout + done.stderr
    for word in words:
        assert word in done.stdout + done.stderr
