"""`compress page`: an accessibility snapshot as an outline of what one can act on."""

from collections.abc import Mapping
from typing import Any

from router.compress.text.page import compress_page
from router.ops.operation import Operation, Result, Surroundings
from router.ops.text_piped import NO_RAW, REPORT, piped


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The page on standard input, shortened."""
    return piped(
        around,
        lambda text, keep: compress_page(text, keep=keep),
        label="page",
        store=not values["no_raw"],
        report=values["report"],
    )


OPERATION = Operation(
    name="compress page",
    summary="shorten a page's accessibility snapshot to what one can act on",
    description=(
        "Reads a Playwright accessibility snapshot on standard input and prints an outline: every element one can act on\n"
        "with its role, name, reference and state, and every other text once. The original can be read again with\n"
        "`llm-router raw ID`."
    ),
    parameters=(REPORT, NO_RAW),
    run=run,
    example="llm-router compress page --report < snapshot.md",
)
