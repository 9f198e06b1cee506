"""Which keys of an organisation's policy no other layer may change."""

from router.base.pages import Page
from router.base.problems import Problem, Span, error, warning
from router.policy.sources.schema_words import one_line, spoken
from router.policy.sources.suggest import did_you_mean
from router.policy.sources.to_rules import values_of
from router.policy.sources.yaml_nodes import ListNode, MapNode, Scalar

CHOICES = ("profile", "enforce", "routing")
"""Keys that a stronger layer would otherwise win; all others add up or belong to the organisation anyway."""


def locks_of(node: MapNode) -> tuple[dict[str, Span], tuple[Problem, ...]]:
    """The locked keys with the place of each lock, and what is wrong with `lock`."""
    listed = node.get("lock")
    items = listed.items if isinstance(listed, ListNode) else ()
    settable = _settable(node)
    locks: dict[str, Span] = {}
    problems: list[Problem] = []
    for item in items:
        if not isinstance(item, Scalar):
            continue
        if item.text not in settable:
            problems.append(_unset(item, settable))
        elif item.text.split(".")[0] not in CHOICES:
            problems.append(_needless(item))
        else:
            locks[item.text] = item.span
    return locks, tuple(problems)


def _settable(node: MapNode) -> tuple[str, ...]:
    paths = [tuple(map(str, said.path)) for said in values_of(node)]
    names = [".".join(path[:end]) for path in paths for end in range(1, len(path) + 1)]
    return tuple(name for name in dict.fromkeys(names) if name != "lock")


def _unset(item: Scalar, settable: tuple[str, ...]) -> Problem:
    message = f"`lock` names `{one_line(item.text)}`, which this file does not set"
    help = did_you_mean(item.text, settable) or f"this file sets {spoken(settable, 'and')}"
    return error("R230", message, item.span, help)


def _needless(item: Scalar) -> Problem:
    message = f"`{item.text}` needs no lock: no other layer can weaken it"
    return warning("R231", message, item.span, f"only {spoken(CHOICES)} can be locked")


PAGES = (
    Page(
        code="R230",
        title="a lock on a key that is not set",
        why="A lock keeps the value that stands in the same file; without one it keeps nothing, and looks as if it did.",
        bad="lock: [enforce]\n",
        good="enforce: enforce\nlock: [enforce]\n",
        kind="org.yaml",
    ),
    Page(
        code="R231",
        title="a lock that adds nothing",
        why="Denials and caps add up over all layers and cannot be weakened; a lock there suggests that the unlocked ones could be.",
        bad="block_providers: [deepseek]\nlock: [block_providers]\n",
        good="block_providers: [deepseek]\n",
        kind="org.yaml",
    ),
)
