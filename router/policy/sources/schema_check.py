"""A YAML layer against its JSON Schema, with our own messages at the narrowest place."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import jsonschema
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource

from router.base.pages import Page
from router.base.problems import Fix, Problem, Span, error, in_order
from router.base.shipped import shipped
from router.policy.sources.schema_words import Fault, bad_name, bad_value, dotted, one_line, spoken
from router.policy.sources.suggest import did_you_mean, lookalike, odd_characters
from router.policy.sources.yaml_nodes import ListNode, MapNode, Node, Path, Scalar, find, plain, without

SchemaName = Literal["repo", "user", "org"]
_NAMES: tuple[SchemaName, ...] = ("repo", "user", "org")
MAX_PROBLEMS = 100
_DECIMALS = 4

_WIDENING = frozenset(
    {
        *("addr", "address", "api_base", "api_key", "audit", "base_url", "catalog", "catalogue", "command"),
        *("commands", "endpoint", "env", "environment", "exec", "hook", "hooks", "host", "key", "keys"),
        *("lock", "model_list", "models", "organisation", "organization", "policy"),
        *("providers", "secret", "secrets", "store", "team", "token", "trust", "url", "webhook", "webhooks"),
    }
)


def check_schema(node: MapNode, schema: SchemaName) -> tuple[MapNode, tuple[Problem, ...]]:
    """The map without what its schema refuses, and one problem for each thing refused, in the order of the text."""
    bad: dict[Path, Problem] = {}
    for fault in _faults(plain(node), schema):
        for path, problem in _explain(fault, node, schema):
            bad.setdefault(path, problem)
        if len(bad) >= MAX_PROBLEMS:
            break
    for path, problem in _odd_amounts(node):
        bad.setdefault(path, problem)
    kept = MapNode((), node.span) if () in bad else without(node, frozenset(bad))
    assert isinstance(kept, MapNode)
    return kept, in_order(bad.values())[:MAX_PROBLEMS]


@cache
def known_keys(schema: SchemaName) -> tuple[str, ...]:
    """The keys a layer may set at its top."""
    return tuple(_schemas()[schema]["properties"])


@cache
def _schemas() -> dict[SchemaName, dict[str, Any]]:
    return {
        name: json.loads(shipped(f"schemas/{name}.schema.json").read_text(encoding="utf-8"))
        for name in _NAMES
    }


@cache
def _validator(schema: SchemaName) -> Any:
    loaded = _schemas()
    registry: Registry[Any] = Registry().with_resources(
        [(s["$id"], Resource.from_contents(s)) for s in loaded.values()]
    )
    extended: Any = extend
    whole = extended(jsonschema.Draft202012Validator, {"pattern": _whole_pattern})
    return whole(loaded[schema], registry=registry)


def _whole_pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """`pattern` over the whole text: Python's `$` would let a last line break through."""
    if isinstance(instance, str) and not re.fullmatch(pattern.removeprefix("^").removesuffix("$"), instance):
        yield ValidationError("")


def _faults(data: Any, schema: SchemaName) -> Iterator[Fault]:
    for said in _validator(schema).iter_errors(data):
        of_name = "propertyNames" in said.absolute_schema_path
        yield Fault(
            schema=said.schema,
            keyword=str(said.validator),
            limit=said.validator_value,
            instance=said.instance,
            path=(*said.absolute_path, *((said.instance,) if of_name else ())),
            of_name=of_name,
        )


def _explain(fault: Fault, root: MapNode, schema: SchemaName) -> Iterator[tuple[Path, Problem]]:
    if fault.keyword == "additionalProperties":
        yield from _unknown_keys(fault, root, schema)
    elif fault.keyword == "uniqueItems":
        yield from _repeated(fault, root)
    elif fault.of_name:
        yield fault.path, bad_name(fault, _key_span(root, fault.path))
    else:
        node = find(root, fault.path)
        assert node is not None
        yield fault.path, bad_value(fault, node, _span_of(root, fault.path, node))


def _unknown_keys(fault: Fault, root: MapNode, schema: SchemaName) -> Iterator[tuple[Path, Problem]]:
    known = tuple(fault.schema["properties"])
    for name in fault.instance:
        if name not in known:
            path = (*fault.path, name)
            yield path, _unknown_key(path, known, _key_span(root, path), schema)


