"""Pages: an accessibility snapshot with every element a person acts on, once, and without the rest."""

from collections.abc import Iterator

from router.compress.text.compressed import Compressed, Report, unchanged
from router.compress.text.outline import outline
from router.compress.text.snapshot import Node, parse_line

MOST_CHARS = 8_000_000
_LEAST_CHARS = 600
_LEAST_SAVED = 0.1
_HEAD = '[outline of the page: role "name" reference [state]; wrappers, tooltips, link addresses and repeated text left out]'


def compress_page(text: str) -> Compressed:
    """The text with each Playwright snapshot in it as an outline; the text itself where that would not pay.

    Every element a person acts on keeps its role, name, reference, state and value; other texts stay once.
    What is no snapshot line stays as it is.
    """
    if len(text) > MOST_CHARS:
        return unchanged(text, f"larger than {MOST_CHARS} characters")
    if len(text) < _LEAST_CHARS:
        return unchanged(text, "small already")
    if "[ref=" not in text:
        return unchanged(text, "no page snapshot")
    nodes: list[Node] = []
    made = "\n".join(_lines(text, nodes))
    if not all_kept(nodes, made):
        return unchanged(text, "the outline would have lost an element")
    if len(made) > len(text) * (1 - _LEAST_SAVED):
        return unchanged(text, "little to gain")
    acting = sum(node.interactive for node in nodes)
    lines = text.count("\n") - made.count("\n")
    return Compressed(made, Report(len(text), len(made), (("lines", lines), ("elements kept", acting))))


def _lines(text: str, seen: list[Node]) -> Iterator[str]:
    """The text's lines with each run of snapshot lines made an outline; its nodes are added to `seen`."""
    run: list[tuple[str, Node]] = []
    for line in text.split("\n"):
        node = parse_line(line.rstrip("\r"))
        if node is not None:
            run.append((line, node))
            continue
        yield from _flush(run, seen)
        run = []
        yield "```" if line.strip() in ("```yaml", "```yml") else line
    yield from _flush(run, seen)


def _flush(run: list[tuple[str, Node]], seen: list[Node]) -> Iterator[str]:
    """A run of lines as an outline; as it was when it holds no reference, so is no snapshot."""
    if not any(node.ref for _, node in run):
        yield from (line for line, _ in run)
        return
    if not seen:
        yield _HEAD
    nodes = [node for _, node in run]
    seen += nodes
    yield from outline(nodes)


def all_kept(nodes: list[Node], made: str) -> bool:
    """Whether every element a person acts on stands in the outline with its name, reference and states."""
    words = set(made.replace("\n", " ").split(" "))
    return all(
        (not node.ref or node.ref in words or f"{node.ref}:" in words)
        and f'"{node.name}"' * bool(node.name) in made
        for node in nodes
        if node.interactive
    )
