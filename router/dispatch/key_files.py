"""The user's two files of keys: `.env` and `config.yaml`. What they hold never enters a message."""

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from router.base.files import read_policy_text
from router.base.pages import Page
from router.base.problems import Problem, Span, error, warning

_MAX_BYTES = 1024 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Line(NamedTuple):
    """One setting of a file: the variable's name, its value, and its line."""

    name: str
    value: str
    line: int


def read_env_file(path: Path, shown: str) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """The settings of the user's `.env`, as python-dotenv parses it, without interpolation."""
    text, problems = _text(path, shown)
    if text is None:
        return (), problems
    from dotenv.parser import parse_stream

    lines: list[Line] = []
    for binding in parse_stream(io.StringIO(text)):
        # A binding begins at the end of the one before, so the empty lines above it are its own.
        words = binding.original.string
        at = binding.original.line + words[: len(words) - len(words.lstrip())].count("\n")
        if binding.error:
            problems += (_unreadable(shown, at, "write `NAME=value`, with quotes closed on the same line"),)
        elif binding.key and binding.value is not None:
            lines.append(Line(binding.key, binding.value, at))
    return tuple(lines), (*problems, *_warned_of_mode(path, shown))


def read_config_file(path: Path, shown: str) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """The settings of the user's `config.yaml`, names in capitals; () when others can read the file."""
    if _open_to_others(path):
        message = f"`{shown}` holds keys and others on this machine can read it, so it is not used"
        return (), (error("R701", message, Span.point(shown), f"run `chmod 600 {shown}`"),)
    text, problems = _text(path, shown)
    return ((), problems) if text is None else _flat_yaml(text, shown)


def _text(path: Path, shown: str) -> tuple[str | None, tuple[Problem, ...]]:
    if not path.exists():
        return None, ()
    text, problem = read_policy_text(path, shown, max_bytes=_MAX_BYTES)
    return text, (problem,) if problem else ()


def _open_to_others(path: Path) -> bool:
    try:
        return os.name == "posix" and bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False


def _warned_of_mode(path: Path, shown: str) -> Iterator[Problem]:
    if _open_to_others(path):
        message = f"`{shown}` holds keys and others on this machine can read it"
        yield warning("R701", message, Span.point(shown), f"run `chmod 600 {shown}`")


def _unreadable(shown: str, line: int, help: str) -> Problem:
    return error("R703", f"`{shown}` has a line that cannot be read", Span.point(shown, line), help)


def _flat_yaml(text: str, shown: str) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """The pairs of one flat map, read from events: nothing is built, expanded or quoted in a message."""
    import yaml

    lines: list[Line] = []
    try:
        for name, value, line in _pairs(yaml.parse(text, Loader=yaml.SafeLoader)):
            if name is None or value is None:
                return tuple(lines), (_unreadable(shown, line, "write one flat map of `name: value`"),)
            lines.append(Line(name.upper(), value, line))
    except yaml.YAMLError as bad:
        mark = getattr(bad, "problem_mark", None)
        at = mark.line + 1 if mark else 1
        return tuple(lines), (_unreadable(shown, at, "it is not YAML; quote the value"),)
    return tuple(lines), ()


def _pairs(events: Iterator[object]) -> Iterator[tuple[str | None, str | None, int]]:
    """Each key with its value; None in the place of what is not plain text."""
    import yaml

    inside, name = False, None
    for event in events:
        if isinstance(event, yaml.MappingStartEvent) and not inside:
            inside = True
        elif isinstance(event, yaml.ScalarEvent) and inside:
            if name is None:
                name = event.value
            else:
                yield name, event.value, _line(event)
                name = None
        elif isinstance(event, yaml.MappingEndEvent):
            return
        elif isinstance(event, yaml.NodeEvent) and not _is_nothing(event):
            yield None, None, _line(event)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _is_nothing(event: object) -> bool:
    """Whether this is the document of a file that holds only comments."""
    return getattr(event, "value", None) == ""


PAGES = (
    Page(
        code="R701",
        title="a file of keys that others can read",
        why="A key in a file that other accounts of the machine can read is no longer a secret; `config.yaml` is refused then, `.env` is used with a warning.",
        bad="`~/.llm-router/config.yaml` with mode 0644",
        good="the same file with mode 0600, which `chmod 600` sets",
        kind="file",
    ),
    Page(
        code="R703",
        title="a line of a file of keys that cannot be read",
        why="What cannot be read is left out, and the message never repeats it, for it may hold a key.",
        bad='`OPENAI_API_KEY="sk-` with a quotation mark that is not closed, or a list in `config.yaml`',
        good="`NAME=value` lines in `.env`, one flat map of `name: value` in `config.yaml`",
        kind="file",
    ),
)
