"""Test results as JUnit XML, as continuous integration reads it."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from router.analyse.testing import TestResult

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(results: Sequence[TestResult]) -> str:
    """A well-formed document whatever the names hold; `todo` tests are skipped ones."""
    failed = sum(result.outcome in ("failed", "todo passes") for result in results)
    skipped = sum(result.outcome == "todo" for result in results)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuite name="llm-router" tests="{len(results)}" failures="{failed}" skipped="{skipped}">',
    ]
    for result in results:
        name, file = quoteattr(_clean(result.name)), quoteattr(_clean(result.file))
        lines.append(f'  <testcase name={name} classname={file} file={file} line="{result.line}">')
        if result.outcome == "todo":
            lines.append('    <skipped message="a known gap"/>')
        if result.outcome == "todo passes":
            lines.append(
                '    <failure message="it passes, so it is no known gap any more">delete `todo`</failure>'
            )
        for unmet in result.unmet if result.outcome == "failed" else ():
            message = quoteattr(_clean(f"expected {unmet.expected}, came {unmet.came}"))
            lines.append(f"    <failure message={message}>{escape(_clean(unmet.reason or ''))}</failure>")
        lines.append("  </testcase>")
    return "\n".join([*lines, "</testsuite>", ""])


def _clean(text: str) -> str:
    return _NOT_XML.sub("?", text)
