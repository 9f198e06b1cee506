"""Habits of other languages and near misses, as data: what people write, what they are told, how it is mended."""

import re
from collections.abc import Callable
from typing import NamedTuple

from router.base.problems import Fix, Problem, error
from router.policy.parse.where import Where, shown

Repair = str | Callable[["re.Match[str]"], str] | None


class Habit(NamedTuple):
    """`pattern` is looked for on the line of the fault, which must lie inside the match; its group `bad` is underlined.

    `needs`: terminals of which one must have been expected, so that a habit is known by its place too. `repair`
    replaces `bad` (or the group `cut`): a template, or a function where a template cannot say it.
    """

    pattern: re.Pattern[str]
    message: str
    help: str
    repair: Repair = None
    needs: frozenset[str] = frozenset()
    code: str = "R102"


def _habit(
    pattern: str, message: str, help: str, repair: Repair = None, needs: str = "", code: str = "R102"
) -> Habit:
    return Habit(re.compile(pattern, re.MULTILINE), message, help, repair, frozenset(needs.split()), code)


def _flipped(match: "re.Match[str]") -> str:
    sign = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}[match["sign"]]
    return f"{match['name']} {sign} {match['value']}"


def _slug(match: "re.Match[str]") -> str:
    return "-".join(re.findall(r"\w+", match["name"])) or "name"


def _padded(match: "re.Match[str]") -> str:
    return f"{match['y']}-{int(match['m']):02}-{int(match['d']):02}"


def _without_commas(match: "re.Match[str]") -> str:
    return match["bad"].replace(",", "")


def _symbol(match: "re.Match[str]") -> str:
    return {"≥": ">=", "≤": "<=", "≠": "is not", "∧": "and", "∨": "or", "¬": "not "}[match["bad"]]


def _outcome(match: "re.Match[str]") -> str:
    words = {
        "deny": "denied",
        "block": "denied",
        "blocked": "denied",
        "allow": "allowed",
        "refuse": "refused",
    }
    return words.get(match["bad"], "approval")


