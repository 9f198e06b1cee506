"""One RE2 pattern with its groups, straight on the compiled library: its own wrapper costs a hook more than it may take."""

from collections.abc import Callable, Iterator
from typing import Any

_ABSENT = (-1, -1)


class Found:
    """A match. Places are counted in characters; `[n]` and `group(n)` are a group's text, None when it took no part."""

    __slots__ = ("_data", "_plain", "_spans")

    def __init__(self, data: bytes, spans: Any, plain: bool) -> None:
        self._data = data
        self._spans = spans
        self._plain = plain

    def __getitem__(self, number: int) -> Any:
        start, end = self._spans[number]
        return None if start < 0 else _text(self._data[start:end])

    group = __getitem__

    def groups(self) -> tuple[Any, ...]:
        """Every group's text."""
        return tuple(self[number] for number in range(1, len(self._spans)))

    def start(self) -> int:
        """Where the match begins."""
        return self._at(self._spans[0][0])

    def end(self) -> int:
        """Where the text after the match begins."""
        return self._at(self._spans[0][1])

    def _at(self, place: int) -> int:
        return place if self._plain else len(_text(self._data[:place]))


class Single:
    """A compiled pattern, asked as one of `re` is, for texts that may hold anything a Python string can."""

    __slots__ = ("_anchors", "_pattern", "groups")

    def __init__(self, source: str, options: Any, library: Any) -> None:
        self._pattern = library.RE2(source.encode("utf-8"), options)
        if not self._pattern.ok():
            raise ValueError(self._pattern.error())
        self._anchors = library.RE2.Anchor
        self.groups: int = self._pattern.NumberOfCapturingGroups()

    def search(self, text: str) -> Found | None:
        """The first match anywhere in the text."""
        return self._first(self._anchors.UNANCHORED, text)

    def match(self, text: str) -> Found | None:
        """The match at the text's beginning."""
        return self._first(self._anchors.ANCHOR_START, text)

    def fullmatch(self, text: str) -> Found | None:
        """The match of the whole text."""
        return self._first(self._anchors.ANCHOR_BOTH, text)

    def finditer(self, text: str) -> Iterator[Found]:
        """The matches, none of which overlap."""
        data = _bytes(text)
        plain, at, anchor = len(data) == len(text), 0, self._anchors.UNANCHORED
        while at <= len(data):
            spans = self._pattern.Match(anchor, data, at, len(data))
            if spans[0] == _ABSENT:
                return
            yield Found(data, spans, plain)
            at = spans[0][1] if spans[0][1] > spans[0][0] else _past_character(data, spans[0][1])

    def findall(self, text: str) -> list[Any]:
        """What each match found: the match without groups, one group's text, or a tuple of texts."""
        if self.groups == 0:
            return [found[0] for found in self.finditer(text)]
        rows = [tuple(part or "" for part in found.groups()) for found in self.finditer(text)]
        return [row[0] for row in rows] if self.groups == 1 else list(rows)

    def sub(self, to: str | Callable[[Found], str], text: str) -> str:
        """The text with every match replaced; a `to` that is a text stands as it is."""
        out, end = [], 0
        for found in self.finditer(text):
            out += [text[end : found.start()], to if isinstance(to, str) else to(found)]
            end = found.end()
        return "".join([*out, text[end:]])

    def _first(self, anchor: Any, text: str) -> Found | None:
        data = _bytes(text)
        spans = self._pattern.Match(anchor, data, 0, len(data))
        return None if spans[0] == _ABSENT else Found(data, spans, len(data) == len(text))


def _past_character(data: bytes, at: int) -> int:
    """Where the character after the one at `at` begins."""
    at += 1
    while at < len(data) and data[at] & 0xC0 == 0x80:
        at += 1
    return at


def _bytes(text: str) -> bytes:
    # Half a surrogate pair is no character, and RE2 matches nothing there, but it must not stop the rest.
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
