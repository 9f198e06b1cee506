"""The two guards: every fact of the raw text stands in the result, and nothing stands there that the raw text does not say."""

from collections.abc import Iterable, Sequence

from router.compress.facts import Fact
from router.compress.patterns import Late, Quick

MARKER = Quick(
    r"\s*\[(?:x\d+|\+\d+ alike|\d+ frames|these \d+ lines \d+ times, numbers differing|kept by guard)\]$"
)
"""The only words of ours that may stand in a result, beside the last line."""

_DECORATION = {ord(sign): None for sign in "=_~^|─━⎯│├└┬╷╵•*-"}
_NUMBERS = Late(r"(?<![\w.])\d+")
_SPOTS = Late(r"(\S+?):(\d+(?::\d+)?(?:,\d+(?::\d+)?)+)(?=\s|$)")
_PLACE = Late(r"([^\s:(\"'`\[]+)(?::|\(|\", line | line )(\d+)")
_BETWEEN = {ord(sign): " " for sign in ":,;()[]{}|<>=…"}
_QUOTED = Late(r"`[^`]*`|'[^']*'|\"[^\"]*\"|“[^”]*”|‘[^’]*’")
_LEADING_PLACE = Quick(r"^\s*(?:\[\w+\] )?(\S+?)(?::|\()(\d+)(?:[:,]\d+)?\)?(?: -|:)?")
_CLAIM = Quick(
    r"(?i)\b(ok|passed|pass|success(ful(ly)?)?|succeeded|clean|up.to.date|formatted correctly|no (issues|errors|problems|failures|matches|changes|tests)|0 (failed|errors|failures)|completed?)\b"
)
_ROOTS = ("ok", "pass", "succe", "clean", "up", "correctly", "no ", "0 ", "complete")
"""One of these stands in whatever `_CLAIM` matches."""
_NEGATION = Quick(
    r"(?i)\b(not|no|never|without|none|nothing|fail\w*|un\w+|0|zero|error\w*|almost|in(complete|valid|correct))\b|n't\b"
)

_TURNED = Quick(r"(?i)\b(fail|error|not|except)")


class Stands:
    """A result prepared for look-ups."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = [without_marker(line) for line in lines]
        self._squeezed = [squeezed(line) for line in self._lines]
        self._known = set(self._squeezed)
        self._flat = "".join(self._squeezed)
        self._under: dict[str, set[str]] | None = None
        self._whole: str | None = None
        self._masked: str | None = None

    def holds(self, fact: Fact) -> bool:
        """Whether the fact can be read in the result."""
        if fact.number:
            return self._place(fact.text, fact.number)
        text = squeezed(fact.text)
        return text in self._known or text in self._flat

    def _place(self, file: str, number: str) -> bool:
        return number in self._grouped().get(file, ())

    def says(self, line: str) -> bool:
        """Whether a raw line stands in the result but for its decoration and its place."""
        bare = undecorated(line)
        if not bare or bare in self._bare():
            return True
        place = _LEADING_PLACE().match(line)
        if place is None:
            return self._says_of_names(line)
        return self._place(place[1], place[2]) and self._says_of_names(line[place.end() :])

    def _bare(self) -> str:
        if self._whole is None:
            self._whole = undecorated("\n".join(self._lines))
        return self._whole

    def _says_of_names(self, text: str) -> bool:
        """Whether the text stands there, be it about other quoted names, and each of its own names too."""
        if undecorated(text) in self._bare():
            return True
        names = _QUOTED().findall(text)
        if self._masked is None:
            self._masked = undecorated("\n".join(_QUOTED().sub("`", line) for line in self._lines))
        return (
            bool(names)
            and undecorated(_QUOTED().sub("`", text)) in self._masked
            and all(undecorated(name) in self._bare() for name in names)
        )

    def _grouped(self) -> dict[str, set[str]]:
        """Line numbers by file: `file:1`, `file(1`, and as places are joined, below the file's name or after it with commas."""
        if self._under is None:
            self._under = {}
            header = ""
            for line in self._lines:
                for file, number in _PLACE().findall(line):
                    self._under.setdefault(file, set()).add(number)
                if line and not line[0].isspace():
                    header = line
                elif header:
                    self._under.setdefault(header, set()).update(_NUMBERS().findall(line))
                for file, spots in _SPOTS().findall(line):
                    numbers = (spot.partition(":")[0] for spot in spots.split(","))
                    self._under.setdefault(file, set()).update(numbers)
        return self._under


def without_marker(line: str) -> str:
    """The line without a count of ours at its end."""
    if not line.endswith("]"):
        return line
    found = MARKER().search(line)
    return line[: found.start()] if found else line


def squeezed(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


def undecorated(text: str) -> str:
    """The text without white space, rules, frames and underlining."""
    return squeezed(text.translate(_DECORATION))


def missing(facts: Sequence[Fact], stands: Stands) -> list[Fact]:
    """Facts the result does not hold."""
    return [fact for fact in facts if not fact.standing and not stands.holds(fact)]


def invented(result: Sequence[str], raw: Iterable[str]) -> list[str]:
    """Lines of the result that the raw text does not say; joined and shortened lines are looked at piece by piece."""
    literal = dict.fromkeys(raw)
    whole: set[str] | None = None
    said: _Said | None = None
    found = []
    for line in result:
        text = without_marker(line)
        if text in literal:
            continue
        whole = {squeezed(each) for each in literal} if whole is None else whole
        if squeezed(text) in whole:
            continue
        said = said or _Said(literal)
        if not said.line(text):
            found.append(line)
    return found


class _Said:
    """A raw text prepared to be asked whether it says something."""

    def __init__(self, raw: Iterable[str]) -> None:
        self._lines = [" ".join(line.split()) for line in raw]
        self._words = {word for line in self._lines for word in line.translate(_BETWEEN).split()}
        self._flat: str | None = None

    def line(self, text: str) -> bool:
        """Whether what claims success stands in the raw text as it is, and the words of all else stand there.

        Joined lines are looked at in the pieces they were joined from, by two spaces.
        """
        pieces = [piece.strip() for piece in text.replace("…", "  ").split("  ") if piece.strip()]
        if not _claims(text):
            return all(self._spoken(piece) for piece in pieces)
        return self._contains(" ".join(text.split())) or all(self._piece(piece) for piece in pieces)

    def _piece(self, piece: str) -> bool:
        return self._contains(piece) if _claims(piece) else self._spoken(piece)

    def _contains(self, text: str) -> bool:
        return text in self._whole() and _unturned(text, self._whole())

    def _spoken(self, piece: str) -> bool:
        return all(word in self._words or word in self._whole() for word in piece.translate(_BETWEEN).split())

    def _whole(self) -> str:
        if self._flat is None:
            self._flat = "\n".join(self._lines)
        return self._flat


def _claims(text: str) -> bool:
    """Whether a text says that something went well."""
    low = text.lower()
    return any(root in low for root in _ROOTS) and _CLAIM().search(text) is not None


def _unturned(line: str, flat: str) -> bool:
    """Whether a shortened line that claims success was not cut out of a line that denies it."""
    if not _claims(line):
        return True
    at = flat.find(line)
    while at >= 0:
        start = flat.rfind("\n", 0, at) + 1
        end = flat.find("\n", at + len(line))
        rest = flat[at + len(line) : end if end >= 0 else len(flat)]
        if not _NEGATION().search(flat[start:at]) and _TURNED().search(rest) is None:
            return True
        at = flat.find(line, at + 1)
    return False
