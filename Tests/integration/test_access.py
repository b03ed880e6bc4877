"""Who is let in, by what, to which routes."""

import json
import re
import subprocess

import pytest
from harness.access import Visitor, new_token, token_block
from harness.http import JSONLines, raw, request
from harness.inputs import append, file_input
from harness.waiting import eventually
from websockets.exceptions import InvalidStatus

JSON = {"Content-Type": "application/json"}
TOKENS = {role: new_token() for role in ("admin", "reader", "web")}
ROLES = '[[role]]\nname = "web"\nfilter = "team:web"\n'
INPUT = file_input(more='format = "json"')


def blocks(**more: str) -> str:
    return "".join(token_block(f"t-{role}", token, role) for role, token in (TOKENS | more).items())


SERVER = '[server]\nlisten = ["127.0.0.1:0"]\n[log]\npath = "{dir}/log"\n'
CONFIG = INPUT + '[auth]\nmode = "token"\n' + ROLES + blocks()

# What each kind of reader gets for each route: nobody, a role with a part of the events, one with all, an administrator.
# 2 stands for any success, 4 for what is wrong with the request itself (400, 404, 409, 415, 426).
MATRIX = {
    "GET /api/v1/consumers": "401 2 2 2",
    "GET /api/v1/consumers/{name}": "401 4 4 4",
    "DELETE /api/v1/consumers/{name}": "401 4 4 4",
    "POST /api/v1/consumers/{name}/commit": "401 4 4 4",
    "GET /api/v1/events": "401 2 2 2",
    "POST /api/v1/explain": "401 4 4 4",
    "GET /api/v1/export": "401 2 2 2",
    "GET /api/v1/facets": "401 2 2 2",
    "GET /api/v1/fields": "401 2 2 2",
    "GET /api/v1/histogram": "401 2 2 2",
    "GET /api/v1/inputs": "401 403 403 2",
    "GET /api/v1/lenses": "401 2 2 2",
    "GET /api/v1/marks": "401 403 2 2",
    "GET /api/v1/me": "401 2 2 2",
    "POST /api/v1/marks": "401 4 4 4",
    "GET /api/v1/panels": "401 2 2 2",
    "POST /api/v1/reload": "401 403 403 2",
    "GET /api/v1/routes": "401 4 4 2",
    "POST /api/v1/session": "401 2 2 2",
    "GET /api/v1/session/{id}": "401 4 4 4",
    "POST /api/v1/session/{id}": "401 4 4 4",
    "DELETE /api/v1/session/{id}": "401 4 4 4",
    "GET /api/v1/status": "401 403 403 2",
    "GET /api/v1/stream": "401 2 2 2",
    "GET /api/v1/streams": "401 2 2 2",
    "POST /api/v1/why": "401 403 403 4",
    "GET /healthz": "2 2 2 2",
    "GET /metrics": "401 403 403 2",
    "GET /readyz": "2 2 2 2",
    "GET /ws": "401 4 4 4",
}


@pytest.fixture
def relay_with_roles(relay):
    running = relay(CONFIG)
    for number in range(1, 21):
        team = "web" if number % 2 else "secret"
        append(running.path("app.log"), json.dumps({"level": "info", "message": f"line {number}", "team": team}))
    Visitor.bearing(running, TOKENS["web"]).wait_events(10)
    Visitor.bearing(running, TOKENS["admin"]).wait_events(20)
    return running


def visitors(relay) -> list[Visitor]:
    return [Visitor(relay)] + [Visitor.bearing(relay, TOKENS[role]) for role in ("web", "reader", "admin")]


def status_of(visitor: Visitor, method: str, path: str) -> int:
    if path == "/api/v1/stream" or (method, path) == ("POST", "/api/v1/session"):
        method = method if path != "/api/v1/stream" else "HEAD"
        path += "?mode=poll" if path.endswith("session") else ""
    body = b"" if method in ("POST", "DELETE") else None
    return visitor.ask(path.replace("{name}", "mail").replace("{id}", "0" * 32), method, body).status


def test_w26_every_route_is_for_those_who_may_have_it(relay_with_roles):
    """The routes are those of the relay's own table: a new one without a row fails."""
    listed = Visitor.bearing(relay_with_roles, TOKENS["admin"]).json("/api/v1/routes")["routes"]
    routes = {f"{method} {one['path']}" for one in listed for method in one["methods"] if method != "HEAD"}
    # It lists what was there before it.
    assert routes | {"GET /api/v1/routes"} == set(MATRIX)
    for route, expected in MATRIX.items():
        method, path = route.split()
        for visitor, wanted in zip(visitors(relay_with_roles), expected.split()):
            found = status_of(visitor, method, path)
            if wanted == "2":
                assert found // 100 == 2, (route, visitor.headers, found)
            elif wanted == "4":
                assert found in (400, 404, 409, 415, 426), (route, visitor.headers, found)
            else:
                assert found == int(wanted), (route, visitor.headers, found)


