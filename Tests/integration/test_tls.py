"""TLS on the relay's addresses: who is let in, who believes it, and what is said where it goes wrong."""

import json
import socket
import ssl
import subprocess

import pytest
import requests
from harness.command import Command
from harness.http import raw
from harness.reader import Reader
from harness.waiting import eventually

CONFIG = '[[input]]\nname = "app"\ntype = "file"\npaths = ["{dir}/app.log"]\nfrom = "start"\n'
TLS = 'tls = { certificate = "{dir}/relay.pem", key = "{dir}/relay.key" }'
MUTUAL = 'tls = { certificate = "{dir}/relay.pem", key = "{dir}/relay.key", client_ca = "{dir}/ca.pem" }'


class Authority:
    """A certificate authority of these tests, in a folder."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._openssl(
            *"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=tests".split(),
            "-keyout", self.path("ca.key"), "-out", self.path("ca.pem"),
        )

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def sign(self, name: str, *, days: int = 30, addresses: str = "IP:127.0.0.1,DNS:localhost"):
        """`NAME.pem` and `NAME.key`."""
        self._openssl(
            *"req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split(), "-subj", f"/CN={name}",
            "-keyout", self.path(f"{name}.key"), "-out", self.path(f"{name}.csr"),
        )
        (self.folder / "names").write_text(f"subjectAltName={addresses}\n")
        self._openssl(
            *"x509 -req -CAcreateserial".split(), "-days", str(days), "-in", self.path(f"{name}.csr"),
            "-CA", self.path("ca.pem"), "-CAkey", self.path("ca.key"), "-extfile", self.path("names"),
            "-out", self.path(f"{name}.pem"),
        )

    def _openssl(self, *arguments: str):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)

    def context(self, client: str | None = None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.path("ca.pem"))
        if client:
            context.load_cert_chain(self.path(f"{client}.pem"), self.path(f"{client}.key"))
        return context


@pytest.fixture
def authority(tmp_path):
    authority = Authority(tmp_path)
    authority.sign("relay")
    return authority


def secure(relay, server: str = TLS):
    one = relay(CONFIG, server=server)
    one.path("app.log").write_text("first\nsecond\n")
    with pytest.raises(Exception):
        one.status()
    return one


def test_page_api_and_websocket_speak_tls(relay, authority):
    one = secure(relay)
    url = f"https://127.0.0.1:{one.port}"
    session = requests.Session()
    session.verify, session.trust_env = authority.path("ca.pem"), False
    assert "https://" in one.stdout()
    assert "<title>" in session.get(url).text
    eventually(lambda: session.get(f"{url}/api/v1/status").json()["log"]["head"] == 2)
    history = session.get(f"{url}/api/v1/events").json()["events"]
    assert [event["message"] for event in history] == ["first", "second"]
    with Reader(f"wss://127.0.0.1:{one.port}/ws?stream=all&last=10", ssl=authority.context()) as reader:
        reader.until("live")
        assert [event["message"] for event in reader.seen] == ["first", "second"]
        with one.path("app.log").open("a") as file:
            file.write("third\n")
        eventually(lambda: reader.next() and len(reader.seen) == 3)


def test_a_stream_of_megabytes_comes_through_whole(relay, authority):
    one = secure(relay)
    with one.path("app.log").open("a") as file:
        file.writelines(f"line {number} {'x' * 300}\n" for number in range(20_000))
    url = f"https://127.0.0.1:{one.port}/api/v1"
    verify = authority.path("ca.pem")
    eventually(lambda: requests.get(f"{url}/status", verify=verify).json()["log"]["head"] == 20_002)
    epoch = requests.get(f"{url}/status", verify=verify).json()["log"]["epoch"]
    with requests.get(f"{url}/stream?from={epoch}:0", verify=verify, stream=True) as answer:
        seqs = []
        for line in answer.iter_lines():
            event = json.loads(line)
            if "seq" in event:
                seqs.append(event["seq"])
            elif event["type"] == "live":
                break
    assert seqs == list(range(1, 20_003))


def test_commands_follow_over_tls_and_say_whom_they_do_not_believe(relay, authority, binary):
    one = secure(relay)
    url = f"https://127.0.0.1:{one.port}"
    trust = {"TAILRACE_CA_FILE": authority.path("ca.pem")}
    with Command(binary, "tail", url, "--last", "2", "--count", "2", "--output", "json", env=trust) as tail:
        assert tail.wait() == 0
        assert tail.messages() == ["first", "second"]
    with Command(binary, "status", url, env=trust) as status:
        assert status.wait() == 0
    with Command(binary, "tail", url, "--count", "1") as stranger:
        assert stranger.wait() == 1
        assert b"TAILRACE_CA_FILE" in stranger.err.bytes()
    with Command(binary, "status", url, env={"TAILRACE_CA_FILE": authority.path("none.pem")}) as missing:
        assert missing.wait() == 1
        assert b"none.pem" in missing.err.bytes()


def test_a_certificate_for_another_name_is_not_believed(relay, authority, binary):
    authority.sign("relay", addresses="DNS:elsewhere.example")
    one = secure(relay)
    with Command(
        binary, "status", f"https://127.0.0.1:{one.port}", env={"TAILRACE_CA_FILE": authority.path("ca.pem")}
    ) as status:
        assert status.wait() == 1
        assert b"another name" in status.err.bytes()


def test_with_client_ca_only_signed_clients_get_in(relay, authority, binary):
    authority.sign("viewer")
    one = secure(relay, MUTUAL)
    url = f"https://127.0.0.1:{one.port}"
    signed = (authority.path("viewer.pem"), authority.path("viewer.key"))
    verify = authority.path("ca.pem")
    assert requests.get(f"{url}/api/v1/status", verify=verify, cert=signed).ok
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(f"{url}/api/v1/status", verify=verify)
    with Reader(f"wss://127.0.0.1:{one.port}/ws?last=2", ssl=authority.context("viewer")) as reader:
        reader.until("live")
    trust = {"TAILRACE_CA_FILE": verify}
    with Command(binary, "status", url, env=trust) as stranger:
        assert stranger.wait() == 1
        assert b"TAILRACE_CERT_FILE" in stranger.err.bytes()
    trust |= {"TAILRACE_CERT_FILE": signed[0], "TAILRACE_KEY_FILE": signed[1]}
    with Command(binary, "status", url, env=trust) as known:
        assert known.wait() == 0


def test_plain_http_is_told_where_it_should_go(relay, authority):
    one = secure(relay)
    answer = raw(one.port, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ") and b"https://" in answer


def test_old_versions_of_tls_are_refused(relay, authority):
    one = secure(relay)
    context = authority.context()
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", one.port), timeout=10) as plain:
        with pytest.raises((ssl.SSLError, OSError)):
            context.wrap_socket(plain, server_hostname="127.0.0.1")
    context = authority.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", one.port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as wrapped:
            assert wrapped.version() == "TLSv1.2"


def test_a_handshake_that_is_not_finished_is_cut_off(relay, authority):
    one = secure(relay)
    with socket.create_connection(("127.0.0.1", one.port), timeout=20) as half:
        half.sendall(bytes.fromhex("1603010200"))  # the head of a record that never comes
        assert half.recv(1024) == b""


def check(binary, one_home, server: str):
    file = one_home / "check.toml"
    text = f'[server]\n{server}\n[log]\npath = "memory"\n{CONFIG}'
    file.write_text(text.replace("{dir}", str(one_home)))
    return subprocess.run([binary, "check", "--config", file], capture_output=True, text=True)


@pytest.mark.parametrize(
    "server, said",
    [
        (TLS.replace("relay.pem", "missing.pem"), "no such file"),
        (TLS.replace("relay.key", "relay.pem"), "no private key"),
        (TLS.replace("relay.pem", "relay.key"), "no certificate"),
        (TLS.replace("relay.key", "other.key"), "does not belong to the certificate"),
        (TLS.replace(", key", ', keys = 1, key'), "keys"),
        ('tls = { certificate = "{dir}/relay.pem" }', "key"),
        ('listen = ["0.0.0.0:0"]\n' + TLS, "without a login"),
    ],
)
def test_g5_files_that_do_not_go_together_are_named_before_anything_starts(authority, binary, server, said):
    authority.sign("other")
    result = check(binary, authority.folder, server)
    assert result.returncode == 1, result
    assert "check.toml:" in result.stderr + result.stdout
    assert said in result.stderr + result.stdout


def test_mutual_tls_may_listen_beyond_this_host_and_warnings_name_what_ends_soon(authority, binary):
    authority.sign("relay", days=3)
    (authority.folder / "relay.key").chmod(0o644)
    result = check(binary, authority.folder, 'listen = ["0.0.0.0:0"]\n' + MUTUAL)
    said = result.stdout + result.stderr
    assert result.returncode == 0, said
    assert "expires in 2 days" in said
    assert "every user of this host can read the key" in said
