"""The user's outcome table as a part of the policy: what is expected of models goes into the decision table."""

from pathlib import Path
from typing import Any, NamedTuple

from router.base.failures import DamagedFileError
from router.base.files import read_policy_bytes
from router.base.pages import Page
from router.base.problems import Problem, Span, warning
from router.learn.outcomes.shrink import expectations
from router.learn.outcomes.store import AGAIN, FILE, table_from_bytes
from router.model.outcomes import expectations_to_plain
from router.table.manifest import SeenFile, look_at_file, saw_file


class OutcomesRead(NamedTuple):
    """What was looked at, the data for the decision table (None: no outcomes), and what is wrong with the file."""

    seen: SeenFile
    plain: dict[str, Any] | None
    problems: tuple[Problem, ...]


def read_outcomes_of(user: Path) -> OutcomesRead:
    """The outcomes in the user's folder; a file that is not whole is a warning, and chains keep their own order."""
    path = user / FILE
    seen = look_at_file(str(path))
    if not seen.exists:
        return OutcomesRead(seen, None, ())
    data, problem = read_policy_bytes(path)
    if data is None:
        return OutcomesRead(seen, None, (_spoilt(path, problem.message if problem else "cannot be read"),))
    try:
        plain = expectations_to_plain(expectations(table_from_bytes(data, str(path))))
    except DamagedFileError:
        return OutcomesRead(saw_file(str(path), data), None, (_spoilt(path, f"`{path}` is not whole"),))
    return OutcomesRead(saw_file(str(path), data), plain, ())


def _spoilt(path: Path, what: str) -> Problem:
    return warning(
        "R761", f"{what}: chains keep the order their policy gives them", Span.point(str(path)), AGAIN
    )


PAGES = (
    Page(
        code="R761",
        title="the outcome table is not whole",
        why=(
            "`outcomes.json` orders the members of chains by what models scored and cost. A file that was cut short or\n"
            "edited into something else says nothing that can be relied on, so that it is left aside as a whole."
        ),
        bad="`~/.llm-router/outcomes.json` cut in the middle",
        good="the file as `llm-router outcomes import` writes it, or no file",
        kind="file",
    ),
)
