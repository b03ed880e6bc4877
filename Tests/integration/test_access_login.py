"""Users: signing in, staying, being thrown out; those who guess; pages of others."""

import json
import re
import subprocess
import threading
import time
from pathlib import Path

import pytest
from harness.access import Visitor, cookie_of, new_token, sign_in, signed_in, token_block
from harness.http import request
from harness.inputs import append, file_input
from harness.waiting import eventually
from websockets.exceptions import InvalidStatus

PASSWORD = "correct horse battery"
TOKEN = new_token()


def hashed(binary, password: str) -> str:
    made = subprocess.run([str(binary), "hash-password"], input=password + "\n", capture_output=True, text=True, timeout=30)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@pytest.fixture(scope="module")
def users(binary) -> str:
    secret = hashed(binary, PASSWORD)
    assert secret.startswith("$y$") and PASSWORD not in secret
    names = {"anna": "admin", "berta": "reader", "<b>&\\\"x": "reader"}
    return "".join(f'[[user]]\nname = "{name}"\npassword = "{secret}"\nrole = "{role}"\n' for name, role in names.items())


@pytest.fixture
def with_users(relay, users):
    running = relay(file_input() + '[auth]\nmode = "users"\n' + users + token_block("ci", TOKEN, "reader"))
    append(running.path("app.log"), "one", "two")
    Visitor.bearing(running, TOKEN).wait_events(2)
    return running


def test_a_user_signs_in_and_reads_as_the_role_allows(with_users):
    answer = sign_in(with_users, PASSWORD, "berta", next="./?filter=a%3Db")
    assert answer.status == 303 and answer.headers["Location"] == "./?filter=a%3Db"
    cookie = answer.headers["Set-Cookie"]
    assert re.fullmatch(r"tailrace_session=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict", cookie)
    berta = Visitor(with_users, Cookie=cookie_of(answer))
    assert berta.ask("/api/v1/events").status == 200 and berta.ask("/api/v1/status").status == 403
    assert berta.ask("/", Accept="text/html").status == 200
    with Visitor(with_users, Cookie=cookie_of(answer), Origin=with_users.url).ws({}) as reader:
        assert reader.until("hello")["user"] == "berta"
    page = berta.ask("/login").body.decode()
    assert "Signed in as <b>berta</b>" in page and "<form method=\"post\" action=\"logout\">" in page
    # Behind a proxy that ends TLS the page's origin says so; it has to be allowed.
    assert sign_in(with_users, PASSWORD, "berta", headers={"Origin": "https://127.0.0.1:1"}).status == 403


@pytest.mark.parametrize("account, secret", [("anna", "wrong"), ("nobody", PASSWORD), ("", ""), ("anna", "x" * 600), ("anna", "a\x00b"), ("ANNA", PASSWORD)])
def test_w4_a_wrong_name_looks_like_a_wrong_password(with_users, account, secret):
    answer = sign_in(with_users, secret, account)
    assert answer.status == 403 and "Set-Cookie" not in answer.headers
    assert b"Name or password is wrong." in answer.body


def test_w12_the_login_page_has_its_own_strict_policy_and_escapes_what_it_shows(with_users):
    page = request(with_users.port, "/login?next=./%3Fx%3D%22%3E%3Cscript%3E")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy and page.headers["Cache-Control"] == "no-store"
    text = page.body.decode()
    assert "<script" not in text and "style=" not in text and "&quot;&gt;&lt;script&gt;" in text
    odd = signed_in(with_users, PASSWORD, '<b>&"x')
    assert "&lt;b&gt;&amp;&quot;x" in odd.ask("/login").body.decode()


@pytest.mark.parametrize("next", ["//evil.example/", "https://evil.example/", "/\\evil.example", ".//\\x", "./a b", "javascript:alert(1)", "./\r\nSet-Cookie: a=b"])
def test_w16_a_login_leads_to_no_other_place(with_users, next):
    answer = sign_in(with_users, PASSWORD, "berta", next=next)
    assert answer.status == 303 and answer.headers["Location"] == "./"


