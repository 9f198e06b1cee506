"""What the scan of each many-valued fact must find out, ordered so that one pass does."""

from typing import Any

from router.policy.compile.columns import Literals
from router.policy.compile.needles import MOST_PATTERNS, needles
from router.table.globs import name_pattern, path_pattern
from router.table.scripts import TOKEN


def scan_record(literals: Literals) -> dict[str, Any]:
    """The literals of one fact as plain data for `router.decide.scan`.

    Each atom points to the numbers of the literals it makes true. `token`: one-word phrases; `phrase`: others, by
    their first token; `inside`: phrases without word boundaries, by first character; `exact`: a dict; `under`: dicts
    by the parts of a folder, the numbers of the folder itself at `/`; `patterns`: RE2 patterns; `needles`: for each
    of them texts that a match needs one of, where that is known.
    """
    record: dict[str, Any] = {
        "count": len(literals.numbers),
        "token": {},
        "phrase": {},
        "inside": {},
        "exact": {},
        "under": {},
        "patterns": {},
    }
    for atoms, number in literals.numbers.items():
        for atom in atoms:
            _place(record, atom[0], atom[2], number)
    record["patterns"] = [[pattern, numbers] for pattern, numbers in record["patterns"].items()]
    if len(record["patterns"]) <= MOST_PATTERNS:
        record["needles"] = [needles(pattern) for pattern, _ in record["patterns"]]
    return record


def _place(record: dict[str, Any], head: str, text: str, number: int) -> None:
    match head:
        case "word":
            _place_phrase(record, text, number)
        case "under":
            _folder(record["under"], text).append(number)
        case "has" | "file":
            record["exact"].setdefault(text, []).append(number)
        case "glob":
            record["patterns"].setdefault(path_pattern(text), []).append(number)
        case "like" | "haslike":
            record["patterns"].setdefault(name_pattern(text), []).append(number)
        case "regex":
            record["patterns"].setdefault(text, []).append(number)


def _folder(under: dict[str, Any], text: str) -> list[int]:
    """Where the numbers of a folder, which ends in `/` or is empty, stand."""
    for part in text.split("/")[:-1]:
        under = under.setdefault(part, {})
    numbers: list[int] = under.setdefault("/", [])
    return numbers


def _place_phrase(record: dict[str, Any], text: str, number: int) -> None:
    if TOKEN.fullmatch(text):
        record["token"].setdefault(text, []).append(number)
        return
    first = TOKEN.match(text)
    if first:
        record["phrase"].setdefault(first[0], {}).setdefault(text, []).append(number)
    elif text:
        record["inside"].setdefault(text[0], {}).setdefault(text, []).append(number)
