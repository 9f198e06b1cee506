"""What installing or undoing would make of each file: computed from bytes, shown before anything is written."""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from router.base.redaction import redact
from router.hosts.install.edit import Change, Edit
from router.hosts.install.edits import put_all, take_all
from router.hosts.install.record import Done, Record, digest
from router.hosts.install.refused import RefusedError

Wanted = Mapping[str, tuple[Edit, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """One file: its bytes before and after (None: not there), the record to keep (None: forget it), or why not."""

    file: Path
    before: bytes | None
    after: bytes | None
    record: Record | None
    refused: str | None = None

    @property
    def changes(self) -> bool:
        """Whether the file gets other bytes."""
        return self.refused is None and self.before != self.after


def step_in(file: Path, before: bytes | None, record: Record | None, wanted: Wanted) -> Step:
    """The step that puts in what the hosts want (host's name → its edits of this file)."""
    try:
        return _step_in(file, before, record, wanted)
    except RefusedError as fault:
        return Step(file, before, before, record, str(fault))


def step_out(record: Record, before: bytes | None, hosts: Iterable[str] | None) -> Step:
    """The step that takes out what was done for the hosts (None: for all)."""
    gone = [one for one in record.done if hosts is None or one.host in set(hosts)]
    stays = tuple(one for one in record.done if one not in gone)
    try:
        after = _without(record, before, _not_shared(gone, stays), whole=not stays)
    except RefusedError as fault:
        return Step(record.file, before, before, record, str(fault))
    left = replace(record, done=stays, written=digest(after or b"")) if stays else None
    return Step(record.file, before, after, left)


def _step_in(file: Path, before: bytes | None, record: Record | None, wanted: Wanted) -> Step:
    text = _text(before)
    if record is None or before is None:
        others: tuple[Done, ...] = ()
        mine: list[Done] = []
        original = before
    else:
        others = tuple(one for one in record.done if one.host not in wanted)
        mine = [one for one in record.done if one.host in wanted]
        original = _without(record, before, [one.change for one in record.done], whole=True)
        if _is_done(text, mine, wanted):
            return Step(file, before, before, record)
        text = take_all(text, _not_shared(mine, others))
    done = list(others)
    for host, edits in wanted.items():
        for edit in edits:
            text, changes = put_all(text, (edit,))
            shared = (one.change for one in done if _key(one.change) == _key(edit))
            done += [Done(host, change) for change in changes or tuple(shared)[:1]]
    after = text.encode() if text or before is not None else None
    folders = record.folders if record else ()
    kept = Record(file, original, digest(after or b""), tuple(done), folders) if done else None
    return Step(file, before, after, kept)


def _key(one: Edit | Change) -> tuple[tuple[str, ...], str, str]:
    """What two hosts share when they want the same in one file."""
    return one.path, one.how, json.dumps(one.value, sort_keys=True)


def _not_shared(gone: Iterable[Done], stays: Iterable[Done]) -> list[Change]:
    """The changes to take back: not those that another host still wants."""
    kept = {_key(one.change) for one in stays}
    return [one.change for one in gone if _key(one.change) not in kept]


def _is_done(text: str, mine: list[Done], wanted: Wanted) -> bool:
    """Whether the text holds everything that is wanted, and nothing of ours that no longer is."""
    now = {(host, _key(edit)) for host, edits in wanted.items() for edit in edits}
    then = {(one.host, _key(one.change)) for one in mine}
    if then - now or wanted.keys() - {host for host, _ in then}:
        return False
    return all(put_all(text, edits)[0] == text for edits in wanted.values())


def _without(record: Record, before: bytes | None, gone: list[Change], *, whole: bool) -> bytes | None:
    """The bytes without some of what was done; the very original when all goes and nobody else wrote meanwhile."""
    if before is None or before == record.original:
        return before
    if whole and digest(before) == record.written:
        return record.original
    text = take_all(_text(before), gone)
    if whole and record.original is None and text.strip("\ufeff \t\r\n") in ("", "{}"):
        return None
    return text.encode()


def _text(data: bytes | None) -> str:
    try:
        return (data or b"").decode("utf-8")
    except UnicodeDecodeError as fault:
        raise RefusedError(f"it is not UTF-8 text (byte {fault.start})") from None


def is_as_recorded(record: Record, changes: Iterable[Change]) -> str | None:
    """What is wrong with the file where our entries should stand; None when they do."""
    try:
        text = record.file.read_bytes().decode()
        for change in changes:
            edit = Edit(record.file, change.kind, change.path, change.value, change.how, change.mark)
            if put_all(text, (edit,))[0] != text:
                where = ".".join(change.path) or "the file"
                return f"`{where}` is not what was installed"
    except (OSError, UnicodeDecodeError, RefusedError) as fault:
        return getattr(fault, "strerror", None) or str(fault)
    return None


def preview(step: Step) -> str:
    """The step as a unified diff; keys that stand beside our entries are not shown."""
    name = str(step.file)
    lines = difflib.unified_diff(
        _lines(step.before),
        _lines(step.after),
        "/dev/null" if step.before is None else name,
        "/dev/null" if step.after is None else name,
        n=1,
        lineterm="",
    )
    return redact("\n".join(lines), ("secrets",)).text


def _lines(data: bytes | None) -> list[str]:
    return (data or b"").decode("utf-8", "replace").splitlines()