def test_w8_a_login_has_a_new_id_and_a_planted_one_is_worth_nothing(with_users):
    first = sign_in(with_users, PASSWORD, "berta")
    second = sign_in(with_users, PASSWORD, "berta", headers={"Cookie": cookie_of(first)})
    assert cookie_of(first) != cookie_of(second)
    assert Visitor(with_users, Cookie=cookie_of(first)).ask("/api/v1/events").status == 401
    planted = "tailrace_session=" + "A" * 43
    third = sign_in(with_users, PASSWORD, "berta", headers={"Cookie": planted})
    assert cookie_of(third) != planted and Visitor(with_users, Cookie=planted).ask("/api/v1/events").status == 401


def test_w8_signing_out_ends_all_that_is_open_within_5_s(with_users):
    berta, other = signed_in(with_users, PASSWORD, "berta"), signed_in(with_users, PASSWORD, "berta")
    socket, kept, stream = berta.ws({}), other.ws({}), berta.lines()
    socket.live()
    kept.live()
    stream.until("live")
    opened = berta.ask("/api/v1/session?mode=poll", "POST", b"")
    session = re.search(rb'"id":"(\w+)"', opened.body)[1].decode()
    polled = []
    poll = threading.Thread(target=lambda: polled.append(_quietly(lambda: berta.ask(f"/api/v1/session/{session}?answer=2"))))
    poll.start()
    began = time.monotonic()
    assert berta.ask("/logout", "POST", b"").status == 303
    append(with_users.path("app.log"), "after")
    assert berta.ask("/api/v1/events").status == 401
    assert socket.closed(timeout=5)[0] == 1008
    lines = []
    while line := stream.line():
        lines.append(line)
    poll.join(5)
    assert time.monotonic() - began < 5 and not poll.is_alive()
    kept.events(1)
    assert kept.texts() == ["after"]
    with pytest.raises(InvalidStatus):
        berta.ws({})


def _quietly(ask):
    try:
        return ask().status
    except OSError as error:
        return type(error).__name__


def test_sessions_end_with_the_password_and_the_user(with_users, users, binary):
    berta, anna = signed_in(with_users, PASSWORD, "berta"), signed_in(with_users, PASSWORD, "anna")
    socket = berta.ws({})
    socket.live()
    other = re.sub(r'(name = "berta"\npassword = )"[^"]+"', rf'\1"{hashed(binary, "another password")}"', with_users.config.read_text())
    with_users.configure(other)
    assert anna.ask("/api/v1/reload", "POST", b"").status == 200
    assert socket.closed(timeout=5)[0] == 1008
    assert berta.ask("/api/v1/events").status == 401 and anna.ask("/api/v1/status").status == 200
    assert sign_in(with_users, PASSWORD, "berta").status == 403
    assert sign_in(with_users, "another password", "berta").status == 303


def test_w5_a_name_that_nobody_has_costs_as_much_as_a_wrong_password(with_users):
    """By what the relay's threads have worked, since the clock says more of the machine than of the relay."""

    def worked() -> int:
        return sum(int(file.read_text().split()[0]) for file in Path(f"/proc/{with_users.pid}/task").glob("*/schedstat"))

    def cost(account: str) -> int:
        before = worked()
        assert sign_in(with_users, "not the password", account).status == 403
        return worked() - before

    # The first starts the thread that hashes; five in all are looked at without a wait.
    cost("anna")
    known, unknown = [], []
    for _ in range(2):
        known.append(cost("anna"))
        unknown.append(cost("nobody"))
    # Hashing takes tens of milliseconds, all else some tenths of one.
    assert min(known) > 5_000_000, known
    assert 0.7 < min(known) / min(unknown) < 1.4, (known, unknown)


def test_w4_guessing_is_slowed_without_slowing_others(with_users):
    answers = [sign_in(with_users, f"mistyped {number}", "anna") for number in range(5)]
    assert [answer.status for answer in answers] == [403] * 5
    slowed = sign_in(with_users, PASSWORD, "anna")
    assert slowed.status == 429 and 0 < int(slowed.headers["Retry-After"]) <= 2 and "Set-Cookie" not in slowed.headers
    # All of these came from one address, so it waits too, also for another account; whoever is in stays in.
    assert sign_in(with_users, PASSWORD, "berta").status in (303, 429)
    assert Visitor.bearing(with_users, TOKEN).ask("/api/v1/events").status == 200
    eventually(lambda: sign_in(with_users, PASSWORD, "anna").status == 303, 30, "a login after the wait")
    said = with_users.stderr()
    assert "A login failed" in said and "Signed in" in said and "mistyped" not in said and PASSWORD not in said


