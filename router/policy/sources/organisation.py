"""The organisation's layer, and what counts when it cannot be read."""

from dataclasses import dataclass, replace
from pathlib import Path

from router.base.pages import Page
from router.base.problems import Note, Problem, Span, error, has_errors, warning
from router.policy.nodes import Effect, PolicyFile, Rule, Word
from router.policy.sources.fetch import Fetch, FetchError, check_signature, fetch_signed
from router.policy.sources.org_source import Source
from router.policy.sources.org_store import (
    Kept,
    Looked,
    copy_path,
    load_copy,
    load_looked,
    save_copy,
    save_looked,
)
from router.policy.sources.org_text import OrgTexts, read_org_texts, texts_of_file
from router.policy.sources.values import UNREADABLE, Part
from router.table.manifest import look_at_file

RETRY_S = 15 * 60.0
RETRY_WITHOUT_COPY_S = 60.0


@dataclass(frozen=True, slots=True)
class OrgRead:
    """The layer, and the time (seconds since 1970) from which the address is due for another look."""

    part: Part
    refresh_after: float | None = None


def read_organisation(source: Source, user: Path, fetch: Fetch, now_s: float) -> OrgRead:
    """The organisation's layer; one that cannot be read is its last good copy, else it refuses everything."""
    copy = copy_path(user, source.identity)
    if source.path is not None:
        read = _read_file(source, source.path, copy, now_s)
    else:
        read = _read_address(source, copy, fetch, now_s)
    return replace(read, part=read.part + Part(seen=(look_at_file(str(copy)),)))


def _read_file(source: Source, path: Path, copy: Path, now_s: float) -> OrgRead:
    texts, looked = texts_of_file(path, source.shown)
    part = read_org_texts(texts) if texts else Part()
    if texts and not has_errors(part.problems):
        unkept = _keep(source, copy, Kept(texts), Looked(now_s, now_s))
        whole = replace(part, texts=(), seen=looked.seen, globs=looked.globs, paths=looked.paths)
        return OrgRead(replace(whole, texts=part.texts, problems=part.problems + looked.problems + unkept))
    faults = looked.problems + part.problems
    kept = load_copy(copy)
    last = read_org_texts(kept.texts) if kept and kept.texts else None
    given = _fallback(source, faults, "it has errors", last, load_looked(copy))
    return OrgRead(given + Part(seen=looked.seen, globs=looked.globs, texts=looked.texts))


def _read_address(source: Source, copy: Path, fetch: Fetch, now_s: float) -> OrgRead:
    kept, looked = _verified(load_copy(copy), source), load_looked(copy)
    if kept and looked.reason == "" and 0 <= now_s - looked.read_s < source.max_age_s:
        part = _from_bytes(source, kept.body)
        return OrgRead(part, looked.read_s + source.max_age_s)
    wait = RETRY_S if kept else RETRY_WITHOUT_COPY_S
    if looked.reason and 0 <= now_s - looked.tried_s < wait:
        return _address_fallback(source, kept, looked, looked.tried_s + wait)
    try:
        body, signature = fetch_signed(source.url, source.public_key, fetch)
        part = _from_bytes(source, body)
        if has_errors(part.problems):
            raise FetchError(f"it has errors, the first at {_first(part.problems)}")
    except FetchError as cause:
        failed = Looked(looked.read_s, now_s, str(cause))
        _note(copy, failed)
        return _address_fallback(source, kept, failed, now_s + wait)
    unkept = _keep(source, copy, Kept(None, body, signature), Looked(now_s, now_s))
    return OrgRead(part + Part(problems=unkept), now_s + source.max_age_s)


def _first(problems: tuple[Problem, ...]) -> str:
    found = next(problem for problem in problems if problem.severity == "error")
    return f"{found.span}: {found.message}"


def _from_bytes(source: Source, body: bytes) -> Part:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return Part(
            problems=(error("R003", f"`{source.shown}` is not UTF-8 text", Span.point(source.shown)),)
        )
    return read_org_texts(OrgTexts((source.shown, text)), fetched=True)


