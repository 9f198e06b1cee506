"""`fmt`: rule files in their one canonical form."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from router.base.files import read_policy_text, write_atomically
from router.base.places import find_places
from router.base.problems import Problem
from router.base.render import render_json, render_text
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.policy.parse import format_policy


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Format the given files, or every rule file of the repository; with `--check` only say which would change."""
    found_files = list(_files(values["files"], around))
    # Writing through a link would change a file elsewhere, and replacing it would make it a copy.
    left = [str(path) for path in found_files if path.is_symlink()]
    files = [path for path in found_files if not path.is_symlink()]
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    changed: list[str] = []
    for path in files:
        shown = str(path)
        text, problem = read_policy_text(path, shown)
        if text is None:
            problems += [problem] if problem else []
            continue
        texts[shown] = text
        formatted, found = format_policy(text, shown)
        problems += [fault for fault in found if fault.severity == "error"]
        if formatted is not None and formatted != text:
            changed.append(shown)
            if not values["check"]:
                write_atomically(path, formatted.encode("utf-8"), mode=path.stat().st_mode & 0o777)
    code = 1 if problems or (values["check"] and changed) else 0
    plain = {
        "files": [str(path) for path in files],
        "changed": changed,
        "left": left,
        "problems": render_json(tuple(problems)),
    }

    def text_of(colour: bool) -> str:
        lines = [f"{'would reformat' if values['check'] else 'reformatted'} {name}" for name in changed]
        lines += [f"left {name}, a symbolic link" for name in left]
        lines.append(f"{len(files)} file{'s' if len(files) != 1 else ''}, {len(changed)} changed")
        if problems:
            lines.insert(0, render_text(tuple(problems), texts, colour=colour))
        return "\n".join(lines)

    return Result(plain, text_of, code)


def _files(given: Iterable[Path], around: Surroundings) -> Iterable[Path]:
    named = list(given)
    if not named:
        repo = find_places(around.environ, around.cwd).repo or around.cwd
        yield from sorted((repo / ".llm-router").glob("*.rules"))
    for path in named:
        if path.is_dir():
            yield from sorted(path.rglob("*.rules"))
        else:
            yield path


OPERATION = Operation(
    name="fmt",
    summary="write rule files in their one canonical form",
    description="Formats rule files in place, comments kept. A file with mistakes is left as it is.",
    parameters=(
        Parameter(
            "files",
            "rule files or folders (left out: .llm-router/*.rules)",
            kind="path",
            positional=True,
            many=True,
        ),
        Parameter("check", "change nothing; exit code 1 when a file is not in canonical form", kind="flag"),
    ),
    run=run,
    example="llm-router fmt --check",
)
