"""`explain`: the page behind a problem's code."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from router.base.failures import UsageError
from router.base.pages import Page
from router.engine.pages import all_pages
from router.ops.operation import Operation, Parameter, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """One page, or the list of all codes."""
    pages = all_pages()
    code = values["code"]
    if code is None:
        plain = {code: page.title for code, page in sorted(pages.items())}
        return Result(plain, lambda colour: "\n".join(f"{code}  {title}" for code, title in plain.items()))
    page = pages.get(code.upper())
    if page is None:
        near = get_close_matches(code.upper(), pages, 1)
        raise UsageError(f"there is no code `{code}`" + (f"; did you mean `{near[0]}`?" if near else ""))
    plain = {"code": page.code, "title": page.title, "why": page.why, "bad": page.bad, "good": page.good}
    return Result(plain, lambda colour: _text(page))


def _text(page: Page) -> str:
    return (
        f"{page.code}: {page.title}\n\n{page.why.strip()}\n\n"
        f"reported for:\n\n{_indented(page.bad)}\n\nrepaired:\n\n{_indented(page.good)}"
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.strip("\n").splitlines())


OPERATION = Operation(
    name="explain",
    summary="the page behind a problem's code",
    description="Prints why a problem is reported, an example that has it, and its repair. Without CODE: all codes.",
    parameters=(Parameter("code", "a code such as R301", positional=True),),
    run=run,
    example="llm-router explain R301",
)
