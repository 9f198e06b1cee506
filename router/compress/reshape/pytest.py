"""pytest's report: each failure under its full id instead of its title, without the summary that repeats the ids."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_TITLE = re.compile(r"^_{3,} (.+?) _{3,}$")
_SUMMARY = re.compile(r"^(FAILED|ERROR) (\S+?\.\w+)(?:::(\S.*?))?(?: - (.*))?$")
_AT = re.compile(r"^(\S+\.\w+)(:\d+: .*|:\d+:)$")
_SAME = re.compile(r"^E +\+  (?:where|and) +(.+) = (.+)$")


def reshape(lines: Sequence[str]) -> Reshaped:
    """Titles become ids where the summary knows them; what the summary adds to no title stays."""
    ids = _ids(lines)
    titles = {match[1] for line in lines if (match := _TITLE.match(line))}
    out: list[str] = []
    told: dict[str, str] = {}
    path = ""
    for line in lines:
        said: str | None = line
        if title := _TITLE.match(line):
            said = ids.get(title[1]) or f"__ {title[1]} __"
            path = said.partition(" ")[2].partition("::")[0]
        elif (place := _AT.match(line)) and place[1] == path:
            said = place[2]
        elif (same := _SAME.match(line)) and same[1].strip() == same[2].strip():
            said = None
        elif (summed := _SUMMARY.match(line)) and summed[3] and _name(summed[3]) in titles & ids.keys():
            said = None
            told[plain(line)] = ids[_name(summed[3])]
        if said is not None:
            out.append(said)
        if said != line:
            told.setdefault(plain(line), said or "")
    return Reshaped(out, told)


def _ids(lines: Sequence[str]) -> dict[str, str]:
    """From a failure's title to the start of its line in the summary; titles that two failures share are left out."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for line in lines:
        told = _SUMMARY.match(line)
        if told is None or told[1] != "FAILED" or not told[3]:
            continue
        name = _name(told[3])
        if name in found and found[name] != f"{told[1]} {told[2]}::{told[3]}":
            twice.add(name)
        found[name] = f"{told[1]} {told[2]}::{told[3]}"
    return {name: text for name, text in found.items() if name not in twice}


def _name(test: str) -> str:
    return test.replace("::", ".")
