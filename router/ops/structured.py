"""A model asked for JSON of a given form: asked, read and checked; what does not fit is an error that says so."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from router.base.failures import RouterError
from router.ops.asked import ask_of, carried_out, request_of, service_of, shown
from router.ops.operation import Result, Surroundings

if TYPE_CHECKING:
    from router.model.call import Answer


async def structured(
    around: Surroundings, tool: str, prompt: str, schema: Mapping[str, Any], values: Mapping[str, Any], *, task: str
) -> tuple[dict[str, Any], Result]:
    """The JSON object a model answers with, and the call's result; raises `RouterError` when it is no such object."""
    service = await service_of(around)
    request = request_of(service, prompt, around, tool, values, task)
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema)}}
    ask = ask_of(prompt, {"system_prompt": f"Answer with one JSON object of this form and nothing else: {json.dumps(schema)}"})
    decided, answer = await carried_out(service, request, ask._replace(response_format=form), around)
    return object_in(answer), shown(decided, answer, service)


def object_in(answer: "Answer") -> dict[str, Any]:
    """The JSON object in an answer, with or without a fence around it."""
    text = answer.text.strip()
    start, end = text.find("{"), text.rfind("}")
    try:
        plain = json.loads(text[start : end + 1]) if 0 <= start < end else None
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict):
        raise RouterError(f"{answer.model} did not answer in the form that was asked for; asking again may help")
    return plain


def rows_of(plain: Mapping[str, Any], name: str, fields: tuple[str, ...], most: int = 500) -> list[dict[str, str]]:
    """The objects of a list that have all the fields as text, at most `most`."""
    rows = plain.get(name)
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [
        {field: row[field] for field in fields}
        for row in found[:most]
        if all(isinstance(row.get(field), str) for field in fields)
    ]


def object_schema(name: str, fields: tuple[str, ...]) -> dict[str, Any]:
    """JSON Schema of an object with one list of flat objects."""
    item = {
        "type": "object", "properties": {field: {"type": "string"} for field in fields}, "required": list(fields),
        "additionalProperties": False,
    }  # fmt: skip
    return {
        "type": "object", "properties": {name: {"type": "array", "items": item}}, "required": [name],
        "additionalProperties": False,
    }  # fmt: skip
