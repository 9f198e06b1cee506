"""Pages: an accessibility snapshot with every element a person acts on, once, and without the rest."""

from collections.abc import Iterator, Sequence

from router.compress.text.compressed import NOT_KEPT, Compressed, Keep, Report, stored, unchanged
from router.compress.text.outline import outline
from router.compress.text.snapshot import Node, own_pointers, parse_line

MOST_CHARS = 8_000_000
_LEAST_CHARS = 600
_LEAST_SAVED = 0.1
_HEAD = '[outline of the page: role "name" reference [state]; wrappers, tooltips, link addresses and repeated text left out{}]'
_FENCES = ("```yaml", "```yml")


def compress_page(text: str, *, keep: Keep | None = None) -> Compressed:
    """The text with each Playwright snapshot in it as an outline; the text itself where that would not pay.

    Every element a person acts on keeps its role, name, reference, state and value; other texts stay once.
    What is no snapshot line stays as it is. `keep` stores the original, whose handle is then told in the text.
    """
    if len(text) > MOST_CHARS:
        return unchanged(text, f"larger than {MOST_CHARS} characters")
    if len(text) < _LEAST_CHARS:
        return unchanged(text, "small already")
    if "[ref=" not in text:
        return unchanged(text, "no page snapshot")
    lines, nodes, head_at = _outlined(text)
    made = "\n".join(lines)
    if head_at < 0:
        return unchanged(text, "no page snapshot")
    if not all_kept(nodes, made):
        return unchanged(text, "the outline would have lost an element")
    if len(made) > len(text) * (1 - _LEAST_SAVED):
        return unchanged(text, "little to gain")
    handle = None
    if keep and (handle := stored(text, keep)) is None:
        return unchanged(text, NOT_KEPT)
    lines[head_at] = _HEAD.format(f"; in full: llm-router raw {handle}" if handle else "")
    made = "\n".join(lines)
    counts = (
        ("lines", text.count("\n") - made.count("\n")),
        ("elements kept", sum(n.acts for n in nodes)),
    )
    return Compressed(made, Report(len(text), len(made), counts, "", handle))


def _outlined(text: str) -> tuple[list[str], list[Node], int]:
    """The text's lines with each run of snapshot lines made an outline, its nodes, and the place of the head."""
    lines: list[str] = []
    seen: list[Node] = []
    head_at = -1
    for run in _runs(text):
        nodes = own_pointers([node for _, node in run if node is not None])
        if not any(node.ref for node in nodes):
            lines += [line for line, _ in run]
            continue
        _open(lines)
        if head_at < 0:
            head_at = len(lines)
            lines.append(_HEAD)
        lines += outline(nodes)
        seen += nodes
        last = max(at for at, (_, node) in enumerate(run) if node is not None)
        lines += [line for line, _ in run[last + 1 :]]
    return lines, seen, head_at


def _runs(text: str) -> Iterator[list[tuple[str, Node | None]]]:
    """Successive lines with their nodes: each run is of snapshot lines, and blank ones among them, or of one other line."""
    run: list[tuple[str, Node | None]] = []
    for line in text.split("\n"):
        node = parse_line(line.rstrip("\r"))
        if node is None and (line.strip() or not run):
            if run:
                yield run
            yield [(line, None)]
            run = []
        else:
            run.append((line, node))
    if run:
        yield run


def _open(lines: list[str]) -> None:
    """Takes the word `yaml` off the fence before an outline, which is none."""
    if lines and lines[-1].strip() in _FENCES:
        lines[-1] = lines[-1].replace("yaml", "").replace("yml", "")


def all_kept(nodes: Sequence[Node], made: str) -> bool:
    """Whether every element a person acts on stands in the outline with role, name, reference and states, in order."""
    at = 0
    for node in nodes:
        if node.acts:
            said = " ".join(
                part for part in (node.role, node.name and f'"{node.name}"', node.ref, node.states) if part
            )
            at = made.find(said, at)
            while at >= 0 and made[at + len(said) : at + len(said) + 1].isalnum():
                at = made.find(said, at + 1)
            if at < 0:
                return False
            at += len(said)
    return True
