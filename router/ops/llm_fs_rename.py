"""`llm_fs_rename`: a rename worked out by a model, checked against the disk, and made only when asked to."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from router.base.failures import RouterError, UsageError
from router.ops.asked import in_loop
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings

_FIELDS = ("from", "to")


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The moves that can be made and those that cannot; `apply` makes all of the first, or none."""
    from router.ops.inside import files_below, listing, roots_in
    from router.ops.structured import object_schema, rows_of, structured

    files, _ = files_below(roots_in(around)[0])
    prompt = (
        f"Rename files: {values['description']}\n\nThe folder holds:\n{listing(files)}\n\n"
        "`from` is one of these paths, `to` its new path, relative to the folder."
    )
    plain, call = await structured(around, "llm_fs_rename", prompt, object_schema("moves", _FIELDS), {}, task="query")
    good, bad = _checked(rows_of(plain, "moves", _FIELDS), around)
    if values["apply"]:
        _make(good, around)
    result = {
        "moves": good, "rejected": bad, "applied": values["apply"],
        **{name: call.plain[name] for name in ("model", "cost_usd", "id")},
    }  # fmt: skip
    done = "renamed" if values["apply"] else "would be renamed (`apply` does it)"
    lines = [f"{len(good)} files {done}", *(f"  {row['from']} -> {row['to']}" for row in good)]
    lines += [f"left out: {row['from']} -> {row['to']}: {row['reason']}" for row in bad]
    return Result(result, lambda _: "\n".join([*lines, "", call.text(False).rpartition("\n\n")[2]]))


def _checked(rows: list[dict[str, str]], around: Surroundings) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    good: list[dict[str, str]] = []
    bad: list[dict[str, str]] = []
    taken: set[Path] = set()
    for row in rows:
        try:
            reason = _fault(row, taken, around)
        except UsageError as fault:
            reason = str(fault)
        if reason:
            bad.append({**row, "reason": reason})
        else:
            good.append(row)
    return good, bad


def _fault(row: Mapping[str, str], taken: set[Path], around: Surroundings) -> str | None:
    from router.ops.inside import inside

    source, target = inside(row["from"], around), inside(row["to"], around)
    if not source.is_file():
        return "no such file"
    if target.exists() or target in taken:
        return "the new name is taken"
    if source in taken:
        return "it is renamed twice"
    if not _reachable(target):
        return "a file stands where a folder is needed"
    taken |= {source, target}
    return None


def _reachable(target: Path) -> bool:
    there = next(folder for folder in target.parents if folder.exists())
    return there.is_dir()


def _make(moves: list[dict[str, str]], around: Surroundings) -> None:
    from router.ops.inside import inside

    made: list[tuple[Path, Path]] = []
    try:
        for row in moves:
            source, target = inside(row["from"], around), inside(row["to"], around)
            target.parent.mkdir(parents=True, exist_ok=True)
            # A link fails where the name is taken meanwhile; a rename would replace the file.
            os.link(source, target)
            made.append((source, target))
            source.unlink()
    except OSError as failure:
        for source, target in reversed(made):
            if source.exists():
                target.unlink()
            else:
                target.rename(source)
        raise RouterError(f"nothing is renamed: {row['to']}: {failure.strerror}") from None


OPERATION = Operation(
    name="llm_fs_rename",
    summary="renames worked out from a description and checked against the disk",
    description="Works out renames from a description, checked against the disk; `apply` makes all of them, else a plan only.",
    parameters=(Parameter("description", "", positional=True, required=True), Parameter("apply", "", kind="flag")),
    run=in_loop(begin),
    begin=begin,
    hints=Hints(read_only=False, destructive=True, idempotent=False, open_world=True),
    output={"moves": {"type": "array"}, "applied": {"type": "boolean"}},
    example='llm-router llm_fs_rename "tests to *_test.py"',
)
