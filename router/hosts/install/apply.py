"""Steps carried out: under a lock, on what the files hold at that moment, each written at once or not at all."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from router.base.files import write_atomically
from router.hosts.install.edit import Edit
from router.hosts.install.plan import Step, Wanted, step_in, step_out
from router.hosts.install.record import Record, Records
from router.hosts.install.refused import RefusedError

_TRIES = 5


def plan_in(
    user: Path, wanted: Mapping[str, tuple[Edit, ...]], within: Path | None = None
) -> tuple[Step, ...]:
    """What installing for the hosts would do (host's name → its edits), a step for each file.

    With `within` no file outside that folder is touched, whatever links a repository holds.
    """
    return tuple(_plan_file(Records(user), file, edits, within) for file, edits in _by_file(wanted).items())


def plan_out(user: Path, hosts: Iterable[str] | None, within: Path | None = None) -> tuple[Step, ...]:
    """What undoing would do for the hosts (None: for all), with `within` in the files below that folder alone."""
    chosen = None if hosts is None else frozenset(hosts)
    return tuple(_plan_out(record, chosen) for record in _chosen(Records(user), chosen, within))


def install(
    user: Path, wanted: Mapping[str, tuple[Edit, ...]], within: Path | None = None
) -> tuple[Step, ...]:
    """Puts in what the hosts want; the steps that were taken, those that were refused among them."""
    records = Records(user)
    with _lock(user):
        return tuple(
            _carry_out(records, partial(_plan_file, records, file, edits, within), within)
            for file, edits in _by_file(wanted).items()
        )


def uninstall(user: Path, hosts: Iterable[str] | None, within: Path | None = None) -> tuple[Step, ...]:
    """Takes out what was put in for the hosts (None: for all); the steps that were taken. `within` as for `plan_out`."""
    records = Records(user)
    chosen = None if hosts is None else frozenset(hosts)
    with _lock(user):
        before = _chosen(records, chosen, within)
        steps = tuple(_carry_out(records, partial(_plan_out, record, chosen), None) for record in before)
    # Folders last: one that was made for a file may hold another's until that is gone too.
    made = {folder for record, step in zip(before, steps) if step.after is None for folder in record.folders}
    for folder in sorted(made, key=lambda folder: len(folder.parts), reverse=True):
        with suppress(OSError):
            folder.rmdir()
    return steps


def _chosen(records: Records, hosts: frozenset[str] | None, within: Path | None) -> tuple[Record, ...]:
    return tuple(
        record
        for record in records.all()
        if (hosts is None or any(one.host in hosts for one in record.done))
        and (within is None or record.file.is_relative_to(within))
    )


def _by_file(wanted: Mapping[str, tuple[Edit, ...]]) -> dict[Path, Wanted]:
    files: dict[Path, dict[str, tuple[Edit, ...]]] = {}
    for host, edits in wanted.items():
        for edit in edits:
            of_file = files.setdefault(edit.file, {})
            of_file[host] = (*of_file.get(host, ()), edit)
    return dict(files)


def _plan_file(records: Records, file: Path, wanted: Wanted, within: Path | None) -> Step:
    try:
        _check_place(file, within)
        before = _bytes(file)
    except (RefusedError, OSError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        return Step(file, None, None, None, reason)
    return step_in(file, before, records.get(file), wanted)


def _plan_out(record: Record, hosts: frozenset[str] | None) -> Step:
    try:
        return step_out(record, _bytes(record.file), hosts)
    except OSError as fault:
        return Step(record.file, None, None, record, fault.strerror or type(fault).__name__)


def _check_place(file: Path, within: Path | None) -> None:
    if within is not None and not file.resolve().is_relative_to(within.resolve()):
        raise RefusedError(f"it is a link that leads out of `{within}`")
    if file.exists() and not file.is_file():
        raise RefusedError("it is not a file")


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _carry_out(records: Records, plan: Callable[[], Step], within: Path | None) -> Step:
    """Plans again until the file is still what the plan saw, then writes: the record first, so that a kill loses nothing."""
    for _ in range(_TRIES):
        step = plan()
        if step.refused is not None:
            return step
        if _bytes(step.file) != step.before:
            continue
        try:
            return _write(records, step, within)
        except OSError as fault:
            return replace(step, refused=fault.strerror or type(fault).__name__)
    return replace(step, refused="another program keeps writing it")


def _write(records: Records, step: Step, within: Path | None) -> Step:
    record = step.record
    if record is not None and (step.changes or record != records.get(step.file)):
        made = _missing_folders(step.file) if step.changes and step.before is None else ()
        record = replace(record, folders=(*made, *record.folders))
        records.keep(record)
    if step.changes:
        _put(step, 0o600 if within is None else 0o644)
    if step.record is None:
        records.drop(step.file)
    return replace(step, record=record)


def _missing_folders(file: Path) -> tuple[Path, ...]:
    return tuple(folder for folder in file.parents if not folder.exists())


def _put(step: Step, new_mode: int) -> None:
    """Writes or removes the file; a link stays a link, and a file keeps its permissions."""
    file = step.file.resolve() if step.file.is_symlink() else step.file
    if step.after is None:
        file.unlink(missing_ok=True)
        return
    mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else new_mode
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if new_mode == 0o600 else 0o755)
    write_atomically(file, step.after, mode=mode)


@contextmanager
def _lock(user: Path) -> Iterator[None]:
    """One installer at a time; systems without `flock` go without."""
    user.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(user / "install.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
