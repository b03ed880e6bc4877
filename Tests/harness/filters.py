"""Random events and random filters that often match some of them."""

import json
import random

WORDS = [
    "timeout", "Timeout", "GET", "get", "/api/v1", "connection refused", "naïve", "STRASSE", "straße", "ΟΔΟΣ", "οδος",
    "Дом", "日本語", "\u212aelvin", "kelvin", "ſecret", "secret", "a.b", "x*y", "C:\\dir", 'say "hi"', "tab\there",
    "two\nlines", "10:15", "500", "5", "-3", "1.50", "250ms", "1m30s", "10MiB", "80%", "warn", "error", "information",
    "true", "null", "10.0.0.1", "::1", "2001:db8::7", "::ffff:10.0.0.1", "2026-11-22", "2026-11-22T07:35:12.5Z",
    "nginx", "php-fpm.service", "user_42", "é", "É", "e\u0301", "😀", "0x1f", "()", "[x]", "or", "AND", "K", "s", "Ⅷ",
    "ǅ", "\x7f", "\u0085", "\u2028", "a/b/",
]
NAMES = [
    "status", "path", "user", "user.id", "dur_ms", "took", "size_bytes", "ip", "tags", "a", "b", "unit", "pid",
    "_COMM", "comm", "x-y", "raw", "line", "when", "deep", "odd name", "level2", "é", "gap", "boot_id", "identifier",
]
NUMBERS = [
    "0", "5", "-3", "500", "504", "1.50", "1.5", "2e3", "0.1", "-0", "9007199254740993", "9007199254740992",
    "18446744073709551616", "1e-7", "123456789.125", "250", "1e4",
]
LEVELS = [
    "trace", "debug", "info", "notice", "warn", "error", "critical", "alert", "emergency",
]


class Dice(random.Random):
    def chance(self, share: float) -> bool:
        return self.random() < share

    def text(self) -> str:
        return " ".join(self.choice(WORDS) for _ in range(self.randint(0, 4)))


def event_line(dice: Dice) -> str:
    """One line of JSON as a program might write it."""
    members = [("message", json.dumps(dice.text(), ensure_ascii=dice.chance(0.3)))]
    if dice.chance(0.9):
        members.append(("level", json.dumps(dice.choice(LEVELS))))
    for name in dice.sample(NAMES, dice.randint(0, 7)):
        members.append((name, _value(dice, 2)))
    return "{" + ",".join(f"{json.dumps(name, ensure_ascii=dice.chance(0.2))}:{value}" for name, value in members) + "}"


def _value(dice: Dice, depth: int) -> str:
    kind = dice.randrange(8 if depth else 5)
    if kind == 0:
        return dice.choice(NUMBERS)
    if kind == 1:
        return dice.choice(["true", "false", "null"])
    if kind in (5, 6):
        return "[" + ",".join(_value(dice, depth - 1) for _ in range(dice.randint(0, 3))) + "]"
    if kind == 7:
        names = dice.sample(["id", "b", "c", "a.b", "reason"], dice.randint(0, 3))
        return "{" + ",".join(f'"{name}":{_value(dice, depth - 1)}' for name in names) + "}"
    return json.dumps(dice.choice(WORDS) if dice.chance(0.7) else dice.text(), ensure_ascii=dice.chance(0.3))


def filter_text(dice: Dice) -> str:
    if dice.chance(0.12):
        return "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 12)))
    return _tree(dice, 2)


def _tree(dice: Dice, depth: int) -> str:
    kind = dice.randrange(10) if depth else 0
    if kind == 9:
        return dice.choice(["-", "!", "NOT ", "#"]) + f"({_tree(dice, depth - 1)})"
    if kind > 5:
        joiner = dice.choice([" ", " AND ", " OR ", " || ", " && "])
        joined = joiner.join(_tree(dice, depth - 1) for _ in range(dice.randint(2, 3)))
        return f"({joined})" if dice.chance(0.5) else joined
    return (dice.choice(["-", "!"]) if dice.chance(0.2) else "") + _clause(dice)


def _clause(dice: Dice) -> str:
    kind = dice.randrange(12)
    if kind == 0:
        return _word(dice)
    if kind == 1:
        return _regex(dice)
    name = _name(dice)
    if kind == 2:
        return f"{name}:*"
    if kind == 3:
        return f"{name}:({' OR '.join(_bare(dice) for _ in range(dice.randint(1, 3)))})"
    if kind == 4:
        return f"{name}:{dice.choice(NUMBERS + WORDS)}..{dice.choice(NUMBERS + WORDS)}".replace(" ", "")
    if kind == 5:
        return f"{name}:{_regex(dice)}"
    if kind == 6:
        level = dice.choice([*LEVELS, "err", "WARN", "wran", "e*"])
        return "level" + dice.choice([">=", ">", "<", "<=", "=", ":", "!="]) + level
    if kind == 7:
        return dice.choice(SPECIAL)
    return name + dice.choice([":", ":", "=", ":=", "!=", ">", ">=", "<", "<="]) + _bare(dice)


