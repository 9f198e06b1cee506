"""Which literals of a many-valued fact are true, found in one pass over its value."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from router.table import scripts
from router.table.scripts import unspaced

HEAD_CHARS = 65_536
TAIL_CHARS = 65_536
"""How much of a long prompt is looked at; what lies between is unknown, so restrictions on it fire."""

_SPLIT = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
_CHUNK = 1_000

Scan = Callable[[Any], tuple[list[int], bool]]
"""From a fact's value to the numbers of its true literals, and whether all of the value was looked at."""


def make_scan(fact: str, record: dict[str, Any]) -> Scan:
    """The scan of one fact, from what `router.policy.compile.scans` recorded."""
    if fact == "prompt":
        return PromptScan(record)
    return PathScan(record) if fact == "path" else NameScan(record)


class Patterns:
    """RE2 patterns matched in one pass; built when first asked, since building costs more than most matches."""

    def __init__(self, patterns: Sequence[tuple[str, list[int]]]) -> None:
        self._patterns = patterns
        self._sets: list[tuple[Any, Sequence[tuple[str, list[int]]]]] | None = None

    def matched(self, text: str) -> list[int]:
        """The literals of all patterns that match somewhere in `text`."""
        if self._sets is None:
            chunks = [self._patterns[at : at + _CHUNK] for at in range(0, len(self._patterns), _CHUNK)]
            self._sets = [(_re2_set([pattern for pattern, _ in chunk]), chunk) for chunk in chunks]
        found: list[int] = []
        for matcher, chunk in self._sets:
            hits = matcher.Match(text) if matcher is not None else None
            if hits is None:
                found += _one_by_one(text, chunk)
            elif len(hits) > 1:
                for hit in hits:
                    if hit < len(chunk):
                        found += chunk[hit][1]
        return found


class OncePatterns:
    """As `Patterns`, for one text: only patterns that may match it are built at all."""

    def __init__(self, patterns: Sequence[tuple[str, list[int]]], needles: Sequence[list[str] | None] | None = None) -> None:
        self._patterns = patterns
        self._needles = needles or [None] * len(patterns)

    def matched(self, text: str) -> list[int]:
        """The literals of all patterns that match somewhere in `text`."""
        folded = text.casefold()
        possible = [
            row for row, needed in zip(self._patterns, self._needles)
            if needed is None or any(needle in folded for needle in needed)
        ]  # fmt: skip
        return Patterns(possible).matched(text) if possible else []


def _re2_set(patterns: Iterable[str]) -> Any:
    """A set whose last pattern matches everything, so that no answer at all means that RE2 gave up."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = 256 << 20
    matcher = re2.Set.SearchSet(options)
    try:
        for pattern in patterns:
            matcher.Add(pattern)
        matcher.Add("")
        matcher.Compile()
    except re2.error:
        return None
    return matcher


def _one_by_one(text: str, chunk: Sequence[tuple[str, list[int]]]) -> list[int]:
    import re2

    return [number for pattern, numbers in chunk if re2.search(pattern, text) for number in numbers]


class NameScan:
    """Names: `exact` by dictionary, globs by one RE2 set; several names for a fact such as `group`."""

    def __init__(self, record: dict[str, Any]) -> None:
        self._exact: dict[str, list[int]] = record["exact"]
        self._patterns = Patterns(record["patterns"]) if record["patterns"] else None

    def __call__(self, value: Any) -> tuple[list[int], bool]:
        found: list[int] = []
        for name in (value,) if isinstance(value, str) else value:
            found += self._exact.get(name, ())
            if self._patterns:
                found += self._patterns.matched(clean(name))
        return list(set(found)), True


class PathScan:
    """Paths: folders and files by dictionary, globs by one RE2 set."""

    def __init__(self, record: dict[str, Any]) -> None:
        self._under: dict[str, Any] = record["under"]
        self._everywhere: list[int] = self._under.get("/", [])
        self._exact: dict[str, list[int]] = record["exact"]
        self._patterns = Patterns(record["patterns"]) if record["patterns"] else None

    def __call__(self, value: tuple[str, ...]) -> tuple[list[int], bool]:
        found: list[int] = []
        under = self._under
        for path in value:
            if under:
                found += self._everywhere
                folder = under
                for part in path.split("/"):
                    folder = folder.get(part)  # type: ignore[assignment]
                    if folder is None:
                        break
                    if "/" in folder:
                        found += folder["/"]
            if self._exact:
                found += self._exact.get(path, ())
            if self._patterns:
                found += self._patterns.matched(clean(path))
        return (list(set(found)) if len(found) > 1 else found), True


class PromptScan:
    """A prompt: all phrases by one pass over its words, all regular expressions by one RE2 set."""

    def __init__(self, record: dict[str, Any], patterns: Callable[..., Any] | None = None) -> None:
        """`patterns` makes what matches patterns, from them and their needles; by default `Patterns`."""
        self._tokens: dict[str, list[int]] = record["token"]
        self._phrases: dict[str, dict[str, list[int]]] = record["phrase"]
        self._inside: dict[str, dict[str, list[int]]] = record["inside"]
        self._patterns: Any = None
        if record["patterns"]:
            self._patterns = patterns(record["patterns"], record.get("needles")) if patterns else Patterns(record["patterns"])
        self._token_keys = self._tokens.keys()
        self._phrase_keys = self._phrases.keys()
        self._inside_keys = self._inside.keys()
        self._has_words = bool(self._tokens or self._phrases or self._inside)

    def __call__(self, value: str) -> tuple[list[int], bool]:
        whole = len(value) <= HEAD_CHARS + TAIL_CHARS
        if not whole:
            value = f"{value[:HEAD_CHARS]}\n{value[-TAIL_CHARS:]}"
        found: list[int] = []
        if self._has_words:
            self._scan_words(value.casefold(), found)
        if self._patterns:
            found += self._patterns.matched(clean(value))
        return (list(set(found)) if len(found) > 1 else found), whole

    def _scan_words(self, folded: str, found: list[int]) -> None:
        words = (
            set(folded.translate(_SPLIT).split()) if folded.isascii() else set(scripts.TOKEN.findall(folded))
        )
        tokens = self._tokens
        for word in words & self._token_keys:
            found += tokens[word]
        firsts = words & self._phrase_keys
        starts = set(folded) & self._inside_keys if self._inside else ()
        if not firsts and not starts:
            return
        text = " ".join(folded.split())
        for table, keys in ((self._phrases, firsts), (self._inside, starts)):
            for key in keys:
                for phrase, numbers in table[key].items():
                    if holds_phrase(text, phrase):
                        found += numbers


def clean(text: str) -> str:
    """The text without lone surrogates, which RE2 cannot take."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def holds_phrase(text: str, phrase: str) -> bool:
    """Whether a normalised text holds a phrase at word boundaries.

    An end of the phrase that is no word character, or of a script without blanks between words, needs none.
    """
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if (at == 0 or _apart(text[at - 1], phrase[0])) and (
            end == len(text) or _apart(text[end], phrase[-1])
        ):
            return True
        at = text.find(phrase, at + 1)
    return False


def _apart(outer: str, inner: str) -> bool:
    return not (_is_word(outer) and _is_word(inner)) or unspaced(inner) or unspaced(outer)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
