"""What a client may read or invoke besides tools: resources and prompts."""

import asyncio
import json
from importlib import import_module
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    GetPromptRequestParams,
    GetPromptResult,
    InputRequiredResult,
    ListPromptsResult,
    ListResourcesResult,
    PaginatedRequestParams,
    Prompt,
    PromptArgument,
    PromptMessage,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    TextContent,
    TextResourceContents,
)

from router.base.failures import RouterError
from router.faces.mcp.calls import Caller
from router.faces.mcp.folders import roots_of
from router.ops.operation import Operation

Context = ServerRequestContext[Any, Any]

_RESOURCES = {
    "llm-router://status": ("status", "router.ops.status", "spending, savings and what needs a look"),
    "llm-router://policy": ("policy", "router.ops.policy_show", "the rules in force here, strongest first"),
    "llm-router://catalogue": ("catalogue", "router.ops.providers", "providers and their models"),
}
_PROMPTS = {
    "route": ("Have a task done by the model the policy decides for", "task", "Call llm_auto with this task and give its answer as it is:\n\n{}"),
    "why": ("Why a prompt would go where it goes", "prompt", "Call llm_classify with this prompt, then llm_policy, and say which rules decide where it goes:\n\n{}"),
}  # fmt: skip


async def list_resources(context: Context, params: PaginatedRequestParams | None) -> ListResourcesResult:
    """The resources."""
    return ListResourcesResult(
        resources=[
            Resource(uri=uri, name=name, description=about, mime_type="application/json")
            for uri, (name, _, about) in _RESOURCES.items()
        ]
    )


async def read_resource(
    caller: Caller, context: Context, params: ReadResourceRequestParams
) -> ReadResourceResult | InputRequiredResult:
    """A resource as JSON, from the caller's folder."""
    found = _RESOURCES.get(str(params.uri))
    if found is None:
        raise MCPError(code=INVALID_PARAMS, message=f"there is no resource `{str(params.uri)[:80]}`")
    roots = await roots_of(context, params, caller.here)
    if isinstance(roots, InputRequiredResult):
        return roots
    operation: Operation = import_module(found[1]).OPERATION
    values = {p.name: () if p.many else bool(p.default) if p.kind == "flag" else p.default for p in operation.parameters}
    try:
        result = await asyncio.to_thread(operation.run, values, caller.around(context, roots))
    except (RouterError, OSError) as failure:
        raise MCPError(code=INVALID_PARAMS, message=str(failure)[:500]) from None
    text = json.dumps(result.plain, ensure_ascii=False)
    return ReadResourceResult(
        contents=[TextResourceContents(uri=str(params.uri), mime_type="application/json", text=text)]
    )


async def list_prompts(context: Context, params: PaginatedRequestParams | None) -> ListPromptsResult:
    """The prompts."""
    return ListPromptsResult(
        prompts=[
            Prompt(name=name, description=about, arguments=[PromptArgument(name=argument, required=True)])
            for name, (about, argument, _) in _PROMPTS.items()
        ]
    )


async def get_prompt(context: Context, params: GetPromptRequestParams) -> GetPromptResult:
    """A prompt with its argument filled in."""
    found = _PROMPTS.get(params.name)
    given = (params.arguments or {}).get(found[1], "") if found else ""
    if found is None or not given.strip():
        reason = f"there is no prompt `{params.name[:60]}`" if found is None else f"`{found[1]}` is missing"
        raise MCPError(code=INVALID_PARAMS, message=reason)
    text = TextContent(type="text", text=found[2].format(given))
    return GetPromptResult(description=found[0], messages=[PromptMessage(role="user", content=text)])