def _name(dice: Dice) -> str:
    name = dice.choice(NAMES + OTHER_NAMES)
    return json.dumps(name, ensure_ascii=False) if " " in name or name == "é" or dice.chance(0.05) else name


def _bare(dice: Dice) -> str:
    value = dice.choice(WORDS + NUMBERS)
    if dice.chance(0.2) and value:
        at = dice.randrange(len(value))
        value = value[:at] + dice.choice("*?") + value[at + dice.randint(0, 1):]
    if dice.chance(0.3):
        value = dice.choice([value.upper(), value.lower(), value[: len(value) // 2 + 1]])
    return _quoted(value) if dice.chance(0.2) or " " in value or "\n" in value or "\t" in value else value


def _word(dice: Dice) -> str:
    return _quoted(dice.text()) if dice.chance(0.3) else _bare(dice)


def _quoted(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(escapes.get(letter, letter) for letter in text) + '"'


def _regex(dice: Dice) -> str:
    return f"/{_pattern(dice, 2)}/{dice.choice(['', '', 'i', 'I'])}"


def _pattern(dice: Dice, depth: int) -> str:
    kind = dice.randrange(8) if depth else 0
    if kind in (1, 2):
        return _pattern(dice, depth - 1) + _pattern(dice, depth - 1)
    if kind == 3:
        return f"({_pattern(dice, depth - 1)}|{_pattern(dice, depth - 1)})"
    if kind == 4:
        return f"(?:{_pattern(dice, depth - 1)}){dice.choice(['*', '+', '?', '{2}', '{1,3}', ''])}"
    if kind == 5:
        return _pattern(dice, depth - 1) + dice.choice(["*", "+", "?", "{2}", "{1,3}", "*?", "+?"])
    return dice.choice(ATOMS)


# Short names, names within values, and one that no event has.
OTHER_NAMES = [
    "host", "source", "msg", "id", "boot", "inv", "*", "a.b", "a[]", "a[0]", "tags[]", "deep.b", "user.b.c", ".unit",
    "_PID", "MESSAGE", "user[].id", "missing",
]

ATOMS = [
    "a", "time", "GET", "k", "s", "é", "Σ", "\\d", "\\w", "\\s", "\\W", "\\D", "\\S", ".", "[a-f]", "[^a]", "[\\w.-]",
    "\\b", "\\B", "^", "$", "\\.", "\\x41", "\\x{e9}", "[[:alpha:]]", "[é-ü]", "日", "\\/", "(?i)", "(?i:k)", "[^\\n]",
    "\\n", "out", "\\A", "\\z", "\\Z", "(", ")", "[", "{1,99}", "(?=a)", "\\1", "\\p{L}", "😀", "[z-a]", "*", "\\h",
    "x{0}",
]
SPECIAL = [
    "seq>100", "seq:5..50", "seq=7", "seq:1?", "time>2026-11-22", "time:2026-11-22T07:35", "late>5s", "late:*",
    "gap:*", "-gap:*", "since:15m", "until:14:30", "around:#5±3", "ip:10.0.0.0/8", '*:10.0.0.0/8',
    'ip:"2001:db8::/32"', "stream:all", "source:app", "host:*", "time:noon", "a | b", "10:15", "https://x.y",
    "error:", "C:\\x", "name==", "status==5", "status=>5", "a::b", "--x", "*", "raw:*", "dur_ms>1s", "dur_ms:..2s",
    "size_bytes>1kB", "took>200ms", "when<2027-01-01T00:00:00+01:00", "odd:", "(", ")", "#(x)",
]
PIECES = [
    "(", ")", '"', "'", "/", "|", "||", "OR", "AND", "NOT", "-", "!", "#(", ":", "=", "!=", ":=", ">=", "<=", ">",
    "<", "level", "status", "a.b", "a[]", "a[0]", "*", "?", "..", "500", "10ms", "10.0.0.0/8", "warn", "since:",
    "15m", "\\", "é", "日本", " ", " ", " ", "\n", "word", "Word", "[", "]", "{1,9}", ".", "i", "👩‍👩‍👧", "gap", "@",
    "_PID", "±", "around:", "#5", "~",
]
