"""Strings of the language: escapes, and how a text is written so that it reads back the same."""

import re

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
MUST_ESCAPE = re.compile(
    r'[\x00-\x1f"\\\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e'
    r"\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0]"
)
"""What is never written as it is: quotes, controls, and what a reader would not see."""
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def unescape(body: str) -> str:
    """The text between the quotes with its escapes resolved; an unknown escape stands for itself."""
    if "\\" not in body:
        return body
    return _ESCAPE.sub(_resolved, body)


def _resolved(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] == "u" and len(code) == 5:
        return chr(int(code[1:], 16))
    return _PLAIN.get(code, f"\\{code}")


def quoted(text: str) -> str:
    """A text as a string of the language; `unescape` gives it back."""
    return f'"{MUST_ESCAPE.sub(_escaped, text)}"'


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    return _NAMED.get(char) or f"\\u{ord(char):04x}"
