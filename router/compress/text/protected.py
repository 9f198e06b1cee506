"""What of an answer must be the same before and after: code, numbers, paths, quotations, negations, conditions."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Literal

from router.compress.text.linear import Pattern, compiled
from router.compress.text.markdown import blocks

Group = Literal["fact", "negation", "condition", "modal"]

_PATTERNS: tuple[tuple[Group, str], ...] = (
    ("fact", r"`+[^`]*`+"),
    ("fact", r"https?://\S+"),
    ("fact", r"\S*[/\\]\S*"),
    ("fact", r"[\w-]*\.\w[\w.-]*"),
    ("fact", r"[#$€£~]?\d[\w%°.,:-]*"),
    ("fact", r"\"[^\"]*\"|“[^”]*”|«[^»]*»"),
    ("fact", r"\w*_\w+|(?:^|\s)--?[a-zA-Z][\w-]*|\b[A-Z][A-Z0-9]+\b|\b[a-z]+[A-Z]\w*"),
    (
        "negation",
        r"(?i)\b(?:not|no|never|none|nor|neither|nothing|nobody|nowhere|without|cannot|except|unless|only|hardly"
        r"|barely|scarcely|avoid|(?:do|does|did|is|are|wo|ca|could|should|would|must|was|were|has|have)nt)\b"
        r"|\w+n['’]t\b",
    ),
    (
        "condition",
        r"(?i)\b(?:if|when|whenever|unless|until|otherwise|provided|providing|assuming|depending|whether|else"
        r"|in case|as long as)\b",
    ),
    ("modal", r"(?i)\b(?:must|should|shall|may|might|can|could|would|need|needs|ought|have to|has to)\b"),
)


@cache
def _compiled() -> tuple[tuple[Group, Pattern], ...]:
    return tuple((group, compiled(pattern)) for group, pattern in _PATTERNS)


def groups_in(sentence: str) -> frozenset[Group]:
    """Which kinds of protected words a sentence holds."""
    return frozenset(group for group, pattern in _compiled() if pattern.search(sentence))


def protected(text: str) -> Counter[tuple[str, str]]:
    """Each number, path, name, quotation, negation, condition and modal verb of some prose, and how often."""
    found: Counter[tuple[str, str]] = Counter()
    for group, pattern in _compiled():
        found.update((group, match) for match in pattern.findall(text))
    return found


def same(before: str, after: str, dropped: Iterable[str]) -> bool:
    """Whether nothing protected was lost or gained, but for conditions and modal verbs of dropped sentences.

    Both texts are cut into blocks anew. Code, tables and the like must be the same blocks; of prose, the
    blocks that stand in both count as they are and the rest is compared by what is protected in it.
    """
    old, new = _blocks(before), _blocks(after)
    if any(kind != "prose" for kind, _ in (old - new) + (new - old)):
        return False
    lost, won, polite = (_all(texts) for texts in (_texts(old - new), _texts(new - old), dropped))
    return lost == won + Counter({key: n for key, n in polite.items() if key[0] in ("condition", "modal")})


def _all(texts: Iterable[str]) -> Counter[tuple[str, str]]:
    """What is protected in several texts together."""
    found: Counter[tuple[str, str]] = Counter()
    for text in texts:
        found.update(protected(text))
    return found


def _blocks(text: str) -> Counter[tuple[str, str]]:
    return Counter((block.kind, block.text.strip()) for block in blocks(text) if block.kind != "blank")


def _texts(counted: Counter[tuple[str, str]]) -> list[str]:
    return [text for _, text in counted.elements()]
