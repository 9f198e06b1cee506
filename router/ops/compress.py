"""`compress`: command output in fewer words, without losing a fact."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from router.base.files import read_policy_text, write_atomically
from router.base.places import Places, find_places
from router.base.render import render_text
from router.compress.command import Compressed, compress
from router.compress.filters import Filters, load, repository_files, trust_file
from router.compress.raw_store import RawStore, raw_folder
from router.compress.tokens import count
from router.ops.operation import Operation, Parameter, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The output on standard input, shortened; with `--report` what was done follows it."""
    places = find_places(around.environ, around.cwd)
    if values["trust"]:
        return _trust(places)
    filters = load(places)
    text = around.read_input().decode("utf-8", "surrogateescape")
    store = None if values["no_raw"] else RawStore(raw_folder(places), clock=around.clock)
    done = compress(values["command"] or "", text, values["exit_code"], filters=filters, raw=store)
    report = _counted(done, text) if values["report"] else done.report._asdict()
    plain = {"text": _printable(done.text), "report": report}
    return Result(plain, lambda colour: _text(done, filters, report if values["report"] else None, colour))


def _counted(done: Compressed, text: str) -> dict[str, Any]:
    """The report with tokens as a model counts them."""
    before, counter = count(_printable(text))
    after, _ = count(_printable(done.text))
    return {**done.report._asdict(), "tokens_before": before, "tokens_after": after, "counted_by": counter}


def _text(done: Compressed, filters: Filters, report: Mapping[str, Any] | None, colour: bool) -> str:
    parts = [_printable(done.text).removesuffix("\n")]
    if report is not None:
        parts.append(_told(report))
        if filters.problems:
            parts.append(render_text(filters.problems, {}, colour=colour))
    return "\n".join(parts)


def _printable(text: str) -> str:
    """Bytes that were no UTF-8 are shown as replacement characters."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _told(report: Mapping[str, Any]) -> str:
    used = ", ".join(report["filters"]) or "none"
    if report["untouched"] is not None:
        return f"-- left as it was: {report['untouched']}; filters: {used}; {report['tokens_after']} tokens"
    share = 1 - report["tokens_after"] / max(1, report["tokens_before"])
    return (
        f"-- filters: {used}; {report['tokens_before']} -> {report['tokens_after']} tokens ({share:.0%} less, "
        f"{report['counted_by']}); {report['facts']} facts checked, {report['appended']} lines put back"
    )


def _trust(places: Places) -> Result:
    """Trust the repository's filter files as they now are."""
    from router.compress.filter_files import MAX_BYTES, digest, trusted_digests

    trusted = set(trusted_digests(trust_file(places)))
    names = []
    for name in repository_files(places):
        path = Path(name)
        text, problem = read_policy_text(path, max_bytes=MAX_BYTES)
        if text is not None and problem is None:
            trusted.add(digest(text))
            names.append(name)
    if names:
        write_atomically(trust_file(places), json.dumps(sorted(trusted)).encode("ascii"))
    text = "\n".join(f"trusted as it stands: {name}" for name in names) or "no filters in this repository"
    return Result({"trusted": names}, lambda colour: text)


OPERATION = Operation(
    name="compress",
    summary="shorten a command's output without losing a fact",
    description=(
        "Reads the raw output of a command on standard input and prints it in fewer words: failures, places, totals and\n"
        "everything unusual stay. What was left out can be read again with `llm-router raw ID`."
    ),
    parameters=(
        Parameter("command", "the command line whose output it is", metavar="CMD"),
        Parameter("exit_code", "how the command ended", kind="whole", metavar="N"),
        Parameter("report", "say what was done below the result", kind="flag"),
        Parameter("no_raw", "do not store the raw output", kind="flag"),
        Parameter("trust", "trust this repository's filters (.llm-router/filters) as they now are", kind="flag"),
    ),
    run=run,
    example="llm-router compress --command pytest --exit-code 1 --report",
)