def test_w4_a_flood_of_logins_starves_nobody(with_users):
    """Hashing has a thread of its own and a short queue; what does not fit is told to come again."""
    statuses = []

    def flood(number):
        statuses.append(sign_in(with_users, "x", f"nobody{number}").status)

    threads = [threading.Thread(target=flood, args=(number,)) for number in range(40)]
    for one in threads:
        one.start()
    while any(one.is_alive() for one in threads):
        assert Visitor.bearing(with_users, TOKEN).ask("/healthz").status == 200
        assert Visitor.bearing(with_users, TOKEN).ask("/api/v1/streams").status == 200
    assert len(statuses) == 40 and set(statuses) <= {403, 429, 503}


CROSS = [
    ({"Origin": "{own}"}, True), ({"Sec-Fetch-Site": "same-origin"}, True), ({}, False), ({"Origin": "null"}, False),
    ({"Origin": "http://evil.example"}, False), ({"Origin": "http://localhost:1"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False), ({"Sec-Fetch-Site": "same-site"}, False), ({"Origin": "http://[::1]:1"}, False),
    ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, False),
]


@pytest.mark.parametrize("headers, is_taken", CROSS)
def test_w2_a_change_with_a_cookie_needs_the_relays_own_page(with_users, headers, is_taken):
    cookie = cookie_of(sign_in(with_users, PASSWORD, "anna"))
    headers = {name: value.replace("{own}", with_users.url) for name, value in headers.items()}
    note = json.dumps({"seq": 1, "text": "note"}).encode()
    answer = Visitor(with_users, Cookie=cookie, **headers).ask("/api/v1/marks", "POST", note, Content_Type="application/json")
    assert answer.status == (201 if is_taken else 403), answer
    listed = Visitor.bearing(with_users, TOKEN).json("/api/v1/marks")["marks"]
    assert [mark["fields"]["mark"]["user"] for mark in listed] == (["anna"] if is_taken else [])


@pytest.mark.parametrize("headers, is_taken", [
    ({"Origin": "{own}"}, True), ({}, False), ({"Origin": "null"}, False), ({"Origin": "http://evil.example"}, False),
    ({"Origin": "http://sub.127.0.0.1"}, False), ({"Origin": "http://127.0.0.1:1"}, False), ({"Origin": "https://127.0.0.1"}, False),
    ({"Sec-Fetch-Site": "same-origin"}, False),
])
def test_w1_a_websocket_with_a_cookie_needs_the_relays_own_origin(with_users, headers, is_taken):
    cookie = cookie_of(sign_in(with_users, PASSWORD, "anna"))
    headers = {name: value.replace("{own}", with_users.url) for name, value in headers.items()}
    if is_taken:
        with Visitor(with_users, Cookie=cookie, **headers).ws({}) as reader:
            reader.live()
        return
    with pytest.raises(InvalidStatus) as refused:
        Visitor(with_users, Cookie=cookie, **headers).ws({})
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("path", ["/login", "/logout"])
@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_w2_no_other_site_signs_anybody_in_or_out(with_users, path, headers):
    cookie = cookie_of(sign_in(with_users, PASSWORD, "anna"))
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    body = f"account=berta&secret={PASSWORD}".encode()
    answer = request(with_users.port, path, method="POST", body=body, headers=form | headers)
    assert answer.status == 403 and "Set-Cookie" not in answer.headers
    assert Visitor(with_users, Cookie=cookie).ask("/api/v1/events").status == 200


def test_in_mode_token_the_page_is_opened_with_a_token(relay):
    running = relay(file_input() + '[auth]\nmode = "token"\n' + token_block("ci", TOKEN, "reader"))
    page = request(running.port, "/login").body.decode()
    assert "Token" in page and "Password" not in page and 'name="account"' not in page
    assert sign_in(running, "tailrace_" + "x" * 43).status == 403
    assert signed_in(running, TOKEN).ask("/api/v1/events").status == 200
