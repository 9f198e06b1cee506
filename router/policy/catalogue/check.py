"""The catalogue's file against its JSON Schema, and the names in it against each other."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource

from router.base.pages import Page
from router.base.problems import Problem, Span, error
from router.base.shipped import shipped
from router.policy.sources.schema_words import dotted, one_line
from router.policy.sources.suggest import did_you_mean
from router.policy.sources.yaml_nodes import ListNode, MapNode, Node, Path, Scalar, find, leaves, plain

_SCHEMAS = ("catalogue", "repo")


def check_models(root: MapNode) -> tuple[Problem, ...]:
    """Every fault of a whole catalogue; names are looked at when its shape is right."""
    return tuple(_faults_of_shape(root)) or tuple(_faults_of_names(root))


@cache
def _validator() -> jsonschema.Draft202012Validator:
    loaded = [
        json.loads(shipped(f"schemas/{name}.schema.json").read_text(encoding="utf-8")) for name in _SCHEMAS
    ]
    registry: Registry[Any] = Registry().with_resources(
        [(s["$id"], Resource.from_contents(s)) for s in loaded]
    )
    return jsonschema.Draft202012Validator(loaded[0], registry=registry)


def _faults_of_shape(root: MapNode) -> Iterator[Problem]:
    for fault in _validator().iter_errors(plain(root)):
        # Of several shapes that a value may have, the complaint about the one it comes nearest to says most.
        nearest = (best_match(fault.context) if fault.context else None) or fault
        path: Path = tuple(nearest.absolute_path)
        yield error("R260", f"`{dotted(path)}`: {one_line(nearest.message)}", _place(root, path, nearest))


def _place(root: MapNode, path: Path, fault: ValidationError) -> Span:
    """Where a fault stands: at a key when the fault is about a name, else at the value."""
    node = find(root, path) or root
    if isinstance(node, MapNode):
        if isinstance(fault.instance, str):
            return (node.key(fault.instance) or node).span
        known = fault.schema.get("properties", {}) if isinstance(fault.schema, Mapping) else {}
        unknown = (entry.key for entry in node.entries if entry.key.text not in known)
        if fault.validator == "additionalProperties" and (key := next(unknown, None)):
            return key.span
    return node.span


def _faults_of_names(root: MapNode) -> Iterator[Problem]:
    content = plain(root)
    providers, models, chains = content["providers"], content["models"], content["chains"]
    for id_ in models:
        if id_.partition("/")[0] not in providers:
            yield _unknown("provider", id_.partition("/")[0], providers, _key(root, ("models", id_)))
    for path, scalar in _names(root):
        if path[0] == "models" and path[-1] == "replacement" and scalar.text not in models:
            yield _unknown("model", scalar.text, models, scalar.span)
        elif path[0] == "chains":
            yield from _target(scalar, providers, models, chains)
        elif path[0] == "provider_models":
            yield from _default(str(path[1]), scalar, models)


def _names(root: MapNode) -> Iterator[tuple[Path, Scalar]]:
    for path, leaf in leaves(root):
        for item in leaf.items if isinstance(leaf, ListNode) else (leaf,):
            if isinstance(item, Scalar):
                yield path, item


def _target(
    scalar: Scalar, providers: Mapping[str, Any], models: Mapping[str, Any], chains: Mapping[str, Any]
) -> Iterator[Problem]:
    text = scalar.text
    if text.startswith("@"):
        if text[1:] not in chains:
            yield _unknown("chain", text, [f"@{name}" for name in chains], scalar.span)
    elif "/" not in text:
        if text not in providers:
            yield _unknown("provider", text, providers, scalar.span)
    elif text not in models:
        yield _unknown("model", text, models, scalar.span)


def _default(provider: str, scalar: Scalar, models: Mapping[str, Any]) -> Iterator[Problem]:
    if scalar.text not in models:
        yield _unknown("model", scalar.text, models, scalar.span)
    elif scalar.text.partition("/")[0] != provider:
        yield error("R261", f"`{scalar.text}` is not a model of `{provider}`", scalar.span)


def _unknown(what: str, name: str, known: Any, span: Span) -> Problem:
    return error("R261", f"unknown {what} `{one_line(name)}`", span, did_you_mean(name, known))


def _key(root: MapNode, path: tuple[str, ...]) -> Span:
    parent: Node | None = find(root, path[:-1])
    key = parent.key(path[-1]) if isinstance(parent, MapNode) else None
    return (key or root).span


PAGES = (
    Page(
        code="R260",
        title="the catalogue that ships with the package is not what its schema says",
        why="A line that cannot be read would be a model without a price or a chain without a member, found only when it is called.",
        bad="models:\n  gw/small: {tier: cheep, can: [tools]}\n",
        good="models:\n  gw/small: {tier: cheap, can: [tools]}\n",
        kind="file",
    ),
)
