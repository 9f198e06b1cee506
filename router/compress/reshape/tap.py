"""The Test Anything Protocol as node prints it: passed tests lose their blocks, failed ones the block's marks and times."""

import re
from collections.abc import Sequence

_RESULT = re.compile(r"^(\s*)(not )?ok \d+")
_NOISE = re.compile(r"^\s*(duration_ms|type): ")
_SUBTEST = re.compile(r"^\s*# Subtest: ")


def reshape(lines: Sequence[str]) -> list[str]:
    """The results without repetition."""
    out: list[str] = []
    at = 0
    while at < len(lines):
        result = _RESULT.match(lines[at])
        if _SUBTEST.match(lines[at]) and _named_again(lines, at):
            at += 1
            continue
        out.append(lines[at])
        at += 1
        if result is not None and at < len(lines) and lines[at].strip() == "---":
            end = _block_end(lines, at)
            if result[2]:
                out += [line for line in lines[at + 1 : end - 1] if not _NOISE.match(line)]
            at = end
    return out


def _block_end(lines: Sequence[str], at: int) -> int:
    margin = lines[at][: len(lines[at]) - 3]
    end = at + 1
    while end < len(lines) and lines[end] != f"{margin}...":
        end += 1
    return min(end + 1, len(lines))


def _named_again(lines: Sequence[str], at: int) -> bool:
    """Whether the subtest's result, which carries its name, comes too."""
    name = lines[at].partition("# Subtest: ")[2]
    return any(_RESULT.match(line) and line.endswith(f"- {name}") for line in lines[at + 1 : at + 2000])
