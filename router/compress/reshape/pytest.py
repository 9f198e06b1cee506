"""pytest's report: each failure under its full id instead of its title, without the summary that repeats the ids."""

from collections.abc import Sequence

from router.compress.patterns import Quick
from router.compress.reshape.reshaped import Reshaped, plain

_TITLE = Quick(r"^_{3,} ((?:[^c]|c[^o]).*?) _{3,}$")
_SUMMARY = Quick(r"^(FAILED|ERROR) (\S+?\.\w+)(?:::(\S.*?))?(?: - (.*))?$")
_AT = Quick(r"^(\S+\.\w+)(:\d+: .*|:\d+:)$")
_ADVICE = Quick(r"^E\s+(Use -v to get|Omitting \d+ identical items|\.\.\.Full output truncated|Full diff:$)")
_RAISES = Quick(r"^> +(assert|raise) ")
_BARE_ID = Quick(r"^\S+\.py::\S.*$")
_WORKER = Quick(r"^\[gw\d+\] \[ *\d+%\] ")
_SAME = Quick(r"^E +\+  (?:where|and) +(.+) = (.+)$")


def reshape(lines: Sequence[str]) -> Reshaped:
    """Titles become ids where the summary knows them; what the summary adds to no title stays.

    Workers say an id when a test starts and again with its result: once is enough.
    """
    ids = _ids(lines)
    titles = {title for line in lines if (title := _title(line)) is not None}
    out: list[str] = []
    told: dict[str, str] = {}
    path, head = "", -1
    spread = any(line.startswith("[gw") and _WORKER().match(line) for line in lines)
    for at, line in enumerate(lines):
        said: str | None = line
        if (title := _title(line)) is not None:
            said = ids.get(title) or f"__ {title} __"
            head = len(out)
            path = said.partition(" ")[2].partition("::")[0]
        elif path and line.startswith(f"{path}:") and (place := _AT().match(line)):
            said = _spot(place[2], out)
        elif (spread and "::" in line and _BARE_ID().match(line)) or _is_said_elsewhere(
            line, lines[at + 1 : at + 2]
        ):
            said = None
        elif line.startswith(("FAILED ", "ERROR ")) and (name := _summed(line)) in ids and name in titles:
            said = None
            told[plain(line)] = ids[name]
        if said is not None and said[:1] == ":" and said[1:].isdigit() and head >= 0:
            out[head] += f"  {said}"
        elif said is not None:
            out.append(said)
        if said != line:
            told.setdefault(plain(line), said or "")
    return Reshaped(out, told)


def _title(line: str) -> str | None:
    match = _TITLE().match(line) if line.startswith("___") else None
    return match[1] if match else None


def _is_said_elsewhere(line: str, following: Sequence[str]) -> bool:
    """Advice, `x = x`, and an assertion or a raise whose exception the next line tells."""
    if line.startswith("E"):
        same = _SAME().match(line) if " = " in line else None
        return (same is not None and same[1].strip() == same[2].strip()) or _ADVICE().match(line) is not None
    return (
        line.startswith(">")
        and _RAISES().match(line) is not None
        and bool(following)
        and following[0].startswith("E  ")
    )


def _summed(line: str) -> str:
    """The test's name as titles write it, or nothing."""
    match = _SUMMARY().match(line)
    return _name(match[3]) if match and match[3] else ""


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
        told = _SUMMARY().match(line) if line.startswith("FAILED ") else None
        if told is None or not told[3]:
            continue
        name = _name(told[3])
        if name in found and found[name] != f"{told[1]} {told[2]}::{told[3]}":
            twice.add(name)
        found[name] = f"{told[1]} {told[2]}::{told[3]}"
    return {name: text for name, text in found.items() if name not in twice}


def _name(test: str) -> str:
    return test.replace("::", ".")
