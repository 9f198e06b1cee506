"""Facts of an output: what a reader must not miss, found in the raw text whatever filter was chosen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from router.compress.patterns import PatternSet, bounded, compiled

_FILE = r"[\w@./\\+~-]*[\w@+-]\.[A-Za-z]\w{0,7}"

NAMED = (
    r"^(?:FAILED|ERROR) (\S+::\S+|\S+\.py)",
    r"^(\S+::.+?) (?:FAILED|ERROR|XPASS)\b",
    r"^_{3,} (\S.*?) _{3,}$",
    r"^(?:FAIL|ERROR): (\S+ \(.+\))",
    r"^\s*--- FAIL: (\S+)",
    r"^FAIL[\t ]+(\S+)",
    r"^(panic: .{1,100})",
    r"^test (.+) \.\.\. FAILED",
    r"^thread '.*' (?:\(\d+\) )?(panicked at .{1,100})",
    r"^(error(?:\[E\d+\])?: .{1,100})",
    r"^\s*(?:✕|✗|✘|×|✖|❌) (.{1,90}?)(?: *\(?\d+(?:\.\d+)? ?m?s\)?)?$",
    r"^\s*● (.{1,90})",
    r"^\s*(not ok \d+ .{1,90})",
    r"^(CONFLICT .{1,120})",
    r"^((?:fatal|error|ERROR|FATAL|Error|Fatal error): .{1,100})",
    r"^\s*(! \[\S.*?\] +.{1,80})",
    r"^((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:Error|Exception|Panic|Interrupt|Failure)(?:: .{1,90})?)",
    r"^(Caused by: .{1,100})",
    r"^E   +(\S.{0,90})",
    r"^(make(?:\[\d+\])?: \*\*\* .{1,120})",
    r"^(npm (?:ERR!|error) (?:code|errno|[1-9]\d\d|Missing|Could not|notarget|ERESOLVE|peer).{0,100})",
    r"^(\[ERROR\] .{1,110})",
    r"^##\[error\](.{1,110})",
    r"(?i)^\W*(\d+ (?:passed|failed|passing|failing|pending|problems?|errors?|warnings?) ?.{0,70})",
    r"^=+ (.*\b(?:passed|failed|errors?|skipped|no tests ran)\b.*?) =+$",
    r"^(test result: .{1,110})",
    r"^\s*((?:Tests|Test Suites|Test Files|Tests run|Suites): .{1,90})",
    r"^(Found \d+ .{1,70})",
    r"^(Plan: .{1,70}|Apply complete! .{1,70}|Destroy complete! .{1,70}|No changes\..{0,60})",
    r"^\s?(\d+ files? changed.*)",
    r"^(Ran \d+ tests?.*)",
    r"^((?:FAILED|OK)(?: \(.+\))?)$",
    r"^(BUILD (?:FAILED|SUCCESSFUL|SUCCESS).{0,40})",
    r"^(?:ℹ|#) ((?:tests|pass|fail) \d+)$",
    r"(?i)(\d+ (?:previous errors?|warnings? generated|errors? generated|warnings? emitted).{0,40})",
    r"(?i)(exit (?:code|status):? ?[1-9]\d*|exited with (?:code )?[1-9]\d*)",
    r"\b(OOMKilled|CrashLoopBackOff|ImagePullBackOff|ErrImagePull|Evicted|Segmentation fault|core dumped)\b",
    r"^(Command not found.{0,80}|.{1,80}: command not found.{0,20})",
)
"""Group 1 of each must stand in the result."""

PLACES = (
    rf"^\s*(?:\[\w+\] )?({_FILE}):(\d+)(?::\d+)?(?::|\s|$)",
    rf"^\s*({_FILE})[(](\d+),\d+[)]: ",
    rf"^\s*-->\s+({_FILE}):(\d+):\d+",
    rf"^\s*(?:╭─|❯ )\[?\s?({_FILE}):(\d+):\d+",
    rf'^\s*on ({_FILE}) line (\d+)',
)
"""Groups 1 and 2, a file and a line, must stand together in the result."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A text, or a file and a line, that must stand in the result; `line` is the raw line it was found in."""

    line: str
    text: str
    number: str = ""


def find_facts(lines: Iterable[str], extra: Sequence[str], told: Mapping[str, str]) -> list[Fact]:
    """Every fact once, in the order of the output; `extra` are the patterns of the chosen filters.

    A line that `told` has other words for must stand in those; in no words when it quotes or repeats.
    """
    patterns = (*NAMED, *extra)
    asked = _asked((*patterns, *PLACES))
    found: dict[tuple[str, str], Fact] = {}
    for line in lines:
        other = told.get(" ".join(line.split())) if told else None
        if other is not None:
            found.setdefault((other, ""), Fact(line, other))
            continue
        for hit in sorted(asked.hits(line)) if line else ():
            fact = _fact(line, patterns[hit], False) if hit < len(patterns) else _fact(line, PLACES[hit - len(patterns)], True)
            if fact is not None:
                found.setdefault((fact.text, fact.number), fact)
    found.pop(("", ""), None)
    return list(found.values())


@lru_cache(maxsize=16)
def _asked(patterns: tuple[str, ...]) -> PatternSet:
    return PatternSet(patterns)


def _fact(line: str, pattern: str, place: bool) -> Fact | None:
    match = compiled(pattern).search(bounded(line))
    if match is None:
        return None
    if place:
        return Fact(line, match.group(1), match.group(2))
    text = match.group(1) if compiled(pattern).groups else match.group(0)
    bare = (text or "").strip().strip("=⎯─━").strip()
    return Fact(line, bare) if bare else None
