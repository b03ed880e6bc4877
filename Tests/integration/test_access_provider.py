"""Signing in by a provider of OpenID Connect: who comes in, as whom, and what is refused."""

import re
import subprocess
import time
import urllib.parse

import pytest
from harness.access import Visitor, new_token, token_block
from harness.inputs import append, file_input
from harness.provider import Browser, Key, Provider
from harness.waiting import eventually

TOKEN = new_token()


@pytest.fixture(scope="module")
def key(tmp_path_factory) -> Key:
    return Key(tmp_path_factory.mktemp("key"), "first")


@pytest.fixture
def provider(key, tmp_path):
    provider = Provider(key)
    (tmp_path / "secret").write_text(provider.SECRET + "\n")
    yield provider
    provider.close()


@pytest.fixture
def with_provider(relay, provider):
    running = relay(file_input() + provider.config() + token_block("ci", TOKEN, "admin"))
    append(running.path("app.log"), "one", "two")
    Visitor.bearing(running, TOKEN).wait_events(2)
    return running


def test_somebody_signs_in_by_the_provider_and_reads_as_the_role_allows(with_provider, provider):
    browser = Browser(with_provider, provider)
    page = browser.get("/login?next=./%3Ffilter%3Da%253Db").body.decode()
    assert re.search(r'href="login-oidc\?next=\.%2F%3Ffilter%3Da%253Db"', page) and 'name="secret"' in page
    place = browser.leave("./?filter=a%3Db")
    assert place.startswith(f"{provider.issuer}/authorize?kind=web&response_type=code&client_id=tailrace-relay&")
    code, sent = provider.approve(place)
    assert sent["code_challenge_method"] == "S256" and sent["scope"] == "openid profile"
    assert len({sent["state"], sent["nonce"], sent["code_challenge"], browser.cookies["tailrace_signin"]}) == 4
    answer = browser.come_back(code=code, state=sent["state"])
    assert answer.status == 200 and answer.headers["Refresh"] == "0; url=./?filter=a%3Db"
    session, gone = answer.headers.get_all("Set-Cookie")
    assert re.fullmatch(r"tailrace_session=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict", session)
    assert gone.startswith("tailrace_signin=; Path=/; Max-Age=0")
    anna = browser.visitor
    assert anna.ask("/api/v1/events").status == 200 and anna.ask("/api/v1/status").status == 403
    with anna.ws({}) as reader:
        assert reader.until("hello")["user"] == "anna"
    said = with_provider.stderr()
    assert "Signed in" in said and "by=provider" in said and code not in said and sent["state"] not in said
    # Signing out ends what is open, as with other logins.
    socket = anna.ws({})
    socket.live()
    assert anna.ask("/logout", "POST", b"").status == 303
    assert socket.closed(timeout=5)[0] == 1008 and anna.ask("/api/v1/events").status == 401


def test_roles_go_by_the_first_line_that_fits_and_those_without_one_are_told(with_provider, provider):
    boss = Browser(with_provider, provider)
    assert boss.sign_in(groups=["shop", "cn=ops,dc=x"]).status == 200
    assert boss.visitor.ask("/api/v1/status").status == 200
    nobody = Browser(with_provider, provider)
    answer = nobody.sign_in(groups=["staff"], preferred_username="<b>eve")
    assert answer.status == 403 and b"You are &lt;b&gt;eve at the provider, but have no role here." in answer.body
    assert "tailrace_session" not in nobody.cookies
    assert 'no role: groups has \\"staff\\"' in with_provider.stderr()
    # A name that is none: the subject stands for it.
    assert Browser(with_provider, provider).sign_in(preferred_username="a\nb").status == 200
    eventually(lambda: "user=4711" in with_provider.stderr(), what="the subject as the name")


