"""pytest's report: each failure under its full id instead of its title, without the summary that repeats the ids."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_TITLE = re.compile(r"^_{3,} ((?:[^c]|c[^o]).*?) _{3,}$")
_SPOT = re.compile(r"^:\d+$")
_SUMMARY = re.compile(r"^(FAILED|ERROR) (\S+?\.\w+)(?:::(\S.*?))?(?: - (.*))?$")
_AT = re.compile(r"^(\S+\.\w+)(:\d+: .*|:\d+:)$")
_ADVICE = re.compile(r"^E\s+(Use -v to get|Omitting \d+ identical items|\.\.\.Full output truncated|Full diff:$)")
_RAISES = re.compile(r"^> +(assert|raise) ")
_E = re.compile(r"^E  ")
_SAME = re.compile(r"^E +\+  (?:where|and) +(.+) = (.+)$")


def reshape(lines: Sequence[str]) -> Reshaped:
    """Titles become ids where the summary knows them; what the summary adds to no title stays."""
    ids = _ids(lines)
    titles = {match[1] for line in lines if (match := _TITLE.match(line))}
    out: list[str] = []
    told: dict[str, str] = {}
    path, head = "", -1
    for at, line in enumerate(lines):
        said: str | None = line
        if title := _TITLE.match(line):
            said = ids.get(title[1]) or f"__ {title[1]} __"
            head = len(out)
            path = said.partition(" ")[2].partition("::")[0]
        elif (place := _AT.match(line)) and place[1] == path:
            said = _spot(place[2], out)
        elif _ADVICE.match(line) or ((same := _SAME.match(line)) and same[1].strip() == same[2].strip()) or (_RAISES.match(line) and at + 1 < len(lines) and _E.match(lines[at + 1])):
            said = None
        elif (summed := _SUMMARY.match(line)) and summed[3] and _name(summed[3]) in titles & ids.keys():
            said = None
            told[plain(line)] = ids[_name(summed[3])]
        if said is not None and _SPOT.match(said) and head >= 0:
            out[head] += f"  {said}"
        elif said is not None:
            out.append(said)
        if said != line:
            told.setdefault(plain(line), said or "")
    return Reshaped(out, told)


def _spot(place: str, out: Sequence[str]) -> str:
    """`:12: KeyError` without the exception when the lines above name it, `:12: in test_x` without the test's own name."""
    number, _, rest = place[1:].partition(":")
    name = rest.strip()
    named = name.startswith("in ") and out and out[-1].endswith(name[3:])
    said = any(line.startswith("E ") and name in line for line in out[-12:])
    return f":{number}" if named or said else place


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
