"""Facts of an output: what a reader must not miss, found in the raw text whatever filter was chosen."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from router.compress.patterns import Late, bounded, compiled

if TYPE_CHECKING:
    from router.compress.plan import Plan

MAX_CHARS = 100
"""How much of a text must stand word for word."""

_FILE = r"[\w@./\\+~-]*[\w@+-]\.[A-Za-z]\w{0,7}"

NAMED = (
    r"^(?:FAILED|ERROR) (\S+::\S+|\S+\.py)",
    r"^(\S+::.+?) (?:FAILED|ERROR|XPASS)\b",
    r"^_{3,} (\S.*?) _{3,}$",
    r"^(?:FAIL|ERROR): (\S+ \(.+\))",
    r"^\s*--- FAIL: (\S+)",
    r"^FAIL[\t ]+(\S+)",
    r"^(panic: .+)",
    r"^test (.+) \.\.\. FAILED",
    r"^thread '.*' (?:\(\d+\) )?(panicked at .+)",
    r"^(error(?:\[E\d+\])?: .+)",
    r"^\s*(?:✕|✗|✘|×|✖|❌) (.+?)(?: *\(?\d+(?:\.\d+)? ?m?s\)?)?$",
    r"^\s*● (.*)",
    r"^\s*(not ok \d+ .*)",
    r"^(CONFLICT .+)",
    r"^((?:fatal|error|ERROR|FATAL|Error|Fatal error): .+)",
    r"^\s*(! \[\S.*?\] +.*)",
    r"^((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:Error|Exception|Panic|Interrupt|Failure)(?:: .*)?)",
    r"^(Caused by: .+)",
    r"^E   +(\S.*)",
    r"^(make(?:\[\d+\])?: \*\*\* .+)",
    r"^(npm (?:ERR!|error) (?:code|errno|[1-9]\d\d|Missing|Could not|notarget|ERESOLVE|peer).*)",
    r"^(\[ERROR\] .+)",
    r"^##\[error\](.+)",
    r"(?i)^\W*(\d+ (?:passed|failed|passing|failing|pending|problems?|errors?|warnings?) ?.*)",
    r"^=+ (.*\b(?:passed|failed|errors?|skipped|no tests ran)\b.*?) =+$",
    r"^(test result: .+)",
    r"^\s*((?:Tests|Test Suites|Test Files|Tests run|Suites): .*)",
    r"^(Found \d+ .*)",
    r"^(Plan: .*|Apply complete! .*|Destroy complete! .*|No changes\..*)",
    r"^\s?(\d+ files? changed.*)",
    r"^(Ran \d+ tests?.*)",
    r"^((?:FAILED|OK)(?: \(.+\))?)$",
    r"^(BUILD (?:FAILED|SUCCESSFUL|SUCCESS).*)",
    r"^(?:ℹ|#) ((?:tests|pass|fail) \d+)$",
    r"(?i)(\d+ (?:previous errors?|warnings? generated|errors? generated|warnings? emitted).*)",
    r"(?i)(exit (?:code|status):? ?[1-9]\d*|exited with (?:code )?[1-9]\d*)",
    r"\b(OOMKilled|CrashLoopBackOff|ImagePullBackOff|ErrImagePull|Evicted|Segmentation fault|core dumped)\b",
    r"^(Command not found.*|.*: command not found.*)",
)
"""Group 1 of each must stand in the result."""

PLACES = (
    rf"^\s*(?:\[\w+\] )?({_FILE}):(\d+)(?::\d+)?(?::|\s|$)",
    rf"^\s*({_FILE})[(](\d+),\d+[)]: ",
    rf"^[we]: (?:file://)?({_FILE}):(\d+):\d+",
    rf"^\s*-->\s+({_FILE}):(\d+):\d+",
    rf"^\s*(?:╭─|❯ )\[?\s?({_FILE}):(\d+):\d+",
    rf"^\s*on ({_FILE}) line (\d+)",
)
"""Groups 1 and 2, a file and a line, must stand together in the result."""


_QUICK_PLACES = tuple(Late(pattern) for pattern in PLACES)
"""Compiled for few compilations and many matches: lines with places come by the thousand."""


class Fact(NamedTuple):
    """A text, or a file and a line, that must stand in the result; `line` is the raw line it was found in.

    `standing` says that the whole line was found in the result.
    """

    line: str
    text: str
    number: str = ""
    standing: bool = False


def find_facts(
    lines: Iterable[str],
    plan: "Plan",
    told: Mapping[str, str],
    shortened: Mapping[str, str] = MappingProxyType({}),
    standing: AbstractSet[str] = frozenset(),
) -> list[Fact]:
    """Every fact once, in the order of the output; of a line that is `standing` in the result, the line itself.

    Of a shortened line it is the fact the short form still holds, if it holds one.
    A fact of a line that `told` has other words for must stand in those; in no words when it quotes or repeats.
    """
    found: dict[tuple[str, str], Fact] = {}
    for line in lines:
        labels = plan.of(line)
        if ("protect", 0) not in labels:
            continue
        if line in standing:
            found.setdefault((line, ""), Fact(line, line, standing=True))
            continue
        other = told.get(" ".join(line.split())) if told else None
        if other is not None and any(kind in ("fact", "place") for kind, _ in labels):
            found.setdefault((other, ""), Fact(line, other))
        if other is not None:
            continue
        for kind, number in sorted(labels):
            fact = _fact(line, kind, number, plan, shortened.get(" ".join(line.split())))
            if fact is not None:
                found.setdefault((fact.text, fact.number), fact)
    found.pop(("", ""), None)
    return list(found.values())


def _fact(line: str, kind: str, number: int, plan: "Plan", short: str | None) -> Fact | None:
    if kind == "place":
        return _place(line, number)
    if kind != "fact":
        return None
    fact = _named(line, plan.facts[number])
    kept = _named(short, plan.facts[number]) if short is not None else None
    return Fact(line, kept.text) if fact and kept else fact


def _place(line: str, number: int) -> Fact | None:
    match = _QUICK_PLACES[number]().search(bounded(line))
    return Fact(line, match.group(1), match.group(2)) if match else None


def _named(line: str, pattern: str) -> Fact | None:
    match = compiled(pattern).search(bounded(line))
    if match is None:
        return None
    text = match.group(1) if compiled(pattern).groups else match.group(0)
    bare = (text or "")[:MAX_CHARS].strip().strip("=⎯─━").strip()
    return Fact(line, bare) if bare else None
