"""Answers: whole sentences that say nothing go, and an example given twice is given once."""

from collections import Counter
from collections.abc import Sequence

from router.compress.text.compressed import NOT_KEPT, Compressed, Keep, Report, stored, unchanged
from router.compress.text.fillers import Fillers, load_fillers, plain_words
from router.compress.text.folding import fold
from router.compress.text.markdown import Block, blocks
from router.compress.text.protected import groups_in, same
from router.compress.text.sentences import sentences

MOST_CHARS = 1_000_000
_MOST_DROPPED = 200
"""No answer has more filler; one that does is no answer, and looking on would take time for nothing."""
_LEAST_SENTENCE = 10
_LAST_SENTENCES = 20
"""So many sentences of the last paragraph are looked at for closings."""
_LONGEST_RECAP = 400


def compress_answer(text: str, *, target: float | None = None, keep: Keep | None = None) -> Compressed:
    """The answer without its filler; the answer itself when nothing goes or a check fails.

    `keep` stores the original and gives the handle by which it is had again; without it nothing is folded.
    `target` is a share of the size to save: it is reported as reached or not, and never forced.
    """
    if len(text) > MOST_CHARS:
        return unchanged(text, f"larger than {MOST_CHARS} characters", target=target)
    kept, dropped = _without_fillers(list(blocks(text)), load_fillers())
    lean = "".join(kept)
    counts = Counter(kind for kind, _ in dropped)
    if dropped and not (lean.strip() and same(text, lean, (sentence for _, sentence in dropped))):
        lean, counts = text, Counter()
    folded = fold(lean) if keep else None
    if not counts and not folded:
        return unchanged(text, "nothing to leave out", target=target)
    handle = None
    if keep and (handle := stored(text, keep)) is None:
        return unchanged(text, NOT_KEPT, target=target)
    if folded and handle:
        lean = folded.with_handle(handle)
        counts["example"] = folded.count
    if len(lean) >= len(text):
        return unchanged(text, "nothing to gain", target=target)
    return Compressed(lean, Report(len(text), len(lean), tuple(sorted(counts.items())), "", handle, target))


class _Draft:
    """Blocks of an answer as lists of sentences, from which some go."""

    def __init__(self, parts: Sequence[Block], fillers: Fillers) -> None:
        self.parts = parts
        self.fillers = fillers
        self.sentences = [list(sentences(part.text)) if part.kind == "prose" else [] for part in parts]
        self.dropped: list[tuple[str, str]] = []

    def drop(self, part: int, at: int, kind: str) -> None:
        self.dropped.append((kind, self.sentences[part].pop(at)))

    @property
    def full(self) -> bool:
        """Whether so much went that nothing more is looked for."""
        return len(self.dropped) >= _MOST_DROPPED

    def texts(self) -> list[str]:
        """What is left, block by block; a paragraph that went takes the blank lines beside it along."""
        left: list[Block] = []
        for part, remaining in zip(self.parts, self.sentences):
            if part.kind == "prose":
                part = Block("prose", _ended(part, remaining))
            doubled = part.kind == "blank" and (not left or left[-1].kind == "blank")
            if part.text and not (doubled and self.dropped):
                left.append(part)
        if left and left[-1].kind == "blank" and self.parts[-1].kind == "prose":
            left.pop()
        return [part.text for part in left]


def _ended(part: Block, remaining: Sequence[str]) -> str:
    """A paragraph's remaining sentences, with the end of line it had."""
    text = "".join(remaining)
    if not remaining or len(text) == len(part.text):
        return text
    return text.rstrip() + part.text[len(part.text.rstrip()) :]


def _without_fillers(parts: Sequence[Block], fillers: Fillers) -> tuple[list[str], list[tuple[str, str]]]:
    """The blocks' texts without filler, and what went: its kind and its sentence."""
    draft = _Draft(parts, fillers)
    _from_start(draft)
    _from_end(draft)
    _before_code(draft)
    _anywhere(draft)
    return draft.texts(), draft.dropped


def _from_start(draft: _Draft) -> None:
    """Drops openings, as long as the next sentence is one."""
    for part, block in enumerate(draft.parts):
        if block.kind == "blank":
            continue
        if block.kind != "prose":
            return
        while draft.sentences[part] and not draft.full:
            kind = draft.fillers.kind_of(draft.sentences[part][0], "start")
            if kind is None or (kind.before and not draft.fillers.is_of(_next(draft, part), kind.before)):
                return
            draft.drop(part, 0, kind.name)


def _next(draft: _Draft, part: int) -> str:
    """The sentence after the first one of a block, perhaps in the next paragraph."""
    if len(draft.sentences[part]) > 1:
        return draft.sentences[part][1]
    for later in range(part + 1, len(draft.parts)):
        if draft.parts[later].kind != "blank":
            return draft.sentences[later][0] if draft.sentences[later] else ""
    return ""


def _from_end(draft: _Draft) -> None:
    """Drops closings and recaps from the last paragraph, and from the one before when nothing of it is left."""
    for part in range(len(draft.parts) - 1, -1, -1):
        if draft.parts[part].kind == "blank":
            continue
        count = len(draft.sentences[part])
        for at in range(count - 1, max(-1, count - 1 - _LAST_SENTENCES), -1):
            sentence = draft.sentences[part][at]
            kind = draft.fillers.kind_of(sentence, "end")
            if kind or _is_recap(sentence, draft):
                draft.drop(part, at, kind.name if kind else "recap")
        if draft.parts[part].kind != "prose" or draft.sentences[part]:
            return


def _is_recap(sentence: str, draft: _Draft) -> bool:
    """Whether a sentence begins as a recap, repeats another one and holds nothing that is protected."""
    words = plain_words(sentence) if len(sentence) < _LONGEST_RECAP else ""
    lead = draft.fillers.recap.prefix(words)
    if lead is None or groups_in(sentence):
        return False
    repeated = words[len(lead) :]
    return any(plain_words(other) == repeated for part in draft.sentences for other in part)


def _before_code(draft: _Draft) -> None:
    """Drops the announcement of the only code block: with two, it would say which is which."""
    fences = [part for part, block in enumerate(draft.parts) if block.kind == "fence"]
    if len(fences) != 1:
        return
    for part in range(fences[0] - 1, -1, -1):
        if draft.parts[part].kind == "prose" and draft.sentences[part]:
            kind = draft.fillers.kind_of(draft.sentences[part][-1], "before code")
            if kind:
                draft.drop(part, len(draft.sentences[part]) - 1, kind.name)
        if draft.parts[part].kind != "blank":
            return


def _anywhere(draft: _Draft) -> None:
    """Drops sentences that say nothing wherever they stand."""
    for part, held in enumerate(draft.sentences):
        for at in range(len(held) - 1, -1, -1):
            long_enough = len(held[at]) >= _LEAST_SENTENCE and not draft.full
            kind = draft.fillers.kind_of(held[at], "anywhere") if long_enough else None
            if kind:
                draft.drop(part, at, kind.name)
