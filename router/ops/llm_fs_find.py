"""`llm_fs_find`: files that a description means: a model gives patterns, the disk says which files they find."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.ops.asked import ASKS, in_loop
from router.ops.operation import Operation, Parameter, Result, Surroundings

_MOST_SHOWN = 200
_MOST_SEARCHED = 2_000
_SCHEMA = {
    "type": "object",
    "properties": {
        "globs": {"type": "array", "items": {"type": "string"}},
        "contains": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["globs", "contains"],
    "additionalProperties": False,
}


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The patterns, and the files that are there and match."""
    from pathlib import Path

    from router.ops.inside import files_below, inside, listing
    from router.ops.structured import structured

    folder = inside(values["root"], around)
    if not folder.is_dir():
        raise UsageError(f"`{values['root'][:120]}` is no folder")
    files, more = files_below(folder)
    prompt = (
        f"Find files: {values['description']}\n\nThe folder holds:\n{listing(files)}\n\n"
        "`globs` are patterns over these paths (*, **, ?); `contains` are plain texts, any of which a file must hold, or []."
    )
    plain, call = await structured(around, "llm_fs_find", prompt, _SCHEMA, {}, task="query")
    globs, texts = _texts(plain.get("globs")), _texts(plain.get("contains"))
    found = _found(Path(folder), files, globs, texts)
    result = {
        "files": found[:_MOST_SHOWN], "count": len(found), "globs": globs, "contains": texts, "cut_listing": more,
        **{name: call.plain[name] for name in ("model", "cost_usd", "id")},
    }  # fmt: skip
    lines = [f"{len(found)} files match {', '.join(globs) or 'nothing'}" + (f" and hold {', '.join(texts)}" if texts else "")]
    lines += found[:_MOST_SHOWN]
    return Result(result, lambda _: "\n".join([*lines, "", call.text(False).rpartition("\n\n")[2]]))


def _texts(given: Any) -> list[str]:
    return [each for each in given if isinstance(each, str) and each][:20] if isinstance(given, list) else []


def _found(folder: Any, files: list[str], globs: list[str], texts: list[str]) -> list[str]:
    from router.ops.globbing import matching

    found: dict[str, None] = {}
    for pattern in globs:
        try:
            found.update(dict.fromkeys(matching(pattern, files)))
        except UsageError:
            continue
    return [path for path in list(found)[:_MOST_SEARCHED] if not texts or _holds(folder / path, texts)]


def _holds(path: Any, texts: list[str]) -> bool:
    try:
        with path.open("rb") as handle:
            data = handle.read(1 << 20)
    except OSError:
        return False
    return any(text.encode("utf-8", "replace") in data for text in texts)


OPERATION = Operation(
    name="llm_fs_find",
    summary="files that a description means",
    description="Finds files by description: a model gives patterns, the files that really match are returned.",
    parameters=(Parameter("description", "", positional=True, required=True), Parameter("root", "", default=".")),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output={"files": {"type": "array"}, "globs": {"type": "array"}},
    example='llm-router llm_fs_find "tests of the ledger"',
)
