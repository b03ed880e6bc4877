"""A small provider of OpenID Connect: it signs whatever a test wants, and remembers what it was asked."""

import base64
import hashlib
import hmac
import json
import secrets
import subprocess
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .access import Visitor
from .http import Answer, request


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """An RSA key of the openssl program, named by its `kid`."""

    def __init__(self, folder: Path, kid: str, bits: int = 2048):
        self.kid = kid
        self.file = folder / f"{kid}.pem"
        subprocess.run(["openssl", "genrsa", "-out", self.file, str(bits)], check=True, capture_output=True)
        shown = subprocess.run(["openssl", "rsa", "-in", self.file, "-noout", "-modulus"], check=True, capture_output=True)
        self.modulus = bytes.fromhex(shown.stdout.decode().strip().partition("=")[2])

    @property
    def public(self) -> dict:
        return {"kty": "RSA", "use": "sig", "kid": self.kid, "n": b64(self.modulus), "e": "AQAB"}

    def sign(self, data: bytes) -> bytes:
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.file], input=data, check=True, capture_output=True).stdout


class Provider:
    CLIENT, SECRET = "tailrace-relay", "s3cret: with+signs"

    def __init__(self, key: Key):
        self.key = key
        # What stands in the set of keys, beside kinds that nobody here knows.
        self.published = [{"kty": "oct", "kid": "x", "k": "AAAA"}, {"kty": "EC", "crv": "odd", "kid": "y"}, self.key.public]
        self.asked: list[str] = []
        # Sign-ins under way, by code: what the relay said when it sent the browser.
        self.codes: dict[str, dict] = {}
        self.claims: dict = {}
        self.header: dict = {}
        self.signature: bytes | None = None
        self.document: dict = {}
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realm"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def config(self, more: str = "") -> str:
        return (
            f'[auth]\nmode = "oidc"\n[auth.oidc]\nissuer = "{self.issuer}"\nclient_id = "{self.CLIENT}"\n'
            'client_secret = "${file:{dir}/secret}"\nredirect_url = "http://127.0.0.1:1/login-callback"\n'
            'roles = ["cn=ops,dc=x = admin", "shop=reader"]\n' + more
        )

    # What a browser does

    def approve(self, place: str, **claims) -> tuple[str, dict]:
        """Somebody signs in and agrees: the code that the browser carries back, and what the relay had sent."""
        sent = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(place).query))
        code = secrets.token_hex(8)
        self.codes[code] = sent | {"claims": claims}
        return code, sent

    # What the relay asks

    def _handler(provider):
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                self.give(*provider._get(self.path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.give(*provider._token(dict(urllib.parse.parse_qsl(body)), self.headers.get("Authorization", "")))

            def give(self, status: int, body: bytes):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler

    def _get(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == "/realm/.well-known/openid-configuration":
            base = self.issuer
            return 200, json.dumps({
                "issuer": base, "authorization_endpoint": f"{base}/authorize?kind=web", "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/keys", "code_challenge_methods_supported": ["plain", "S256"],
            } | self.document).encode()
        if path == "/realm/keys":
            return 200, json.dumps({"keys": self.published}).encode()
        return 404, b"{}"

    def _token(self, form: dict, authorization: str) -> tuple[int, bytes]:
        self.asked.append("/realm/token")
        if "/realm/token" in self.answers:
            return self.answers["/realm/token"]
        pair = ":".join(urllib.parse.quote(part, safe="") for part in (self.CLIENT, self.SECRET))
        if authorization != "Basic " + base64.b64encode(pair.encode()).decode():
            return 401, b'{"error":"invalid_client","error_description":"who\\nare you"}'
        sent = self.codes.pop(form["code"], None)
        challenge = b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if not sent or challenge != sent["code_challenge"] or form["redirect_uri"] != sent["redirect_uri"]:
            return 400, b'{"error":"invalid_grant"}'
        return 200, json.dumps({"access_token": "a", "token_type": "Bearer", "id_token": self.token(sent)}).encode()

    def token(self, sent: dict) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": "4711", "aud": self.CLIENT, "exp": now + 300, "iat": now, "nonce": sent["nonce"],
            "preferred_username": "anna", "groups": ["staff", "shop"],
        } | self.claims | sent["claims"]
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "typ": "JWT", "kid": self.key.kid} | self.header
        text = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
        if header["alg"] == "HS256":
            # The public key taken for a secret that both sides have.
            signature = hmac.new(self.key.modulus, text.encode(), "sha256").digest()
        else:
            signature = self.key.sign(text.encode()) if self.signature is None else self.signature
        return f"{text}.{b64(signature)}"


class Browser:
    """Somebody who signs in, cookie by cookie."""

    def __init__(self, relay, provider: Provider):
        self.relay, self.provider = relay, provider
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)
        answer = request(self.relay.port, path, headers={"Cookie": cookies, "Accept": "text/html"}, timeout=30)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def leave(self, next: str = "./") -> str:
        answer = self.get("/login-oidc?" + urllib.parse.urlencode({"next": next}))
        assert answer.status == 303, (answer.status, answer.body)
        return answer.headers["Location"]

    def come_back(self, **query: str) -> Answer:
        return self.get("/login-callback?" + urllib.parse.urlencode(query))

    def sign_in(self, next: str = "./", **claims) -> Answer:
        code, sent = self.provider.approve(self.leave(next), **claims)
        return self.come_back(code=code, state=sent["state"])

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.relay, Cookie=f"tailrace_session={self.cookies['tailrace_session']}", Origin=self.relay.url)