def test_w27_without_a_login_nothing_but_the_login_and_the_health_answers(relay_with_roles):
    for path in ("/", "/app.js", "/index.html", "/api/v1/nothing", "/debug/echo", "/js/first-paint.js", "/ws?filter=("):
        assert request(relay_with_roles.port, path).status == 401, path
    page = request(relay_with_roles.port, "/?filter=a%3Db&stream=all", headers={"Accept": "text/html"})
    assert page.status == 303 and page.headers["Location"].startswith("login?next=.%2F%3Ffilter%3Da%253Db%26stream%3Dall")
    for path in ("/login", "/css/tokens.css", "/css/login.css", "/favicon.svg"):
        assert request(relay_with_roles.port, path).status == 200, path


@pytest.mark.parametrize("headers", [
    {"Authorization": "Bearer tailrace_" + "A" * 43}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer "},
    {"Authorization": "Bearer " + "x" * 10_000}, {"Cookie": "tailrace_session=" + "A" * 43}, {"X-Forwarded-User": "anna"},
    {"Cookie": "tailrace_session="},
])
def test_what_is_no_proof_lets_nobody_in(relay_with_roles, headers):
    answer = request(relay_with_roles.port, "/api/v1/events", headers=headers)
    assert answer.status == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")
    with pytest.raises(InvalidStatus) as refused:
        relay_with_roles.ws(additional_headers=headers)
    assert refused.value.response.status_code == 401


def test_w7_a_token_in_an_address_is_refused_and_never_logged(relay_with_roles):
    token = TOKENS["admin"]
    for path in (f"/api/v1/events?token={token}", f"/ws?access_token={token}", f"/?x={token}"):
        answer = request(relay_with_roles.port, path)
        assert answer.status == 400 and b"make a new one" in answer.body
    Visitor.bearing(relay_with_roles, token).ask("/api/v1/export")
    said = relay_with_roles.stderr() + relay_with_roles.stdout()
    assert "Export" in said and "t-admin" in said
    assert token not in said and token[9:] not in said
    for file in relay_with_roles.home.rglob("*"):
        assert not file.is_file() or token.encode() not in file.read_bytes(), file


def test_a_token_is_good_until_it_expires(relay):
    old, new = new_token(), new_token()
    more = token_block("old", old, "reader", 'expires = "2026-01-01T00:00:00Z"')
    running = relay(CONFIG + more + token_block("new", new, "reader", 'expires = "2200-01-01T00:00:00Z"'))
    assert Visitor.bearing(running, old).ask("/api/v1/events").status == 401
    assert Visitor.bearing(running, new).ask("/api/v1/events").status == 200


# Pages of others


