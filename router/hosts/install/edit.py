"""What is to stand in a file, and what putting it there changed: frozen values that a journal can hold."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["json", "json5", "toml", "text"]
How = Literal["set", "offer", "add"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of ours in one file.

    `set` makes `path` hold `value`, `offer` does so unless something else stands there, `add` appends `value`
    to the list at `path`. A `text` edit is a block between two marker lines, or with an empty path the whole file.
    `mark` is a text that tells our list entry when a person has changed it, such as the path of our script.
    """

    file: Path
    kind: Kind
    path: tuple[str, ...]
    value: Any
    how: How = "set"
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit did to a text: `old` became `new`, and `made` containers along the path were not there before.

    `had` is the text of the value that stood in its place, None when there was none.
    """

    kind: Kind
    path: tuple[str, ...]
    how: How
    value: Any
    old: str
    new: str
    made: int = 0
    had: str | None = None
    mark: str = ""


def newline_of(text: str) -> str:
    """The line end a text uses, by its first line."""
    at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"
