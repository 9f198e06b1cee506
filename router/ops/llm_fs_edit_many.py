"""`llm_fs_edit_many`: the same change across many files, as checked edits; nothing is written."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.ops.asked import ASKS, in_loop
from router.ops.operation import Operation, Parameter, Result, Surroundings


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Edits of the files named, or of those that a pattern finds."""
    from router.engine.gather import normal_path
    from router.ops.edits import MOST_FILES, edits
    from router.ops.globbing import matching
    from router.ops.inside import files_below, roots_in

    most = values["max_files"]
    if not 1 <= most <= MOST_FILES:
        raise UsageError(f"`max_files` is from 1 to {MOST_FILES}, found {most}")
    files = list(values["files"])
    if values["glob"]:
        below, _ = files_below(roots_in(around)[0])
        files += [path for path in matching(values["glob"], below) if path not in files]
    if not files:
        raise UsageError("no file matches: name `files`, or a `glob` such as `src/**/*.py`")
    if len(files) > most:
        raise UsageError(f"{len(files)} files match, more than `max_files` {most}: {normal_path(files[0])}, …")
    return await edits(values, around, "llm_fs_edit_many", files)


OPERATION = Operation(
    name="llm_fs_edit_many",
    summary="one change across many files as checked edits; nothing is written",
    description="One change across many files, as checked {file, old, new} edits. Writes nothing.",
    parameters=(
        Parameter("task", "", positional=True, required=True),
        Parameter("files", "", many=True),
        Parameter("glob", "Such as src/**/*.py"),
        Parameter("max_files", "", kind="whole", default=20),
    ),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output={"edits": {"type": "array"}, "rejected": {"type": "array"}},
    example='llm-router llm_fs_edit_many "use pathlib" --glob "src/**/*.py"',
)
