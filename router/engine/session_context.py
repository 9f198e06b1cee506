"""What was said earlier in a session, and summaries of earlier sessions: of one repository only, and never much."""

import json
import threading
from collections import OrderedDict, deque
from pathlib import Path
from typing import Any, NamedTuple

from router.base.files import write_atomically
from router.base.places import Places

TURNS = 6
"""How many exchanges of a session are remembered."""

SESSIONS = 200
TURN_CHARACTERS = 600
MOST_CHARACTERS = 4_000
"""How much of it a prompt may carry, in characters."""

SUMMARIES = 20
"""How many summaries of one repository are kept; the latest `GIVEN` are given."""

GIVEN = 2
FOLDER = "sessions"


class Said(NamedTuple):
    """One exchange, cut to `TURN_CHARACTERS` a side."""

    prompt: str
    answer: str


def repo_key(places: Places) -> str:
    """What tells one repository's context from another's: its folder on this machine."""
    return str(places.repo or places.cwd)


class SessionContext:
    """The exchanges of the sessions of one process, by session and repository; the least lately used go first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], deque[Said]] = OrderedDict()

    def remember(self, session: str, repo: str, prompt: str, answer: str) -> None:
        """Keeps an exchange."""
        with self._lock:
            turns = self._kept.setdefault((session, repo), deque(maxlen=TURNS))
            self._kept.move_to_end((session, repo))
            turns.append(Said(prompt[:TURN_CHARACTERS], answer[:TURN_CHARACTERS]))
            while len(self._kept) > SESSIONS:
                self._kept.popitem(last=False)

    def said(self, session: str, repo: str) -> tuple[Said, ...]:
        """The exchanges of a session in a repository, oldest first."""
        with self._lock:
            return tuple(self._kept.get((session, repo), ()))


def context_text(said: tuple[Said, ...], summaries: tuple[str, ...]) -> str:
    """What a follow-up is told, the latest first kept when there is too much; "" when there is nothing."""
    parts = [f"User: {turn.prompt}\nAnswer: {turn.answer}" for turn in said]
    parts = [f"Earlier session: {summary}" for summary in summaries] + parts
    kept: list[str] = []
    left = MOST_CHARACTERS
    for part in reversed(parts):
        if len(part) > left:
            break
        kept.append(part)
        left -= len(part)
    return "\n\n".join(reversed(kept))


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
