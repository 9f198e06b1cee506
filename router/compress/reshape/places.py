"""`path:line:col: message` lines: the path once, and lines with one message joined."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from router.compress.reshape.findings import Kind, kind_of
from router.compress.reshape.reshaped import Reshaped, plain

_PLACE = re.compile(
    r"^(?P<lead>[we]: (?:file://)?)?(?P<path>(?:[A-Za-z]:)?[\w@./\\+~ -]*[\w@+-]\.[A-Za-z]\w{0,7})(?::(?P<at>\d+(?::\d+)?)|\((?P<paren>\d+,\d+)\)):?(?P<rest>[ :-].*|)$"
)
_SYMBOL = re.compile(r"^([CRWEFI]\d{4}: .*) \([a-z-]+\)$")
_CODE = re.compile(r"^[A-Z]{1,4}\d{2,4}:? ")
_GRAVE = re.compile(r"(?i)undefined|syntax|error|cannot|unable|no name|no member|no value")
_OFTEN = 3
_SPOTS_A_LINE = 8


@dataclass(frozen=True, slots=True)
class _Entry:
    """One finding as it was printed: its line, and the indented lines below that belong to it."""

    line: str
    path: str
    spot: str
    message: str
    details: tuple[str, ...]


def reshape(lines: Sequence[str]) -> Reshaped:
    """Blocks of such lines told by file, or by message where that is shorter; other lines are as they were."""
    out: list[str] = []
    told: dict[str, str] = {}
    at = 0
    while at < len(lines):
        block, end = _block(lines, at)
        told |= {
            plain(entry.line): entry.message for entry in block if not entry.line.endswith(entry.message)
        }
        if len(block) >= 2:
            out += min(_by_file(block), _by_message(block), key=_length)
        else:
            end = max(end, at + 1)
            out += lines[at:end]
        at = end
    return Reshaped(out, told)


def _length(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _block(lines: Sequence[str], at: int) -> tuple[list[_Entry], int]:
    block: list[_Entry] = []
    while at < len(lines):
        match = _PLACE.match(lines[at][:2000])
        if match is None or match.end() != len(lines[at]):
            break
        end = at + 1
        while end < len(lines) and lines[end].startswith(("  ", "\t")):
            end += 1
        message = match["rest"].lstrip(":").strip()
        message = _SYMBOL.sub(r"\1", message) if message.endswith(")") else message
        message = f"{match['lead'][:2]} {message}" if match["lead"] else message
        details = tuple(line.strip() for line in lines[at + 1 : end])
        block.append(_Entry(lines[at], match["path"], match["at"] or match["paren"], message, details))
        at = end
    return block, at


def _by_file(block: Sequence[_Entry]) -> list[str]:
    out: list[str] = []
    files: dict[str, dict[tuple[str, ...], list[_Entry]]] = {}
    for entry in block:
        files.setdefault(entry.path, {}).setdefault((entry.message, *entry.details), []).append(entry)
    for path, messages in files.items():
        short = {key: entries for key, entries in messages.items() if len(key) == 1}
        if sum(map(len, short.values())) > 1:
            out.append(path)
            for key, entries in short.items():
                out += _listed([entry.spot for entry in entries], key[0])
        else:
            out += [entry.line for entries in short.values() for entry in entries]
        for (_, *details), entries in messages.items():
            if details:
                out += [*(entry.line for entry in entries), *(f"   {detail}" for detail in details)]
    return out


def _listed(spots: Sequence[str], message: str) -> list[str]:
    """The places, the message behind those of the first line."""
    rows = [" ".join(spots[n : n + _SPOTS_A_LINE]) for n in range(0, len(spots), _SPOTS_A_LINE)]
    return [f" {rows[0]}  {message}".rstrip(), *(f"  {row}" for row in rows[1:])]


def _key(entry: _Entry) -> tuple[str, ...]:
    """What entries to be joined share: their words; for advice that has a code, whatever names they quote."""
    return _kind(entry.message, entry.details)


@lru_cache(maxsize=4096)
def _kind(message: str, details: tuple[str, ...]) -> tuple[str, ...]:
    if _CODE.match(message) and not _GRAVE.search(message):
        return kind_of(message, details)
    return (message, *details)


def _by_message(block: Sequence[_Entry]) -> list[str]:
    """What is said often with all its places, the rest by file."""
    kinds: dict[tuple[str, ...], Kind] = {}
    for entry in block:
        kinds.setdefault(_key(entry), Kind()).add(entry.message, entry.details, entry.path, entry.spot)
    often = {key for key, kind in kinds.items() if kind.count() >= _OFTEN and key[0]}
    rest = [entry for entry in block if _key(entry) not in often]
    return [*_by_file(rest), *(line for key in kinds if key in often for line in kinds[key].lines())]
