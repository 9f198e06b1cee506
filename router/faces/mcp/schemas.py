"""An operation as MCP shows it: input and output schema, annotations."""

from collections.abc import Mapping
from typing import Any

from mcp_types import Tool, ToolAnnotations

from router.ops.operation import Operation, Parameter

_TYPES = {"text": "string", "path": "string", "flag": "boolean", "number": "number", "whole": "integer"}
_AT_ONCE = frozenset({"llm_auto", "llm_query", "llm_code"})
"""Tools that a host which loads tools on demand should load at once."""


def gives_data(operation: Operation, shown: bool) -> bool:
    """Whether results have structured content: not where a host would show it to its model (`shown`) and all that
    matters to one is the text of an answer, which it would get escaped, among figures it has to pay for."""
    return not (shown and "text" in operation.output)


def tool_of(operation: Operation, shown: bool = False) -> Tool:
    """The tool's definition, as `tools/list` gives it to a host that shows structured content or does not."""
    hints = operation.hints
    return Tool(
        name=operation.name,
        description=operation.description,
        input_schema=input_schema(operation),
        output_schema=output_schema(operation) if gives_data(operation, shown) else None,
        annotations=ToolAnnotations(
            read_only_hint=hints.read_only,
            destructive_hint=None if hints.read_only else hints.destructive,
            idempotent_hint=None if hints.read_only or not hints.idempotent else True,
            open_world_hint=hints.open_world,
        ),
        _meta={"anthropic/alwaysLoad": True} if operation.name in _AT_ONCE else None,
    )


def input_schema(operation: Operation) -> dict[str, Any]:
    """JSON Schema of the arguments."""
    schema: dict[str, Any] = {"type": "object", "properties": {p.name: _property(p) for p in operation.parameters}}
    required = [p.name for p in operation.parameters if p.required]
    return schema | ({"required": required} if required else {})


def output_schema(operation: Operation) -> dict[str, Any] | None:
    """JSON Schema of the structured content; None when the operation states none."""
    if not operation.output:
        return None
    return {"type": "object", "properties": dict(operation.output), "required": list(operation.output)}


def _property(parameter: Parameter) -> Mapping[str, Any]:
    one: dict[str, Any] = {"type": _TYPES[parameter.kind]}
    if parameter.choices:
        one["enum"] = list(parameter.choices)
    whole: dict[str, Any] = {"type": "array", "items": one} if parameter.many else one
    if parameter.help:
        whole["description"] = parameter.help
    if parameter.default is not None and not parameter.many:
        whole["default"] = parameter.default
    return whole
