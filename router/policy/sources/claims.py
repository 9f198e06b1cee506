"""The values of a YAML layer as claims for settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from router.base.problems import Span
from router.policy.nodes import LayerName, PolicyFile
from router.policy.sources.merge import combine_of
from router.policy.sources.to_rules import MODES, Said, usd, values_of
from router.policy.sources.values import Claim, Origin, Setting
from router.policy.sources.yaml_nodes import ListNode, MapNode, Node, Scalar, leaves, plain

_NO_SETTING = frozenset({"lock", "policy"})
_CATALOGUE = "catalogue"
HOOKS = "hooks"
"""The setting that says whether hooks act at all: `enforce: off` is False."""


def claims_of(node: MapNode, layer: LayerName, locks: Mapping[str, Span] | None = None) -> tuple[Claim, ...]:
    """What a layer's keys claim; a locked key's claim says where it is locked."""
    return tuple(
        Claim(key, Origin(value, layer, span), _lock(key, locks or {})) for key, value, span in _values(node)
    )


def locked_modes(files: tuple[PolicyFile, ...], layer: LayerName) -> tuple[Claim, ...]:
    """Locked rules that set a mode keep the hooks in, whatever another layer's `enforce: off` says."""
    return tuple(
        Claim(HOOKS, Origin(True, layer, effect.span), rule.lock)
        for file in files
        for rule in file.rules
        if rule.lock is not None
        for effect in rule.effects
        if effect.kind == "mode"
    )


def _lock(key: str, locks: Mapping[str, Span]) -> Span | None:
    key = "enforce" if key == HOOKS else key
    return locks.get(key) or locks.get(key.split(".")[0])


def _values(node: MapNode) -> Iterator[tuple[str, Any, Span]]:
    for said in values_of(node):
        head = str(said.path[0])
        if head == _CATALOGUE:
            yield from _catalogue_values(said)
        elif head not in _NO_SETTING:
            key = ".".join(map(str, said.path))
            yield key, _setting_value(key, said), said.value.span
            if key == "enforce" and isinstance(said.value, Scalar):
                yield HOOKS, said.value.text != "off", said.value.span


def _catalogue_values(said: Said) -> Iterator[tuple[str, Any, Span]]:
    for kind in said.value.entries if isinstance(said.value, MapNode) else ():
        for item in kind.value.entries if isinstance(kind.value, MapNode) else ():
            yield f"{_CATALOGUE}.{kind.key.text}.{item.key.text}", frozen(plain(item.value)), item.value.span


def _setting_value(key: str, said: Said) -> Any:
    if key == "enforce":
        text = said.value.text if isinstance(said.value, Scalar) else ""
        return text if text == "off" else MODES.get(text, text)
    if combine_of(key) == "least" and isinstance(said.value, Scalar) and said.value.is_number:
        return usd(said.value)
    if key.startswith("routing."):
        return _pin(said.value)
    return frozen(plain(said.value))


def _pin(value: Node) -> Any:
    """A pin as the targets it names, in order."""
    found = tuple(leaf for _, leaf in leaves(value))
    match found:
        case (ListNode(items), *_):
            return tuple(item.text for item in items if isinstance(item, Scalar))
        case (Scalar(_, text), *_):
            return (text,)
    return ()


class Fields(tuple[tuple[str, Any], ...]):
    """A map as pairs, so that it can be compared and kept in a set."""

    __slots__ = ()


def frozen(data: Any) -> Any:
    """Plain data with tuples for lists and `Fields` for maps."""
    if isinstance(data, list):
        return tuple(frozen(item) for item in data)
    if isinstance(data, dict):
        return Fields((key, frozen(value)) for key, value in data.items())
    return data


def thawed(data: Any) -> Any:
    """The plain data that `frozen` was given."""
    if isinstance(data, Fields):
        return {key: thawed(value) for key, value in data}
    return [thawed(item) for item in data] if isinstance(data, tuple) else data


def catalogue_additions(settings: tuple[Setting, ...]) -> dict[str, dict[str, Any]]:
    """What the layers add to the catalogue: `providers`, `models` and `chains`, each by name, as plain data."""
    made: dict[str, dict[str, Any]] = {"providers": {}, "models": {}, "chains": {}}
    for setting in settings:
        head, _, rest = setting.key.partition(".")
        kind, _, name = rest.partition(".")
        if head == _CATALOGUE:
            made[kind][name] = thawed(setting.value)
    return made
