"""`config init`: a commented `.llm-router.yml` and a first rule file with its test."""

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from router.base.failures import RouterError
from router.base.files import write_atomically
from router.base.places import find_places
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.policy.sources.template import TEMPLATES


class ExistsError(RouterError):
    """A file that would be written is there already."""


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Write both files into the repository, or the working folder; nothing that exists is touched without `--force`."""
    root = find_places(around.environ, around.cwd).repo or around.cwd
    files = {root / name: text for name, text in TEMPLATES}
    there = [path for path in files if path.exists() or path.is_symlink()]
    if there and not values["force"]:
        raise ExistsError(
            f"`{there[0]}` exists already; nothing was written (--force keeps a copy beside it)"
        )
    kept = [_set_aside(path) for path in there]
    for path, text in files.items():
        write_atomically(path, text.encode("utf-8"), mode=0o644)
    names = [str(path) for path in files]

    def text_of(colour: bool) -> str:
        return "\n".join(
            [
                *(f"kept {name}" for name in kept),
                *(f"wrote {name}" for name in names),
                "next: llm-router test",
            ]
        )

    return Result({"written": names, "kept": kept}, text_of)


def _set_aside(path: Path) -> str:
    """Rename a file to NAME.bak, or NAME.bak2 and so on; what was kept before stays. Gives the new name."""
    for number in count(1):
        copy = path.with_name(f"{path.name}.bak{'' if number == 1 else number}")
        if not copy.exists() and not copy.is_symlink():
            path.rename(copy)
            return str(copy)
    raise AssertionError("numbers do not end")


OPERATION = Operation(
    name="config init",
    summary="write a commented .llm-router.yml and a first rule file",
    description="Writes .llm-router.yml and .llm-router/policy.rules at the repository's root. Undo: delete the two files.",
    parameters=(
        Parameter(
            "force", "replace files that exist, each kept beside as NAME.bak, NAME.bak2 ...", kind="flag"
        ),
    ),
    run=run,
    example="llm-router config init",
)