NOW = time.time()
WRONG = {
    "another issuer": ({"iss": "https://evil.example"}, {}, "(iss)"),
    "for somebody else": ({"aud": "another"}, {}, "(aud)"),
    "for several, given to another": ({"aud": ["tailrace-relay", "b"], "azp": "b"}, {}, "(azp)"),
    "for several, given to nobody": ({"aud": ["tailrace-relay", "b"]}, {}, "(azp)"),
    "over": ({"exp": NOW - 3600}, {}, "(exp)"),
    "without an end": ({"exp": None}, {}, "(exp, iat)"),
    "of the future": ({"iat": NOW + 7200}, {}, "(iat, nbf)"),
    "not yet": ({"nbf": NOW + 7200}, {}, "(iat, nbf)"),
    "of another sign-in": ({"nonce": "A" * 43}, {}, "(nonce)"),
    "of no sign-in": ({"nonce": None}, {}, "(nonce)"),
    "of nobody": ({"sub": ""}, {}, "(sub)"),
    "unsigned": ({}, {"header": {"alg": "none"}, "signature": b""}, "no proof"),
    "signed with the public key as a secret": ({}, {"header": {"alg": "HS256"}}, "no proof"),
    "with a signature of something else": ({}, {"signature": b"\0" * 256}, "signature"),
    "by a key of nobody's": ({}, {"header": {"kid": "unknown"}}, "(kid)"),
    "by a key for something else": ({}, {"header": {"alg": "ES256"}}, "signature"),
}


@pytest.mark.parametrize("claims, signing, reason", WRONG.values(), ids=WRONG)
def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(with_provider, provider, claims, signing, reason):
    for name, value in signing.items():
        setattr(provider, name, value)
    browser = Browser(with_provider, provider)
    answer = browser.sign_in(**claims)
    assert answer.status == 403 and b"The relay&#39;s log says why." in answer.body
    assert "tailrace_session" not in browser.cookies
    said = with_provider.stderr()
    assert "the ID token is refused" in said and reason in said


def test_what_comes_back_belongs_to_the_browser_that_left(with_provider, provider):
    victim, thief = Browser(with_provider, provider), Browser(with_provider, provider)
    code, sent = provider.approve(thief.leave())
    # Somebody is lured to an address with another's code: without a sign-in of his own, and with one.
    assert victim.come_back(code=code, state=sent["state"]).status == 400
    victim.leave()
    assert victim.come_back(code=code, state=sent["state"]).status == 400
    for wrong in ({"code": code}, {"state": sent["state"]}, {"code": code, "state": ""}, {"code": code, "state": sent["state"] + "x"}):
        assert thief.come_back(**wrong).status == 400, wrong
    assert "/realm/token" not in provider.asked
    # A code with another verifier, and one that was used.
    provider.codes[code]["code_challenge"] = "A" * 43
    assert thief.come_back(code=code, state=sent["state"]).status == 502
    assert thief.sign_in().status == 200
    thief.cookies.pop("tailrace_session")
    assert thief.come_back(code=code, state=sent["state"]).status == 400
    # Nothing but pages of the relay's own is led to.
    other = Browser(with_provider, provider)
    assert other.sign_in("//evil.example").headers["Refresh"] == "0; url=./"
    code, sent = provider.approve(other.leave())
    secret = other.cookies["tailrace_signin"].partition(".")[0]
    other.cookies["tailrace_signin"] = secret + "." + urllib.parse.quote("https://evil.example/", safe="")
    assert other.come_back(code=code, state=sent["state"]).headers["Refresh"] == "0; url=./"


def test_a_provider_that_says_no_or_answers_nonsense_is_told_of(with_provider, provider):
    browser = Browser(with_provider, provider)
    _, sent = provider.approve(browser.leave())
    denied = browser.come_back(error="access_denied", error_description="no\r\nway", state=sent["state"])
    assert denied.status == 403 and b"The provider did not let you in." in denied.body
    assert "(access_denied: no  way)" in with_provider.stderr()
    for status, body, reason in [
        (401, b'{"error":"invalid_client"}', "compare client_id, client_secret and redirect_url"),
        (200, b'{"access_token":"a"}', "do the scopes have openid?"),
        (200, b"{" + b" " * 300_000 + b"}", "more than 262144 bytes"),
        (500, b"<html>", "status 500"),
    ]:
        provider.answers["/realm/token"] = (status, body)
        # A sign-in of its own, since those who guess have to wait.
        eventually(lambda: browser.sign_in().status == 502, 40, reason)
        assert reason in with_provider.stderr()


