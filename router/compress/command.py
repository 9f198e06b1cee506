"""Command output made shorter for a model, without losing a fact: the pipeline from raw text to result and report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from router.compress import reshape
from router.compress.apply import Draft, apply_filters
from router.compress.causes import unexplained
from router.compress.clean import all_lines, clean_lines
from router.compress.collapse import collapse
from router.compress.facts import Fact, find_facts
from router.compress.filter import Filter
from router.compress.filters import Filters
from router.compress.gate import why_untouched
from router.compress.guard import Stands, invented, missing
from router.compress.invocation import segments
from router.compress.raw_store import ID_CHARS, RawStore
from router.compress.traces import shorten_traces
from router.compress.weight import weight
from router.facts.prompt_tokens import token_estimate

MOST_APPENDED = 24
"""More facts than this missing mean that the filter does not understand the output: it stays raw."""
LEAST_SHARE = 0.10
LEAST_TOKENS = 15
APPENDED = "[kept by guard]"


@dataclass(frozen=True, slots=True)
class Report:
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


@dataclass(frozen=True, slots=True)
class Compressed:
    """The text to show, and the report about it."""

    text: str
    report: Report


def compress(command: str, text: str, exit_code: int | None, *, filters: Filters, raw: RawStore | None) -> Compressed:
    """The output in fewer words. Whatever is in doubt is left as it was; `raw` keeps what was dropped."""
    parsed = segments(command)
    reason = why_untouched(parsed, text)
    if reason is not None:
        return _untouched(text, text, reason, ())
    lines = clean_lines(text)
    chosen = filters.choose(parsed, lines)
    cleaned = "\n".join(lines) + ("\n" if text.endswith("\n") else "")
    if any(item.passthrough for item in chosen):
        return _untouched(text, cleaned, "passthrough", chosen)
    return _shortened(command, text, exit_code, cleaned, lines, chosen, raw)


def _shortened(
    command: str,
    text: str,
    exit_code: int | None,
    cleaned: str,
    lines: Sequence[str],
    chosen: Sequence[Filter],
    raw: RawStore | None,
) -> Compressed:
    draft = _draft(lines, chosen, failed=exit_code not in (None, 0))
    result = _collapsed(draft, chosen)
    shown = all_lines(text)
    facts = find_facts(shown, [pattern for item in chosen for pattern in item.facts], draft.told)
    facts = [fact for fact in facts if " ".join(fact.line.split()) not in draft.waived]
    lost = _lost(facts, shown, result, draft)
    if len(lost) > MOST_APPENDED:
        return _untouched(text, cleaned, f"{len(lost)} facts would be lost", chosen)
    if lost:
        result = [*result, APPENDED, *lost]
    result = result if any(line.strip() for line in result) else [lines[-1]]
    if invented(result, shown):
        return _untouched(text, cleaned, "the result would say what the output does not", chosen)
    return _with_handle(command, text, exit_code, cleaned, result, chosen, raw, Report(facts=len(facts), appended=len(lost)))


def _draft(lines: Sequence[str], chosen: Sequence[Filter], *, failed: bool) -> Draft:
    names = list(dict.fromkeys(name for item in chosen for name in item.reshape))
    reshaped = reshape.reshaped(lines, names)
    draft = apply_filters(reshaped.lines, chosen, last=2 if failed else 1)
    return replace(draft, told=reshaped.told, waived=draft.waived | reshaped.quoted)


def _collapsed(draft: Draft, chosen: Sequence[Filter]) -> list[str]:
    lines, held = shorten_traces(draft.lines, draft.held)
    if all(item.collapse for item in chosen):
        lines = collapse(lines, held)
    return [line for line in lines if line.strip()]


def _lost(facts: Sequence[Fact], shown: Sequence[str], result: Sequence[str], draft: Draft) -> list[str]:
    """Raw lines to append: of each missing fact, and of each kind of failure line that nothing in the result shows."""
    stands = Stands(result)
    lines = [fact.line.strip() for fact in missing(facts, stands)]
    lines += unexplained(shown, result, stands, draft)
    return list(dict.fromkeys(lines))


def _with_handle(
    command: str,
    text: str,
    exit_code: int | None,
    cleaned: str,
    result: Sequence[str],
    chosen: Sequence[Filter],
    raw: RawStore | None,
    report: Report,
) -> Compressed:
    body = "\n".join(result)
    cut = max(cleaned.count("\n") - len(result), 1)
    handle = None
    if not _pays(cleaned, _with_last_line(body, cut, "0" * ID_CHARS)):
        return _untouched(text, cleaned, "little to win", chosen)
    if raw is not None:
        try:
            handle = raw.put(command, text, exit_code)
        except OSError:
            return _untouched(text, cleaned, "the raw output could not be stored", chosen)
    out = _with_last_line(body, cut, handle)
    report = replace(
        report,
        filters=tuple(item.name for item in chosen),
        lines_before=len(cleaned.splitlines()),
        lines_after=len(result),
        tokens_before=token_estimate(text),
        tokens_after=token_estimate(out),
        handle=handle,
    )
    return Compressed(out, report)


def _pays(before: str, after: str) -> bool:
    dear = weight(before)
    won = dear - weight(after)
    return won >= LEAST_TOKENS and won >= LEAST_SHARE * dear


def _with_last_line(body: str, cut: int, handle: str | None) -> str:
    if handle is None:
        return f"{body}\n[{cut} lines cut]\n"
    return f"{body}\n[{cut} lines cut; llm-router raw {handle}]\n"


def _untouched(text: str, shown: str, reason: str, chosen: Sequence[Filter]) -> Compressed:
    out = shown if len(shown) < len(text) else text
    report = Report(
        filters=tuple(item.name for item in chosen),
        untouched=reason,
        lines_before=text.count("\n"),
        lines_after=out.count("\n"),
        tokens_before=token_estimate(text),
        tokens_after=token_estimate(out),
    )
    return Compressed(out, report)
