"""Patterns of `matches`: whether RE2 takes each, and whether all of them together stay small."""

from collections.abc import Iterable, Iterator

from router.base.pages import Page
from router.base.problems import Problem, error
from router.policy.check.names import Names
from router.policy.nodes import Compare, Condition, Layer, Value, atoms

MAX_PATTERN_BYTES = 1 << 20
"""What RE2 may use for one pattern."""
MAX_PROGRAM = 200_000
"""Instructions of all patterns together: what every process that decides has to set up."""


def check_patterns(layers: tuple[Layer, ...], names: Names) -> Iterable[Problem]:
    """Every pattern of every layer, each distinct one compiled once."""
    sizes: dict[str, int] = {}
    total = 0
    for value in _patterns(layers):
        pattern = str(value.value)
        if pattern in sizes:
            continue
        sizes[pattern], reason = program_of(pattern)
        total += sizes[pattern]
        if reason:
            help_text = "patterns are RE2's: no look-around, no back-references"
            yield error("R307", f"the pattern cannot be used: {reason}", value.span, help_text)
        if total > MAX_PROGRAM:
            message = f"the patterns up to this one need {total:,} instructions together, at most {MAX_PROGRAM:,} are taken"
            yield error(
                "R317", message, value.span, "use `contains any (...)` for words, and smaller repetitions"
            )
            return


def _patterns(layers: tuple[Layer, ...]) -> Iterator[Value]:
    for condition in _conditions(layers):
        for atom in atoms(condition):
            if isinstance(atom, Compare) and atom.operator == "matches":
                yield from (value for value in atom.values if value.kind in ("regex", "text"))


def _conditions(layers: tuple[Layer, ...]) -> Iterator[Condition]:
    for file in (file for layer in layers for file in layer.files):
        yield from (let.condition for let in file.lets)
        for rule in file.rules:
            yield from (part for part in (rule.when, rule.unless) if part is not None)


def program_of(pattern: str) -> tuple[int, str | None]:
    """How many instructions RE2 makes of a pattern, and why it refuses it, or None."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PATTERN_BYTES
    try:
        compiled = re2.compile(pattern.encode("utf-8", "surrogatepass"), options)
    except re2.error as cause:
        reason = cause.args[0] if cause.args else "refused"
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        # What was refused for its size has cost as much as what is taken.
        return len(pattern), said
    return int(compiled.programsize), None


PAGES: tuple[Page, ...] = (
    Page(
        "R307", "a pattern that cannot be used",
        "Patterns are matched by RE2, whose time grows only with the prompt's length. It has no look-around and no\n"
        "back-references, and refuses patterns that would need too much memory.",
        'rule a\n  tag x\n  when prompt matches r"(?<=a)b"\n', 'rule a\n  tag x\n  when prompt matches r"ab"\n',
    ),
    Page(
        "R317", "patterns that are too large together",
        "Every process that decides sets all patterns up first, hooks among them, and a person waits for those.",
        "".join(f'rule r{n}\n  tag x\n  when prompt matches r"{n}a{{1,900}}"\n' for n in range(130)),
        'rule a\n  tag x\n  when prompt contains any ("ab", "ac")\n',
    ),
)  # fmt: skip