def test_keys_that_the_provider_changes_are_fetched_anew_and_not_by_everybodys_wish(with_provider, provider, tmp_path):
    assert Browser(with_provider, provider).sign_in().status == 200
    assert provider.asked.count("/realm/keys") == 1
    provider.header = {"kid": "made-up"}
    assert Browser(with_provider, provider).sign_in().status == 403
    assert provider.asked.count("/realm/keys") == 1
    provider.header = {}
    provider.key = Key(tmp_path, "second")
    provider.published = [provider.key.public]

    def comes_in():
        return Browser(with_provider, provider).sign_in().status == 200

    # Keys are fetched every ten seconds at most.
    eventually(comes_in, 60, "a sign-in with the new key")
    assert provider.asked.count("/realm/keys") == 2


def test_a_provider_that_is_away_keeps_nobody_out_who_is_in(relay, provider, tmp_path):
    running = relay(file_input() + provider.config() + token_block("ci", TOKEN, "admin"))
    inside = Browser(running, provider)
    assert inside.sign_in().status == 200
    running.stop()
    provider.close()
    running.start()
    answer = Browser(running, provider).get("/login-oidc")
    assert answer.status == 502 and b"The relay&#39;s log says why." in answer.body
    assert f"no answer of the provider {provider.issuer[7:-6]}: " in running.stderr()
    assert Visitor.bearing(running, TOKEN).ask("/api/v1/status").status == 200
    # Sessions end with the relay.
    assert inside.visitor.ask("/api/v1/events").status == 401


def test_an_issuer_that_is_another_is_not_believed(relay, provider):
    running = relay(file_input() + provider.config())
    provider.document = {"issuer": "https://other.example"}
    assert Browser(running, provider).get("/login-oidc").status == 502
    assert 'its issuer is \\"https://other.example\\"; write exactly that' in running.stderr()


def test_sessions_outlive_a_reload_and_end_with_their_role(with_provider, provider):
    browser = Browser(with_provider, provider)
    assert browser.sign_in().status == 200
    socket = browser.visitor.ws({})
    socket.live()
    admin = Visitor.bearing(with_provider, TOKEN)
    text = with_provider.config.read_text()
    with_provider.configure(text + '\n[[lens]]\nname = "x"\n')
    assert admin.ask("/api/v1/reload", "POST", b"").status == 200
    assert browser.visitor.ask("/api/v1/events").status == 200
    with_provider.configure(text.replace('"shop=reader"', '"shop=admin"'))
    assert admin.ask("/api/v1/reload", "POST", b"").status == 200
    assert socket.closed(timeout=5)[0] == 1008
    assert browser.visitor.ask("/api/v1/events").status == 401
    assert browser.sign_in().status == 200 and browser.visitor.ask("/api/v1/status").status == 200


@pytest.mark.parametrize("old, new, message", [
    ("${file:{dir}/secret}", "plain", "client_secret in [auth.oidc] stands in the file itself"),
    ("http://127.0.0.1:", "http://login.example.com:", "http:// is for this machine alone"),
    ("/login-callback", "/callback", "does not end with /login-callback"),
    ('"shop=reader"', '"shop=raeder"', 'names the role "raeder", which there is not; did you mean "reader"?'),
    ('"shop=reader"', '"shop"', '"shop" in roles of [auth.oidc] names no role'),
    ('roles = ["cn=ops,dc=x = admin", "shop=reader"]', "", "lets nobody in: it gives no role"),
    ('roles =', 'scopes = ["profile"]\nroles =', 'scopes in [auth.oidc] lack "openid"'),
    ('roles =', 'ca = "/nothing.pem"\nroles =', "ca in [auth.oidc]"),
    ('mode = "oidc"', 'mode = "none"', "[auth.oidc] has no effect"),
])
def test_mistakes_in_the_table_of_the_provider_are_named(binary, provider, tmp_path, old, new, message):
    text = provider.config()
    assert old in text
    file = tmp_path / "wrong.toml"
    file.write_text(text.replace(old, new).replace("{dir}", str(tmp_path)))
    checked = subprocess.run([binary, "check", "--config", file], capture_output=True, text=True, timeout=30)
    said = checked.stdout + checked.stderr
    assert checked.returncode == 1 and message in said and provider.SECRET not in said
