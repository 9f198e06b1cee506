"""Summaries of earlier sessions of a repository, which sessions leave behind; hooks read them too."""

import json
from pathlib import Path
from typing import Any

from router.base.files import write_atomically
from router.base.places import Places

MOST_CHARACTERS = 4_000
"""How much of earlier sessions and exchanges a prompt may carry, in characters."""

SUMMARIES = 20
"""How many summaries of one repository are kept; the latest `GIVEN` are given."""

GIVEN = 2
FOLDER = "sessions"


def repo_key(places: Places) -> str:
    """What tells one repository's context from another's: its folder on this machine."""
    return str(places.repo or places.cwd)


def keep_summary(user: Path, repo: str, session: str, summary: str, at: str) -> int:
    """Keeps a session's summary with its repository's others; how many there are."""
    path = _path(user, repo)
    rows = [row for row in _rows(path) if row.get("session") != session]
    rows = [*rows, {"session": session, "at": at, "summary": summary[:MOST_CHARACTERS]}][-SUMMARIES:]
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomically(path, json.dumps({"repo": repo, "sessions": rows}, indent=1).encode())
    return len(rows)


def summaries(user: Path, repo: str, session: str | None) -> tuple[str, ...]:
    """The latest summaries of other sessions in a repository, oldest first."""
    rows = [row for row in _rows(_path(user, repo), repo) if row.get("session") != session]
    return tuple(str(row["summary"])[: MOST_CHARACTERS // 4] for row in rows[-GIVEN:] if "summary" in row)


def remembered(user: Path, repo: str) -> tuple[int, str | None]:
    """How many sessions of a repository left a summary, and the latest one's."""
    rows = [row for row in _rows(_path(user, repo), repo) if "summary" in row]
    return len(rows), str(rows[-1]["summary"]) if rows else None


def _path(user: Path, repo: str) -> Path:
    from hashlib import blake2b

    return user / FOLDER / f"{blake2b(repo.encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()}.json"


def _rows(path: Path, repo: str | None = None) -> list[dict[str, Any]]:
    try:
        plain = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    rows = plain.get("sessions") if isinstance(plain, dict) and repo in (None, plain.get("repo")) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
