"""What an operation is: its name, its parameters, and a function from values to a result any face can show."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TextIO

from router.base.clock import Clock
from router.base.failures import UsageError

Kind = Literal["text", "flag", "number", "whole", "path"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `positional` ones come without a flag in the CLI; `many` may be repeated and give a tuple."""

    name: str
    help: str
    kind: Kind = "text"
    positional: bool = False
    many: bool = False
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    metavar: str | None = None
    short: str | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an operation may touch of the world outside its parameters.

    `progress` takes lines for whoever watches, `warn` lines that must be seen,
    `aside` what belongs to the result but not into its text. `live` says that text written to
    `out` while the operation runs reaches the person; otherwise only the result does.
    """

    environ: Mapping[str, str]
    cwd: Path
    clock: Clock
    read_input: Callable[[], bytes]
    progress: Callable[[str], None]
    out: TextIO
    warn: Callable[[str], None] = lambda _: None
    aside: Callable[[str], None] = lambda _: None
    live: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an operation: plain data for `--json`, a text for people, an exit code.

    `text` is called with whether colour is wanted, and only when the text is shown. `streamed` results were
    written while they were made.
    """

    plain: Any
    text: Callable[[bool], str]
    exit_code: int = 0
    streamed: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """A named operation; `name` may be two words, such as `config show`."""

    name: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    run: Callable[[Mapping[str, Any], Surroundings], Result]
    example: str


def pairs(texts: Iterable[str], option: str) -> dict[str, str]:
    """`name=value` arguments as a dict; raises `UsageError` for anything else."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise UsageError(f"`--{option}` takes name=value, found `{text}`")
        found[name.strip()] = value.strip()
    return found
