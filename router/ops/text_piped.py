"""Texts that come on standard input and leave shorter on standard output."""

from collections.abc import Callable
from typing import TextIO

from router.base.places import find_places
from router.compress.raw_store import RawStore, raw_folder
from router.compress.text.compressed import Compressed, Keep, unchanged
from router.ops.operation import Parameter, Result, Surroundings

REPORT = Parameter("report", "say what was done below the result", kind="flag")
NO_RAW = Parameter("no_raw", "do not store the original", kind="flag")


def piped(
    around: Surroundings,
    compress: Callable[[str, Keep | None], Compressed],
    *,
    label: str,
    store: bool,
    report: bool,
) -> Result:
    """Standard input through `compress`; bytes that are no UTF-8 text leave as they came.

    `label` is what `raw list` shows for the original, which is stored when something went and `store` says so.
    """
    data = around.read_input()
    try:
        done = compress(data.decode("utf-8"), _keep(around, label) if store else None)
        if not done.report.reason:
            data = done.text.encode("utf-8")
    except UnicodeDecodeError as bad:
        shown = data.decode("utf-8", "surrogateescape")
        done = unchanged(shown, f"not UTF-8 text (byte {bad.start})")
    plain = {"text": done.text, "report": done.report.plain()}
    return Result(plain, lambda colour: _written(around.out, data, done, report))


def _keep(around: Surroundings, label: str) -> Keep:
    folder = raw_folder(find_places(around.environ, around.cwd))
    return lambda text: RawStore(folder, clock=around.clock).put(label, text, None)


def _written(out: TextIO, data: bytes, done: Compressed, report: bool) -> str:
    """Writes the result to the byte, so that a pipe gets what came in where nothing was to be done; then the report."""
    out.flush()
    binary = getattr(out, "buffer", None)
    if binary is None:
        out.write(data.decode("utf-8", "replace"))
    else:
        binary.write(data)
        binary.flush()
    if not report:
        return ""
    line = f"-- {done.report.line()}"
    return line if not data or data.endswith(b"\n") else f"\n{line}"
