"""Shipped filters and recorded outputs for the tests of compression."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import yaml

from router.base.places import Places
from router.compress.command import Compressed, compress
from router.compress.filters import Filters, load

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases" / "compress"


def places(folder: Path, repo: Path | None = None) -> Places:
    return Places(user=folder / "user", cache=folder / "cache", repo=repo, cwd=folder)


@cache
def shipped_filters() -> Filters:
    return load(places(Path(mkdtemp(prefix="filters-"))))


@cache
def cases() -> list[tuple[str, dict[str, Any]]]:
    """Family and case, for every recorded output."""
    return [
        (path.stem, case)
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def squeeze(command: str, text: str, exit_code: int | None = 0) -> Compressed:
    return compress(command, text, exit_code, filters=shipped_filters(), raw=None)


def words(text: str) -> str:
    return " ".join(text.split())
