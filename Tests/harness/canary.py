"""Secrets made to be found again: in many encodings, and in whatever a relay leaves behind."""

import base64
import ctypes
import ctypes.util
import json
import random
import re
import sqlite3
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

# Stands in every secret that may hold letters. Whatever is left of one is a leak.
MARK = "qzcanary"

KINDS = ["email", "bearer", "basic", "jwt", "private-key", "aws-key", "password", "credit-card", "ipv4", "ipv6", "order"]


@dataclass
class Canary:
    kind: str
    # As a program would log it, with the words around it that say what it is.
    text: str
    # What must not be found anywhere, where the mark is no part of it.
    digits: str = ""


def make(kind: str, number: int, source: random.Random) -> Canary:
    name = f"{MARK}{number:05x}"
    match kind:
        case "email":
            return Canary(kind, f"{name}@example.com")
        case "bearer":
            return Canary(kind, f"Bearer {name}.A1b2C3")
        case "basic":
            return Canary(kind, "Basic " + base64.b64encode(f"user{number}:{name}".encode()).decode())
        case "jwt":
            parts = [json.dumps({"alg": "HS256"}), json.dumps({"sub": name}), name]
            return Canary(kind, ".".join(base64.urlsafe_b64encode(p.encode()).decode().rstrip("=") for p in parts))
        case "private-key":
            body = base64.b64encode(source.randbytes(48)).decode()
            return Canary(kind, f"-----BEGIN PRIVATE KEY-----\n{body}\n{name}\n-----END PRIVATE KEY-----")
        case "aws-key":
            return Canary(kind, "AKIA" + MARK.upper() + "".join(source.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=8)))
        case "password":
            word = source.choice(["password=", "passwd: ", "api_key=", "token=", "db_secret=", "userPassword="])
            return Canary(kind, word + name)
        case "order":
            return Canary(kind, f"ORDER<{name}>")
        case "credit-card":
            card = luhn("4" + "".join(source.choices("0123456789", k=14)))
            return Canary(kind, card, card)
        case "ipv4":
            address = f"10.{source.randrange(100, 256)}.{source.randrange(100, 256)}.{source.randrange(100, 256)}"
            return Canary(kind, address, address)
        case "ipv6":
            address = f"2001:db8:{number:x}:{source.randrange(0x1000, 0x10000):x}::{source.randrange(0x1000, 0x10000):x}"
            return Canary(kind, address, address)
    raise ValueError(kind)


def luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def between(text: str, what: str) -> str:
    """`what` behind every letter and digit, where it is no part of the words around."""
    return "".join(char + what if char.isalnum() else char for char in text)


def percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


# From text to text; bytes that are no UTF-8 are surrogate escapes.
ENCODINGS = {
    "plain": lambda text: text,
    "url": lambda text: urllib.parse.quote(text, safe=""),
    "url-all": percent,
    "url-twice": lambda text: urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""),
    "json-escapes": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "json-in-json": lambda text: json.dumps(json.dumps({"inner": text, "n": 1}))[1:-1],
    "json-in-json-escapes": lambda text: json.dumps("".join(f"\\u{ord(char):04x}" for char in text))[1:-1],
    "hex-escapes": lambda text: "".join(f"\\x{ord(char):02x}" for char in text),
    "html": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "base64": lambda text: base64.b64encode(f"some text: {text} and more".encode()).decode(),
    "base64url": lambda text: base64.urlsafe_b64encode(f"some text?> {text} and more".encode()).decode().rstrip("="),
    "base64-twice": lambda text: base64.b64encode(base64.b64encode(f"see also: {text} now".encode())).decode(),
    "base64-of-url": lambda text: base64.b64encode(f"query=1&x={percent(text)}".encode()).decode(),
    "utf16": lambda text: between(text, "\0").replace(" ", " \0"),
    "zero-width": lambda text: between(text, "\u200b"),
    "soft-hyphen": lambda text: between(text, "\u00ad"),
    "direction": lambda text: "\u202d" + between(text, "\u2060"),
    "broken": lambda text: between(text, "\udcff"),
    "colours": lambda text: between(text, "\x1b[1;31m"),
    "wide": lambda text: "".join(chr(ord(char) - 0x21 + 0xFF01) if "!" <= char <= "~" else char for char in text),
}


