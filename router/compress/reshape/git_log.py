"""`git log` in its default form: hash, author, date and subject of a commit on one line, the body below."""

import re
from collections.abc import Sequence

_COMMIT = re.compile(r"^([*|/\\ ]*)commit ([0-9a-f]{40,64})(?: (\(.*\)))?$")
_FIELD = re.compile(r"^[*|/\\ ]*(Author|AuthorDate|Date|Commit|CommitDate|Merge|Reflog[^:]*):\s+(.*)$")
_DATE = re.compile(r"^\w{3} (\w{3} +\d+) [\d:]{8} (\d{4}) [+-]\d{4}$")
_HASH_CHARS = 10


def reshape(lines: Sequence[str]) -> list[str]:
    """The log with one head line for each commit; author and date follow where they change, lines of bodies stand once."""
    if not any("commit " in line for line in lines):
        return list(lines)
    out: list[str] = []
    bodies: set[str] = set()
    author, day, at = "", "", 0
    while at < len(lines):
        match = _COMMIT.match(lines[at])
        if match is None:
            if not (lines[at].startswith("    ") and len(lines[at]) > 24 and lines[at] in bodies):
                out.append(lines[at])
            if author:
                bodies.add(lines[at])
            at += 1
            continue
        fields: dict[str, str] = {}
        at += 1
        while at < len(lines) and (field := _FIELD.match(lines[at])):
            fields[field[1]] = field[2]
            at += 1
        while at < len(lines) and not lines[at].strip("|/\\ "):
            at += 1
        head = [match[1] + match[2][:_HASH_CHARS], match[3] or "", fields.get("Merge", "")]
        if (
            at < len(lines)
            and lines[at].lstrip("*|/\\ ")
            and not _COMMIT.match(lines[at])
            and lines[at].startswith((match[1].replace("*", "|"), "    "))
        ):
            head.append(lines[at].lstrip("|/\\ "))
            at += 1
        who = fields.get("Author", "")
        date = _short_date(fields.get("Date", "") or fields.get("AuthorDate", ""))
        head += [date if date != day else "", who if who != author else ""]
        author, day = who or author, date
        out.append("  ".join(part for part in head if part))
    return out


def _short_date(date: str) -> str:
    """Of git's default form, `Mon Mar 3 10:00:00 2026 +0100`, the day; other forms as they are."""
    match = _DATE.match(date)
    return f"{match[1]} {match[2]}" if match else date