def _verified(kept: Kept | None, source: Source) -> Kept | None:
    """The copy when its signature still fits: a file can be changed where it is kept."""
    if kept is None:
        return None
    try:
        check_signature(kept.body, kept.signature, source.public_key)
    except FetchError:
        return None
    return kept


def _address_fallback(source: Source, kept: Kept | None, looked: Looked, refresh_after: float) -> OrgRead:
    last = _from_bytes(source, kept.body) if kept else None
    return OrgRead(_fallback(source, (), looked.reason, last, looked), refresh_after)


def _fallback(
    source: Source, faults: tuple[Problem, ...], reason: str, last: Part | None, looked: Looked
) -> Part:
    span = source.said or Span.point(source.shown)
    further = tuple(fault for fault in faults if not _is_whole(fault, source))
    notes = tuple(Note(fault.message, fault.span) for fault in faults[:1])
    if last is not None and not has_errors(last.problems):
        message = f"the organisation's policy `{source.shown}` cannot be used: {_why(faults, reason)}"
        help = f"the copy of {looked.date} is in force"
        told = warning("R241", message, span, help, *notes)
        return last + Part(problems=(told, *(fault.softened() for fault in further)))
    why = _why(faults, reason)
    message = f"the organisation's policy `{source.shown}` cannot be used: {why}; everything is refused"
    told = error("R240", message, span, "mend it; there is no earlier copy to go by", *notes)
    return Part(files=(_refusing(source, span, why),), problems=(told, *further))


def _why(faults: tuple[Problem, ...], reason: str) -> str:
    errors = [fault for fault in faults if fault.severity == "error"]
    return errors[0].message if errors and errors[0].code.startswith("R00") else reason


def _is_whole(fault: Problem, source: Source) -> bool:
    """Whether the fault is that the file cannot be read at all, which the organisation's own problem says already."""
    return fault.code.startswith("R00") and fault.span is not None and fault.span.file == source.shown


def _refusing(source: Source, span: Span, why: str) -> PolicyFile:
    """The one rule that stands in for a policy nobody could read."""
    because = f"the organisation's policy {source.shown} cannot be read: {why}".replace('"', "'")
    effect = Effect("refuse", span)
    return PolicyFile(
        source.shown, (Rule(Word(UNREADABLE, span), (effect,), span, because=because, lock=span),)
    )


def _keep(source: Source, copy: Path, kept: Kept, looked: Looked) -> tuple[Problem, ...]:
    """Keep a good copy; a folder that cannot be written is worth a warning, no more."""
    try:
        save_copy(copy, kept)
    except OSError as cause:
        message = f"no copy of the organisation's policy can be kept: {cause.strerror or cause}"
        return (
            warning(
                "R242", message, source.said or Span.point(source.shown), f"make `{copy.parent}` writable"
            ),
        )
    before = load_looked(copy)
    if before.reason or looked.read_s - before.read_s >= RETRY_S:
        _note(copy, looked)
    return ()


def _note(copy: Path, looked: Looked) -> None:
    try:
        save_looked(copy, looked)
    except OSError:
        return


PAGES = (
    Page(
        code="R240",
        title="the organisation's policy cannot be used",
        why="A policy that is configured but cannot be read must not count as no policy. There is no earlier copy, so everything is refused until it is mended.",
        bad="block_providers: [openai\n",
        good="block_providers: [openai]\n",
        kind="org.yaml",
    ),
    Page(
        code="R241",
        title="an earlier copy of the organisation's policy is in force",
        why="The policy cannot be read now, is out of reach or does not carry a good signature; the last copy that did stands in, and its date is told.",
        bad="a policy that was good yesterday and has a fault today",
        good="the policy without the fault",
        kind="file",
    ),
    Page(
        code="R242",
        title="no copy of the organisation's policy can be kept",
        why="Without a copy, a fault in the policy or a broken connection means that everything is refused.",
        bad="a user's folder that cannot be written",
        good="the same folder, writable",
        kind="file",
    ),
)
