"""Edits that a model proposes, checked against the files: each `old` stands exactly once where it is said to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from router.base.failures import UsageError
from router.ops.inside import read_inside, roots_in
from router.ops.operation import Result, Surroundings
from router.ops.structured import object_schema, rows_of, structured

_FIELDS = ("file", "old", "new")
MOST_FILES = 20
_MOST_CHARACTERS = 400_000


async def edits(values: Mapping[str, Any], around: Surroundings, tool: str, files: list[str]) -> Result:
    """The edits that can be made as they are, and those that cannot with the reason. Changes no file."""
    texts = _texts(files, around)
    parts = [f"Task: {values['task']}"]
    if values.get("context"):
        parts.append(str(values["context"]))
    parts += [f"<file path={name!r}>\n{text}\n</file>" for name, text in texts.items()]
    parts.append(
        "Give the smallest edits. `file` is a path above, `old` text that stands in it exactly once, copied to the letter, "
        "`new` what replaces it."
    )
    known = {**values, "files": tuple(texts)}
    plain, call = await structured(
        around, tool, "\n\n".join(parts), object_schema("edits", _FIELDS), known, task="code"
    )
    good, bad = checked(rows_of(plain, "edits", _FIELDS), texts)
    result = {"edits": good, "rejected": bad, **{name: call.plain[name] for name in ("model", "cost_usd", "id")}}
    return Result(result, lambda _: _text(good, bad, call))


def _texts(files: list[str], around: Surroundings) -> dict[str, str]:
    if not files:
        raise UsageError("no file is named")
    if len(files) > MOST_FILES:
        raise UsageError(f"{len(files)} files are too many at once, at most {MOST_FILES}")
    texts: dict[str, str] = {}
    for name in files:
        path, text = read_inside(name, around)
        texts[_short(path, around)] = text
    if sum(map(len, texts.values())) > _MOST_CHARACTERS:
        raise UsageError(f"the files have more than {_MOST_CHARACTERS:,} characters together")
    return texts


def _short(path: Path, around: Surroundings) -> str:
    root = roots_in(around)[0]
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def checked(
    rows: list[dict[str, str]], texts: Mapping[str, str]
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Edits that fit one after the other in the order given, and the rest, each with its `reason`."""
    now = dict(texts)
    good: list[dict[str, str]] = []
    bad: list[dict[str, str]] = []
    for row in rows:
        reason = _fault(row, now, texts)
        if reason:
            bad.append({**row, "reason": reason})
        else:
            now[row["file"]] = now[row["file"]].replace(row["old"], row["new"], 1)
            good.append(row)
    return good, bad


def _fault(row: Mapping[str, str], now: Mapping[str, str], first: Mapping[str, str]) -> str | None:
    if row["file"] not in first:
        return "no file that was given"
    if not row["old"] or row["old"] == row["new"]:
        return "changes nothing"
    count, before = now[row["file"]].count(row["old"]), first[row["file"]].count(row["old"])
    if count == 1 and before == 1:
        return None
    return f"`old` stands {before if before != 1 else count} times in the file"


def _text(good: list[dict[str, str]], bad: list[dict[str, str]], call: Result) -> str:
    lines = [f"{len(good)} edits, each `old` stands once in its file" + (f"; {len(bad)} left out" if bad else "")]
    for row in good:
        lines += [f"\n{row['file']}", *(f"- {line}" for line in row["old"].splitlines())]
        lines += [f"+ {line}" for line in row["new"].splitlines()]
    lines += [f"left out: {row['file']}: {row['reason']}" for row in bad]
    return "\n".join([*lines, "", call.text(False).rpartition("\n\n")[2]])
