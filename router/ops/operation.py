"""What an operation is: its name, its parameters, and a function from values to a result any face can show."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TextIO

from router.base.clock import Clock
from router.base.failures import UsageError

if TYPE_CHECKING:
    from router.engine.desk import Desk

Kind = Literal["text", "flag", "number", "whole", "path"]
Confirm = Callable[[str], Awaitable[bool | None]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `positional` ones come without a flag in the CLI; `many` may be repeated and give a tuple.

    `longest` is how many characters a text may have that another program sends.
    """

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
    longest: int = 10_000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an operation may touch of the world outside its parameters.

    `progress` takes lines for whoever watches, `warn` lines that must be seen,
    `aside` what belongs to the result but not into its text. `live` says that text written to
    `out` while the operation runs reaches the person; otherwise only the result does.

    `source`, `host` and `session` say who asks: the face, the program the person works in, its session. `roots` are
    the folders that files may be read from and written to. `piece` takes a streamed answer's text as it comes.
    `desk` is what the calls of one process share; None: this one call opens its own.
    `confirm` puts a question to the person and waits: True and False are their word, None is no word. The attribute
    itself is None where no question can reach them.
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
    source: str = "cli"
    host: str | None = None
    session: str | None = None
    roots: tuple[Path, ...] = ()
    piece: Callable[[str], None] = lambda _: None
    desk: "Desk | None" = None
    confirm: Confirm | None = None

    @property
    def at_hand(self) -> bool:
        """Whether it was the person who called, not a program on their behalf."""
        return self.source == "cli"


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


class Hints(NamedTuple):
    """What running an operation may do, as MCP's annotations tell it; bookkeeping of our own is no change."""

    read_only: bool = True
    destructive: bool = False
    idempotent: bool = True
    open_world: bool = False


READS = Hints()


@dataclass(frozen=True, slots=True)
class Operation:
    """A named operation; `name` may be two words, such as `config show`.

    `begin` stands beside `run` where models are called: it can be cancelled and does not hold up the event loop.
    `output` are the properties of the result's plain data, as JSON Schema.
    """

    name: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    run: Callable[[Mapping[str, Any], Surroundings], Result]
    example: str
    begin: Callable[[Mapping[str, Any], Surroundings], Awaitable[Result]] | None = None
    hints: Hints = READS
    output: Mapping[str, Any] = field(default_factory=dict)


def pairs(texts: Iterable[str], option: str) -> dict[str, str]:
    """`name=value` arguments as a dict; raises `UsageError` for anything else."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise UsageError(f"`--{option}` takes name=value, found `{text}`")
        found[name.strip()] = value.strip()
    return found
