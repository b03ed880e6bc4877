"""Tokens, users and what is asked with them."""

import base64
import hashlib
import http.client
import json
import secrets
import urllib.parse

from .http import Answer, JSONLines, request
from .reader import Reader
from .waiting import eventually


def new_token() -> str:
    return "tailrace_" + base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()


def token_block(name: str, token: str, role: str, more: str = "") -> str:
    digest = hashlib.sha256(token.encode()).hexdigest()
    return f'[[token]]\nname = "{name}"\nhash = "sha256:{digest}"\nrole = "{role}"\n{more}\n'


class Visitor:
    """Somebody who asks a relay, with the same headers each time."""

    def __init__(self, relay, **headers: str):
        self.relay = relay
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    @classmethod
    def bearing(cls, relay, token: str) -> "Visitor":
        return cls(relay, Authorization=f"Bearer {token}")

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return request(self.relay.port, path, method=method, body=body, headers=self.headers | more)

    def json(self, path: str, **query):
        answer = self.ask(path + ("?" + urllib.parse.urlencode(query) if query else ""))
        assert answer.status == 200, (path, answer)
        return json.loads(answer.body)

    def events(self, **query) -> list[dict]:
        return self.json("/api/v1/events", **query)["events"]

    def wait_events(self, count: int, timeout: float = 15) -> list[dict]:
        """A role's own events may take a moment to be gathered."""

        def look():
            answer = self.ask("/api/v1/events?limit=10000")
            events = json.loads(answer.body)["events"] if answer.status == 200 else []
            return len(events) >= count and events

        return eventually(look, timeout, f"{count} events")

    def ws(self, query: dict = {}, **options) -> Reader:
        query = query or {"stream": "all"}
        return Reader(self.relay.ws_url(**query), additional_headers=self.headers, **options)

    def lines(self, **query) -> JSONLines:
        return JSONLines(self.relay.port, "/api/v1/stream?" + urllib.parse.urlencode(query), self.headers)


def sign_in(relay, secret: str, account: str = "", *, headers: dict = {}, next: str = "") -> Answer:
    body = urllib.parse.urlencode({"account": account, "secret": secret, "next": next}).encode()
    origin = {"Origin": relay.url, "Content-Type": "application/x-www-form-urlencoded"}
    return request(relay.port, "/login", method="POST", body=body, headers=origin | headers, timeout=30)


def cookie_of(answer: Answer) -> str:
    """`name=value`, as a browser would send it."""
    return answer.headers["Set-Cookie"].partition(";")[0]


def signed_in(relay, secret: str, account: str = "") -> Visitor:
    answer = sign_in(relay, secret, account)
    assert answer.status == 303, answer
    return Visitor(relay, Cookie=cookie_of(answer), Origin=relay.url)
