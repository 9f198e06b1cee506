"""What a reshaper gives back when it says some lines in other words."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reshaped:
    """The new lines; of lines gone, what stands for them (`told`); and lines gone that quote a source file (`quoted`).

    Keys of `told` and members of `quoted` are the old lines, with single spaces and no margin.
    """

    lines: list[str]
    told: dict[str, str] = field(default_factory=dict)
    quoted: set[str] = field(default_factory=set)


def plain(line: str) -> str:
    """The line with single spaces and no margin."""
    return " ".join(line.split())