def _repeated(fault: Fault, root: MapNode) -> Iterator[tuple[Path, Problem]]:
    node = find(root, fault.path)
    seen: set[str] = set()
    for index, item in enumerate(node.items if isinstance(node, ListNode) else ()):
        text = item.text if isinstance(item, Scalar) else ""
        if text in seen:
            message = f"`{one_line(text)}` stands twice in `{dotted(fault.path)}`"
            yield (*fault.path, index), error("R205", message, item.span, "keep one of the two")
        seen.add(text)


def _unknown_key(path: Path, known: tuple[str, ...], span: Span, schema: SchemaName) -> Problem:
    name, shown = str(path[-1]), dotted(path)
    twin = lookalike(name, known)
    if twin:
        message = f"`{shown}` only looks like `{twin}`: it is written with {odd_characters(name)}"
        return error("R203", message, span, f"type `{twin}` anew", fix=Fix(span, twin))
    owner = next((s for s in ("user", "org") if len(path) == 1 and name in known_keys(s)), None)
    if schema == "repo" and (owner or name.lower() in _WIDENING):
        message = f"`{shown}` cannot be said in a repository: it could widen what is trusted"
        return error("R211", message, span, _where(owner))
    if owner:
        return error("R211", f"`{shown}` belongs to another layer", span, _where(owner))
    help = did_you_mean(name, known) or f"known keys are {spoken(known, 'and')}"
    return error("R203", f"unknown key `{shown}`", span, help)


def _where(owner: str | None) -> str:
    if owner == "org":
        return "only an organisation's policy may set it"
    return "a user sets such things in `~/.llm-router/routing.yaml`"


def _odd_amounts(node: MapNode) -> Iterator[tuple[Path, Problem]]:
    """Amounts finer than the language writes them."""
    for path, scalar in _amounts(node):
        value = scalar.value
        if isinstance(value, float) and round(value, _DECIMALS) != value:
            message = f"`{dotted(path)}` has more than four decimals"
            yield path, error("R205", message, scalar.span, f"write {round(value, _DECIMALS)}")


def _amounts(node: MapNode) -> Iterator[tuple[Path, Scalar]]:
    for entry in node.entries:
        name = entry.key.text
        if not name.endswith(("_caps", "_cap", "_above")):
            continue
        if isinstance(entry.value, Scalar):
            yield (name,), entry.value
        elif isinstance(entry.value, MapNode):
            inner = ((e.key.text, e.value) for e in entry.value.entries)
            yield from (((name, key), value) for key, value in inner if isinstance(value, Scalar))


def _key_span(root: MapNode, path: Path) -> Span:
    parent = find(root, path[:-1])
    key = parent.key(str(path[-1])) if isinstance(parent, MapNode) else None
    return key.span if key else root.span


def _span_of(root: MapNode, path: Path, node: Node) -> Span:
    """A value's place, or its key's when the value is empty and cannot be underlined."""
    empty = isinstance(node, Scalar) and not node.text
    return _key_span(root, path) if empty and path and isinstance(path[-1], str) else node.span


PAGES = (
    Page(
        code="R203",
        title="an unknown key",
        why="A mistyped key would otherwise be a rule that does not exist, which is noticed when it is too late.",
        bad="profil: budget\n",
        good="profile: budget\n",
        kind="repo.yml",
    ),
    Page(
        code="R204",
        title="a value of the wrong type",
        why="Each key takes one type of value; a text where a list belongs would be read letter by letter elsewhere.",
        bad="block_providers: openai\n",
        good="block_providers: [openai]\n",
        kind="repo.yml",
    ),
    Page(
        code="R205",
        title="a value that the key does not take",
        why="The value has the right type but cannot mean anything here.",
        bad="enforce: strict\n",
        good="enforce: enforce\n",
        kind="repo.yml",
    ),
    Page(
        code="R211",
        title="a key of another layer",
        why="A repository is cloned from anywhere, so its file has no key for addresses, keys, commands, webhooks or the audit; whoever owns the machine or the organisation says those.",
        bad="catalogue:\n  providers:\n    openai: {base_url: https://evil.example}\n",
        good="block_providers: [openai]\n",
        kind="repo.yml",
    ),
)