_EFFECTS = (
    "classify|deny|allow|cap|refuse|require|redact|compress|tag|downgrade|route|mode|profile|prefer|avoid"
)
_TARGET = r"[@A-Za-z*][\w.*/:@-]*"
_FACT = r"[A-Za-z][\w.]*(?:\([\w. ]*\))?"
HABITS: tuple[Habit, ...] = (
    _habit(r"(?P<bad>[“”„](?P<t>[^“”\"\n]*)[“”])", "`{bad}` stands in typographic quotes", "texts stand in straight double quotes", r'"\g<t>"', code="R112"),
    _habit(r"(?P<bad>[≥≤≠∧∨¬])", "`{bad}` is no operator here", "write `{fix}`", _symbol),
    _habit(r"(?<!\S)(?P<bad>/\*.*|<!--.*|--\s.*)", "`{bad}` begins no comment here", "comments begin with `#`"),
    _habit(r"\b(?P<bad>is\s+not\s+in)\s*\(", "`is not in` is no operator", "write `not in (...)`", "not in"),
    _habit(r"\b(?P<bad>is)\s*\(", "`is` takes one value", "a list is asked with `in (...)`", "in"),
    _habit(r"\b(?P<bad>is\s+not)\s*\(", "`is not` takes one value", "a list is asked with `not in (...)`", "not in"),
    _habit(r"\bin\s+(?P<bad>[\w-]+(?:\s*,\s*[\w-]+)+)", "the list `{bad}` lacks parentheses", "write `in {fix}`", r"(\g<bad>)"),
    _habit(r"\bknown\s*(?P<bad>\((?P<name>[\w.]+)\))", "`known` takes no parentheses", "write `known {name}`", lambda m: f" {m['name']}"),
    _habit(rf"{_FACT}(?P<bad>\.(?:startsWith|endsWith|includes|contains|matches|match|test)\s*\()", "attributes have no methods", 'write operators as words: `path under "src/"`, `prompt contains "x"`'),
    _habit(rf"(?P<bad>(?P<value>-?\$?\d[\d_.]*%?)\s*(?P<sign><=|>=|<|>)\s*(?P<name>{_FACT}))", "the attribute stands before the constant", "write `{fix}`", _flipped),
    _habit(r"(?P<bad>\$\d{1,3}(?:,\d{3})+)", "`{bad}` is no amount: thousands have no comma", "write `{fix}`", _without_commas),
    _habit(r"(?P<bad>(?P<usd>\$[\d.]+)\s+(?:per|a|each|every)\s+(?P<p>call|session|day|month))\b", "a period follows its amount after `/`", "write `{fix}`", r"\g<usd>/\g<p>"),
    _habit(r"(?P<bad>-\$\d[\d.]*|\$-\d[\d.]*)", "`{bad}` is no amount: amounts are not negative", "write an amount such as $5.00"),
    _habit(r"\bcap\s+(?P<bad>at)\s+(?=\$)", "`cap` does not say what is capped", "as in `cap total at $5.00/day` or `cap task code at $5.00/day`", code="R101"),
    _habit(r"(?P<bad>\d\d?:\d\d(?:\s*(?:-|\.\.|to)\s*\d\d?:\d\d)?)", "`{bad}` is no hour", "hours are whole numbers: `hour in 20..6`"),
    _habit(r"\bin\s+(?P<bad>(?P<a>[$\d][\d.]*%?)\s*(?:-|to|and|\.\.\.)\s*(?P<b>[$\d][\d.]*%?))", "a range is written with `..`", "write `in {fix}`", r"\g<a>..\g<b>"),
    _habit(r"(?P<bad>\d{1,2}[./]\d{1,2}[./]\d{2,4})", "`{bad}` is no date", "dates are written year-month-day, as in 2026-12-31", needs="DATE AND EXPECT"),
    _habit(r"(?P<bad>\"(?P<day>\d{4}-\d\d-\d\d)\")", "dates have no quotes", "write `{fix}`", r"\g<day>", needs="DATE"),
    _habit(r"(?P<bad>(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?))(?!\d)", "`{bad}` is no date", "write `{fix}`", _padded, needs="DATE"),
    _habit(rf"\broute\s+to\b[ \t\w.*/:@-]*?(?P<cut>(?P<bad>,)\s*){_TARGET}", "a chain has no commas", "a chain is written with `then`", " then "),
    _habit(r"\bmatches\s+(?P<bad>/(?P<t>[^/\n\"]+)/)", "a pattern does not stand between slashes", "write `{fix}`", r'r"\g<t>"'),
    _habit(r"[\w)](?:\s*)(?P<bad>[+*/^]|-)\s*[\w$(]", "`{bad}` is no operator here: conditions do not calculate", "compare one attribute with one constant", needs="IS"),
    _habit(r"\blet\s+[\w.-]+\s+(?P<bad>is|be|as|means)\b", "`let` names a condition with `=`", "write `let NAME = ...`", "=", needs="EQUAL"),
    _habit(r"\blet\s+[\w.-]+\s*(?P<bad>:=?)", "`let` names a condition with `=`", "write `let NAME = ...`", " =", needs="EQUAL"),
    _habit(r"\b(?:rule|policy|let)\s+(?P<bad>\"(?P<name>[^\"\n]*\w[^\"\n]*)\")", "a name has no quotes", "write `{fix}`", _slug, needs="NAME", code="R101"),
    _habit(rf"^\s*rule\s+(?P<bad>(?P<name>[\w-]+(?:[ \t]+(?!(?:{_EFFECTS})\b)[\w-]+)+))[ \t]*$", "a rule's name is one word", "write `rule {fix}`", _slug, needs="ROUTE", code="R101"),
    _habit(r"\bversion\s+(?P<bad>v?\d+(?:\.\d+)*(?:\.|v)?[\w.-]*)", "`{bad}` is no version", "a version is a number, as in `version 1`", needs="NUMBER $END"),
    _habit(r"\b(?:because|test)\s+(?P<bad>[^\"'“\s#][^\"#\n]*?)[ \t]*$", "`{bad}` needs quotes", "write `{fix}`", r'"\g<bad>"', needs="STRING", code="R101"),
    _habit(r"\b(?:expect|,|not)\s*(?P<bad>deny|block|blocked|allow|refuse|require\s+approval|require|approve|approved)\b", "`{bad}` says what a rule does, not what comes of it", "write `{fix}`", _outcome, needs="FIRED"),
    _habit(r"\b(?:task|complexity|mode|profile|tier|downgrade)\s+(?P<cut>(?P<bad>is|to\s+be)\s+)\w", "`expect` takes no operator", "delete `{bad}`", "", needs="BY"),
    _habit(r"\bgiven\b[^\n]*?(?P<cut>\s*(?P<bad>=|:)\s*)", "`given` takes no operator", "write `given task code`", " ", needs="NAME STRING"),
    _habit(r"(?P<cut>\s*(?P<bad>\band\b))", "given facts are joined by commas", "write `,`", ",", needs="EXPECT"),
    _habit(r"^\s*(?P<bad>when|if|with)\b", "a test says `given`", "write `given`", "given", needs="GIVEN"),
    _habit(r"\bclassify\s+as\s+\w+(?P<cut>[ \t]+)(?P<bad>simple|moderate|complex|deep)\b", "a complexity follows its task after `/`", "as in `classify as code/complex`", "/", needs="ROUTE"),
    _habit(r"(?P<bad>\bapprove\b|\bapproval\b)", "`{bad}` is no effect", "write `require approval`", "require approval", needs="REQUIRE"),
    _habit(r"(?P<bad>\b(?:enforce|shadow|suggest))\b", "`{bad}` is no effect", "write `mode {bad}`", r"mode \g<bad>", needs="MODE"),
    _habit(r"(?P<bad>\b(?:use|send|redirect|forward|model|models))\b(?:\s+to\b)?", "`{bad}` is no effect", "write `route to`", needs="ROUTE"),
    _habit(r"(?P<bad>\b(?:limit|budget|max|spend))\b", "`{bad}` is no effect", "write `cap`, as in `cap total at $5.00/day`", needs="CAP"),
    _habit(r"(?P<bad>\b(?:if|where))\b", "`{bad}` is not used here", "conditions are written with `when`", "when", needs="WHEN"),
)  # fmt: skip


def known_habit(where: Where, at: int, expected: set[str]) -> Problem | None:
    """The first habit whose words stand around the fault."""
    begin = where.text.rfind("\n", 0, at) + 1
    end = where.text.find("\n", at)
    end = len(where.text) if end < 0 else end
    # A line as long as no person writes is searched near the fault only.
    begin, end = max(begin, at - 300), min(end, at + 300)
    for habit in HABITS:
        if habit.needs and not habit.needs & expected:
            continue
        for match in habit.pattern.finditer(where.text, begin, end):
            if match.start() <= at <= match.end() and where.is_code(match.start("bad"), match.end("bad")):
                return _told(habit, match, where)
    return None


def _told(habit: Habit, match: "re.Match[str]", where: Where) -> Problem:
    span = where.span(*match.span("bad"))
    said = {name: shown(text or "") for name, text in match.groupdict().items()}
    fix = None
    if habit.repair is not None:
        text = match.expand(habit.repair) if isinstance(habit.repair, str) else habit.repair(match)
        cut = match.span("cut" if "cut" in said else "bad")
        fix, said["fix"] = Fix(where.span(*cut), text), shown(text.strip())
    return error(habit.code, habit.message.format(**said), span, habit.help.format(**said), fix=fix)