@pytest.mark.parametrize("headers, status", [
    ({}, 200), ({"Origin": "{own}"}, 200), ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403),
    ({"Origin": "http://127.0.0.1:1"}, 403), ({"Host": "evil.example"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
])
def test_w1_w3_pages_of_others_get_nothing_with_a_token_either(relay_with_roles, headers, status):
    own = {name: value.replace("{own}", relay_with_roles.url) for name, value in headers.items()}
    visitor = Visitor.bearing(relay_with_roles, TOKENS["reader"])
    for path in ("/api/v1/events", "/api/v1/streams"):
        assert request(relay_with_roles.port, path, headers=visitor.headers | own).status == status


# A proxy that names users


PROXY = INPUT + (
    '[auth]\nmode = "proxy-header"\ntrusted_proxies = [{proxies}]\nrole_header = "X-Groups"\n'
    + ROLES + '[[user]]\nname = "anna"\nrole = "admin"\n'
)


def test_a_proxy_names_users_and_their_roles(relay):
    running = relay(PROXY.replace("{proxies}", '"127.0.0.0/8"'))
    anna = Visitor(running, X_Forwarded_User="anna")
    assert anna.ask("/api/v1/status").status == 200
    berta = Visitor(running, X_Forwarded_User="berta@example.com")
    assert berta.ask("/api/v1/events").status == 401
    assert berta.ask("/api/v1/events", X_Groups="staff, reader").status == 200
    assert berta.ask("/api/v1/status", X_Groups="reader").status == 403
    assert Visitor(running, X_Forwarded_User="").ask("/api/v1/events").status == 401
    with anna.ws() as reader:
        assert reader.until("hello")["user"] == "anna"
    # What a client adds to a request stands beside what its proxy says.
    names = b"X-Forwarded-User: anna\r\nX-Forwarded-User: berta\r\n"
    twice = b"GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + names + b"\r\n"
    assert raw(running.port, twice).startswith(b"HTTP/1.1 401")


def test_headers_of_those_who_are_no_proxy_mean_nothing(relay):
    running = relay(PROXY.replace("{proxies}", '"192.0.2.0/24", "unix"'))
    answer = Visitor(running, X_Forwarded_User="anna").ask("/api/v1/status")
    assert answer.status == 401 and b"proxy" in answer.body


# Reload


def test_w9_a_role_that_changes_ends_what_its_readers_have_open(relay_with_roles):
    relay = relay_with_roles
    web = Visitor.bearing(relay, TOKENS["web"])
    reader = web.ws({"last": 5})
    stream = web.lines(last=1)
    reader.live()
    kept = Visitor.bearing(relay, TOKENS["reader"]).ws({})
    kept.live()
    relay.configure(SERVER + CONFIG.replace("team:web", "team:secret"))
    assert Visitor.bearing(relay, TOKENS["admin"]).ask("/api/v1/reload", "POST", b"").status == 200
    assert reader.closed(timeout=5)[0] in (1008, 1012)
    while stream.line():
        pass
    assert {event["fields"]["team"] for event in web.wait_events(10)} == {"secret"}
    append(relay.path("app.log"), json.dumps({"message": "after", "team": "secret"}))
    kept.events(1)
    assert kept.texts() == ["after"]


def test_a_token_that_is_taken_out_ends_what_it_has_open(relay_with_roles):
    relay = relay_with_roles
    reader = Visitor.bearing(relay, TOKENS["reader"]).ws({})
    reader.live()
    without = CONFIG.replace(token_block("t-reader", TOKENS["reader"], "reader"), "")
    relay.configure(SERVER + without)
    assert Visitor.bearing(relay, TOKENS["admin"]).ask("/api/v1/reload", "POST", b"").status == 200
    assert reader.closed(timeout=5)[0] == 1008
    assert Visitor.bearing(relay, TOKENS["reader"]).ask("/api/v1/events").status == 401


def test_streams_of_one_principal_are_bounded_and_given_back(relay):
    running = relay(CONFIG.replace('mode = "token"', 'mode = "token"\nmax_streams = 3'))
    visitor = Visitor.bearing(running, TOKENS["reader"])
    open_ones = [visitor.ws({}) for _ in range(3)]
    for one in open_ones:
        one.live()
    with pytest.raises(InvalidStatus) as refused:
        visitor.ws({})
    assert refused.value.response.status_code == 429
    assert visitor.ask("/api/v1/events").status == 429
    # Others have their own.
    assert Visitor.bearing(running, TOKENS["admin"]).ask("/api/v1/events").status == 200
    open_ones[0].close()
    eventually(lambda: visitor.ask("/api/v1/events").status == 200, what="a share that was given back")


# Commands


def test_commands_show_a_token_out_of_a_file_or_the_environment(relay_with_roles, binary, tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKENS["web"] + "\n")
    asked = [str(binary), "query", relay_with_roles.url, "--output", "json"]
    clean = {"PATH": "/usr/bin:/bin"}
    refused = subprocess.run(asked, env=clean, capture_output=True, text=True, timeout=30)
    assert refused.returncode == 1 and "TAILRACE_TOKEN_FILE" in refused.stderr
    by_file = subprocess.run(asked, env=clean | {"TAILRACE_TOKEN_FILE": str(file)}, capture_output=True, text=True, timeout=30)
    assert [json.loads(line)["fields"]["team"] for line in by_file.stdout.splitlines()] == ["web"] * 10, by_file.stderr
    by_value = subprocess.run(asked, env=clean | {"TAILRACE_TOKEN": TOKENS["admin"]}, capture_output=True, text=True, timeout=30)
    assert len(by_value.stdout.splitlines()) == 20
    for wrong in ({"TAILRACE_TOKEN_FILE": str(tmp_path / "none")}, {"TAILRACE_TOKEN": "secret"}):
        failed = subprocess.run(asked, env=clean | wrong, capture_output=True, text=True, timeout=30)
        assert failed.returncode == 1 and "token" in failed.stderr and "secret" not in failed.stderr


def test_a_token_is_made_and_shown_once(relay, binary):
    made = subprocess.run([str(binary), "token", "--name", "ci", "--role", "reader"], capture_output=True, text=True, timeout=30)
    assert made.returncode == 0 and re.fullmatch(r"tailrace_[\w-]{43}\n", made.stdout)
    assert made.stdout.strip() not in made.stderr
    running = relay(CONFIG + made.stderr)
    assert Visitor.bearing(running, made.stdout.strip()).ask("/api/v1/events").status == 200


@pytest.mark.parametrize("config, message", [
    ('[auth]\nmode = "token"\n', 'needs a [[token]]'),
    ('[auth]\nmode = "users"\n', 'needs a [[user]]'),
    ('[auth]\nmode = "proxy-header"\n', "needs trusted_proxies"),
    ('[auth]\nmode = "tokens"\n', 'did you mean "token"?'),
    ('[auth]\nmode = "proxy-header"\ntrusted_proxies = ["10.0.0.0/40"]\n', "is no address or network"),
    ('[[role]]\nname = "x"\nfilter = "level>=nothing"\n', "filter of [[role]]"),
    ('[[role]]\nname = "x"\nfilter = "a=1 since:1h"\n', "has a time"),
    ('[[role]]\nname = "x"\nstreams = ["nothing"]\n', "which there is not"),
    ('[[role]]\nname = "x"\nfilter = "a=1"\nadmin = true\n', "sees only a part"),
    ('[[role]]\nname = "admin"\n', "always exists"),
    ('[[user]]\nname = "x"\nrole = "nobody"\npassword = "secret-and-short"\n', "which there is not"),
    ('[auth]\nmode = "users"\n[[user]]\nname = "x"\nrole = "admin"\npassword = "$6$aaaa$bbbb"\n', "yescrypt, scrypt or bcrypt"),
    ('[auth]\nmode = "token"\n[[token]]\nname = "x"\nrole = "admin"\nhash = "tailrace_secret"\n', "not the hash of a token"),
    (CONFIG + '[[route]]\nname = "r"\nroles = ["nobody"]\n', "which is no role"),
])
def test_wrong_settings_are_told_without_secrets(binary, tmp_path, config, message):
    (tmp_path / "t.toml").write_text(config)
    check = subprocess.run([str(binary), "check", "--config", str(tmp_path / "t.toml")], capture_output=True, text=True, timeout=30)
    assert check.returncode == 1
    assert message in check.stderr + check.stdout
    assert "secret" not in check.stderr + check.stdout


def test_g8_with_a_login_it_may_listen_beyond_this_host(binary, tmp_path):
    listen = '[server]\nlisten = ["0.0.0.0:0"]\n'
    (tmp_path / "t.toml").write_text(listen)
    asked = [str(binary), "check", "--config", str(tmp_path / "t.toml")]
    refused = subprocess.run(asked, capture_output=True, text=True, timeout=30)
    assert refused.returncode == 1 and "[auth]" in refused.stdout + refused.stderr
    (tmp_path / "t.toml").write_text(listen + CONFIG.replace("{dir}", str(tmp_path)))
    accepted = subprocess.run(asked, capture_output=True, text=True, timeout=30)
    assert accepted.returncode == 0 and "without TLS" in accepted.stdout + accepted.stderr


def test_w20_searches_of_one_principal_leave_room_and_time_for_others(relay):
    running = relay(CONFIG + "[history]\nmax_open_each = 2\n")
    append(running.path("app.log"), *[json.dumps({"message": f"{number} {'y' * 400}", "team": "web"}) for number in range(40_000)])
    reader, admin = (Visitor.bearing(running, TOKENS[role]) for role in ("reader", "admin"))
    eventually(lambda: admin.json("/api/v1/status")["log"]["head"] >= 40_000, 30, "all events")
    # They wait for their client, who reads but one line.
    held = [JSONLines(running.port, "/api/v1/export", reader.headers) for _ in range(2)]
    assert all(one.next()["seq"] == 1 for one in held)
    refused = reader.ask("/api/v1/events?limit=1")
    assert refused.status == 429 and refused.headers["Retry-After"] == "1" and "max_open_each" in refused.json()["detail"]
    assert admin.ask("/api/v1/events?limit=1").status == 200
    assert b"tailrace_history_refused_each_total 1" in admin.ask("/metrics").body
    for one in held:
        one.response.close()
        one.close()
    eventually(lambda: reader.ask("/api/v1/events?limit=1").status == 200, 10, "room for a search")
