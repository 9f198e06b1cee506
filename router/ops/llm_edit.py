"""`llm_edit`: edits to files, thought out by a cheap model and checked against them; nothing is written."""

from collections.abc import Mapping
from typing import Any

from router.ops.asked import ASKS, CONTEXT, in_loop
from router.ops.operation import Operation, Parameter, Result, Surroundings


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """`{file, old, new}` rows whose `old` stands exactly once."""
    from router.ops.edits import edits

    return await edits(values, around, "llm_edit", list(values["files"]))


OPERATION = Operation(
    name="llm_edit",
    summary="edits to files as old and new text, checked; nothing is written",
    description="Works out edits to files: {file, old, new}, each old standing exactly once. Writes nothing.",
    parameters=(
        Parameter("task", "", positional=True, required=True),
        Parameter("files", "", many=True, required=True),
        CONTEXT,
    ),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output={"edits": {"type": "array"}, "rejected": {"type": "array"}},
    example='llm-router llm_edit "rename Ledger.sum to total" --files src/ledger.py',
)
