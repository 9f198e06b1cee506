"""A text that a regular expression of RE2 matches, for examples; whoever uses it checks that it does."""

_CLASSES = {"d": "7", "w": "w", "s": " ", "D": "x", "W": "-", "S": "x", "pL": "x"}
_EMPTY = frozenset("bBAzZ")
_TIMES = {"*": 0, "+": 1, "?": 0}
MOST_CHARS = 1_000
MOST_DEEP = 50


def sample(pattern: str) -> str:
    """The text of the first alternatives, each repetition as short as it may be; the best guess for what is odd."""
    return _Reader(pattern).alternatives()


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._depth = 0

    def alternatives(self) -> str:
        """Up to the closing parenthesis or the end; only the first alternative counts."""
        first = self._sequence()
        while self._peek() == "|":
            self._at += 1
            self._sequence()
        return first

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1 : self._at]

    def _after(self, sign: str) -> int:
        """The place behind the next such sign, the end when there is none."""
        found = self._pattern.find(sign, self._at)
        return found + len(sign) if found >= 0 else len(self._pattern)

    def _sequence(self) -> str:
        parts: list[str] = []
        while self._peek() not in ("", "|", ")"):
            parts.append((self._atom() * self._times())[:MOST_CHARS])
        return "".join(parts)[:MOST_CHARS]

    def _atom(self) -> str:
        char = self._next()
        if char == "(":
            return self._group()
        if char == "[":
            return self._set()
        if char == "\\":
            return self._escape()
        return {".": "x", "^": "", "$": ""}.get(char, char)

    def _group(self) -> str:
        if self._peek() == "?":
            while self._peek() not in ("", ":", ")", ">"):
                self._at += 1
            if self._next() == ")":
                return ""
        if self._depth >= MOST_DEEP:
            self._at = len(self._pattern)
            return ""
        self._depth += 1
        text = self.alternatives()
        self._depth -= 1
        self._at += 1
        return text

    def _escape(self) -> str:
        char = self._next()
        if char in "pP" and char:
            self._at = self._after("}") if self._peek() == "{" else self._at + 1
            return "x"
        if char in _EMPTY:
            return ""
        return {"n": "\n", "t": "\t", "r": "\r", **_CLASSES}.get(char, char)

    def _set(self) -> str:
        """A member of a class, or, of one that is negated, a character that it does not name."""
        negated = self._peek() == "^"
        self._at += negated
        members: list[str] = []
        while self._peek() not in ("", "]") or not members:
            char = self._next()
            if not char:
                break
            if char == "[" and self._peek() == ":":
                self._at = self._after(":]")
                char = "x"
            members.append(self._escape() if char == "\\" else char)
        self._at += 1
        if not negated:
            return members[0] if members else ""
        return next((c for c in "x 7-_Zé" if c not in members), "")

    def _times(self) -> int:
        """How often the atom before stands at least; a lazy sign after it is skipped."""
        times, char = 1, self._peek()
        if char in _TIMES and char:
            self._at += 1
            times = _TIMES[char]
        elif char == "{":
            end = self._pattern.find("}", self._at)
            least = self._pattern[self._at + 1 : end].partition(",")[0] if end > 0 else ""
            if least.isdigit():
                self._at, times = end + 1, min(int(least), 100)
        else:
            return 1
        self._at += self._peek() == "?"
        return times
