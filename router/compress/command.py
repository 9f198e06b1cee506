"""Command output made shorter for a model, without losing a fact: the pipeline from raw text to result and report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from router.compress import reshape
from router.compress.apply import Draft, apply_filters
from router.compress.causes import unexplained
from router.compress.clean import all_lines, clean_lines
from router.compress.collapse import collapse
from router.compress.facts import Fact, find_facts
from router.compress.filter import Filter
from router.compress.filters import Filters
from router.compress.gate import is_large, why_untouched
from router.compress.guard import Stands, invented, missing
from router.compress.invocation import segments
from router.compress.plan import Plan, plan_for
from router.compress.traces import shorten_traces
from router.compress.unprefix import without_prefix
from router.compress.weight import weight

if TYPE_CHECKING:
    from router.compress.raw_store import RawStore

MOST_APPENDED = 24
"""More facts than this missing mean that the filter does not understand the output: it stays raw."""
MOST_CHARS_AGAIN = 60_000
"""A larger output is not looked at filter by filter."""
LOST = "facts would be lost"
INVENTED = "the result would say what the output does not"
LEAST_SHARE = 0.10
LEAST_TOKENS = 15
APPENDED = "[kept by guard]"


class Report(NamedTuple):
    """What was done: the filters used, why nothing was when nothing was, lines and estimated tokens, the raw handle."""

    filters: tuple[str, ...] = ()
    untouched: str | None = None
    lines_before: int = 0
    lines_after: int = 0
    tokens_before: int = 0
    tokens_after: int = 0
    facts: int = 0
    appended: int = 0
    handle: str | None = None


class Compressed(NamedTuple):
    """The text to show, and the report about it."""

    text: str
    report: Report


def compress(
    command: str, text: str, exit_code: int | None, *, filters: Filters, raw: "RawStore | None"
) -> Compressed:
    """The output in fewer words. Whatever is in doubt is left as it was; `raw` keeps what was dropped."""
    parsed = segments(command)
    reason = why_untouched(parsed, text)
    if reason is not None:
        return Compressed(
            text, Report(untouched=reason, lines_before=text.count("\n"), lines_after=text.count("\n"))
        )
    lines = clean_lines(text)
    if is_large(text):
        return _untouched(_Source(command, text, exit_code, lines, "\n".join(lines) + "\n"), "large", ())
    lines = without_prefix(lines)
    chosen = filters.choose(parsed, lines)
    source = _Source(
        command, text, exit_code, lines, "\n".join(lines) + ("\n" if text.endswith("\n") else "")
    )
    if not lines or any(item.passthrough for item in chosen):
        return _untouched(source, "passthrough", chosen)
    done = _shortened(source, chosen, raw)
    refused = done.report.untouched is not None and done.report.untouched.endswith((LOST, INVENTED))
    if refused and len(chosen) > 1 and len(text) <= MOST_CHARS_AGAIN:
        return _by_one(source, chosen, raw) or done
    return done


def _by_one(source: "_Source", chosen: tuple[Filter, ...], raw: "RawStore | None") -> Compressed | None:
    """What the first of several filters that lose nothing alone makes of an output on which they get in each other's way."""
    tried = (_shortened(source, (item,), raw) for item in chosen)
    return next((done for done in tried if done.report.untouched is None), None)


class _Source(NamedTuple):
    """An output and its cleaned form, as lines and as one text."""

    command: str
    text: str
    exit_code: int | None
    lines: list[str]
    cleaned: str


def _shortened(source: _Source, chosen: tuple[Filter, ...], raw: "RawStore | None") -> Compressed:
    plan = plan_for(chosen)
    draft = _draft(source, chosen, plan)
    result = _collapsed(draft, chosen, plan) or source.lines[-1:]
    every = all_lines(source.text)
    shown = without_prefix(every)
    facts = [
        fact
        for fact in find_facts(shown, plan, draft.told, draft.shortened, frozenset(result))
        if " ".join(fact.line.split()) not in draft.waived
    ]
    lost = _lost(facts, shown, result, draft, plan)
    if len(lost) > MOST_APPENDED:
        return _untouched(source, f"{len(lost)} {LOST}", chosen)
    if lost:
        result = [*result, APPENDED, *lost]
    if invented(result, [*shown, *every]):
        return _untouched(source, INVENTED, chosen)
    return _with_handle(source, result, chosen, raw, Report(facts=len(facts), appended=len(lost)))


def _draft(source: _Source, chosen: Sequence[Filter], plan: Plan) -> Draft:
    names = list(dict.fromkeys(name for item in chosen for name in item.reshape))
    reshaped = reshape.reshaped(source.lines, names)
    draft = apply_filters(reshaped.lines, plan, last=1 if source.exit_code in (None, 0) else 2)
    return draft._replace(told=reshaped.told, waived=draft.waived | reshaped.quoted)


def _collapsed(draft: Draft, chosen: Sequence[Filter], plan: Plan) -> list[str]:
    lines, held, gone = shorten_traces(draft.lines, draft.held, lambda line: ("frame", 0) in plan.of(line))
    draft.waived.update(
        " ".join(line.split()) for line in gone if not any(kind == "fact" for kind, _ in plan.of(line))
    )
    modes = {item.collapse for item in chosen}
    if "nothing" not in modes:
        lines = collapse(lines, held, names_too="kinds" in modes)
    left = [line for line in lines if line.strip()]
    return left


def _lost(
    facts: Sequence[Fact], shown: Sequence[str], result: Sequence[str], draft: Draft, plan: Plan
) -> list[str]:
    """Raw lines to append: of each missing fact, and of each kind of failure line that nothing in the result shows."""
    stands = Stands(result)
    lines = [fact.line.strip() for fact in missing(facts, stands)]
    lines += unexplained(shown, result, stands, draft, plan)
    return list(dict.fromkeys(lines))


def _with_handle(
    source: _Source, result: Sequence[str], chosen: Sequence[Filter], raw: "RawStore | None", report: Report
) -> Compressed:
    body = "\n".join(result)
    cut = max(len(source.lines) - len(result), 1)
    dear, left = weight(source.cleaned), weight(_with_last_line(body, cut, "0" * 8))
    if dear - left < max(LEAST_TOKENS, LEAST_SHARE * dear):
        return _untouched(source, "little to win", chosen)
    handle = None
    if raw is not None:
        try:
            handle = raw.put(source.command, source.text, source.exit_code)
        except OSError:
            return _untouched(source, "the raw output could not be stored", chosen)
    out = _with_last_line(body, cut, handle)
    before = dear if source.cleaned == source.text else weight(source.text)
    return Compressed(out, _measured(report, source, before, left, chosen, len(result))._replace(handle=handle))


def _with_last_line(body: str, cut: int, handle: str | None) -> str:
    if handle is None:
        return f"{body}\n[{cut} lines cut]\n"
    return f"{body}\n[{cut} lines cut; llm-router raw {handle}]\n"


def _untouched(source: _Source, reason: str, chosen: Sequence[Filter]) -> Compressed:
    out = source.cleaned if len(source.cleaned) < len(source.text) else source.text
    before = weight(source.text)
    after = before if out == source.text else weight(out)
    return Compressed(
        out, _measured(Report(untouched=reason), source, before, after, chosen, out.count("\n"))
    )


def _measured(
    report: Report, source: _Source, before: int, after: int, chosen: Sequence[Filter], lines_after: int
) -> Report:
    return report._replace(
        filters=tuple(item.name for item in chosen),
        lines_before=source.text.count("\n"),
        lines_after=lines_after,
        tokens_before=before,
        tokens_after=after,
    )
