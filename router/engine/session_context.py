"""What was said earlier in a session, and summaries of earlier sessions: of one repository only, and never much."""

import threading
from collections import OrderedDict, deque
from typing import NamedTuple

from router.engine.session_summaries import MOST_CHARACTERS, keep_summary, repo_key, summaries

__all__ = ["Said", "SessionContext", "context_text", "keep_summary", "repo_key", "summaries"]

TURNS = 6
"""How many exchanges of a session are remembered."""

SESSIONS = 200
TURN_CHARACTERS = 600


class Said(NamedTuple):
    """One exchange, cut to `TURN_CHARACTERS` a side."""

    prompt: str
    answer: str


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