def leaks(what: str, dump: bytes, digits: set[str]) -> list[str]:
    """Names of what is found in `dump`, in every reading of it."""
    found = []
    for reading, text in readings(dump):
        lower = text.lower()
        if (place := lower.find(MARK.encode())) >= 0:
            found.append(f"{what} ({reading}): {text[max(0, place - 80) : place + 60]!r}")
        for match in re.finditer(rb"[0-9a-f:.]{8,}", lower):
            if (hit := match[0].strip(b".:").decode()) in digits:
                found.append(f"{what} ({reading}): {hit}")
        for place in MARK_BASE64.finditer(text):
            found.append(f"{what} ({reading}, base64): {text[max(0, place.start() - 80) : place.end() + 60]!r}")
    return found


def readings(dump: bytes):
    """The dump as it is and with what may hide a mark taken away."""
    yield "as it is", dump
    bare, decoded = unescaped(unescaped(dump)), b"\n".join(base64_texts(dump))
    yield "no escapes", bare
    yield "no escapes, ASCII alone", ascii_alone(bare)
    yield "base64", decoded
    yield "base64, no escapes", unescaped(decoded)
    yield "base64 twice", b"\n".join(base64_texts(decoded))


def ascii_alone(text: bytes) -> bytes:
    return re.sub(rb"\x1b\[[0-9;]*m|[^\x20-\x7e]", b"", text)


def base64_texts(dump: bytes):
    """All that may be base64, decoded from each of the four places in a group."""
    for run in re.findall(rb"[A-Za-z0-9+/_-]{16,}", dump):
        for start in range(4):
            part = run[start:].translate(bytes.maketrans(b"-_", b"+/"))
            part = part[:-1] if len(part) % 4 == 1 else part
            yield base64.b64decode(part + b"=" * (-len(part) % 4))


def unescaped(text: bytes) -> bytes:
    text = re.sub(rb"\\+", rb"\\", text)
    text = re.sub(rb"\\u00([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), text)
    text = re.sub(rb"(?:%|\\x)([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), text)
    text = re.sub(rb"&#([0-9]{2,3});", lambda match: bytes([int(match[1]) & 255]), text)
    return wide(text).replace(b'\\"', b'"').replace(b"\\/", b"/")


def wide(text: bytes) -> bytes:
    return re.sub(
        rb"\xef(?:\xbc[\x81-\xbf]|\xbd[\x80-\x9e])",
        lambda match: bytes([ord(match[0].decode()) - 0xFF01 + 0x21]),
        text,
    )


def base64_cores(text: str) -> set[bytes]:
    """The digits that stand for a text in base64 whatever is around it, by its place in a group."""
    cores = set()
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + text.encode() + b"\0\0\0").decode()
        cores.add(whole[(before * 8 + 5) // 6 : (before + len(text)) * 8 // 6].encode())
    return cores


MARK_BASE64 = re.compile(b"|".join(sorted(base64_cores(MARK) | base64_cores(MARK.upper()))))


def folder_dumps(folder: Path):
    """Every file of a relay's folder as it lies there, then each value of its database, blocks decompressed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
    database = sqlite3.connect(folder / "tailrace.db")
    try:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f"SELECT * FROM {table}"):
                yield table, b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
        for encoding, size, body in database.execute("SELECT encoding, raw_size, body FROM block"):
            yield "block", decompressed(body, size) if encoding == 1 else body
    finally:
        database.close()


def decompressed(body: bytes, size: int) -> bytes:
    """With the library that the relay itself is linked to."""
    library = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    library.ZSTD_decompress.restype = ctypes.c_size_t
    output = ctypes.create_string_buffer(size)
    written = library.ZSTD_decompress(output, ctypes.c_size_t(size), body, ctypes.c_size_t(len(body)))
    assert written == size, f"a block of {size} bytes came out as {written}"
    return output.raw
