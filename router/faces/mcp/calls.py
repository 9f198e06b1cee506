"""One tool call: arguments checked, the caller's folder found, the operation run, its result or its fault told."""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp_types import CallToolRequestParams, CallToolResult, InputRequiredResult, TextContent

from router.base.clock import Clock
from router.base.failures import NoAnswerError, PolicyError, RouterError
from router.engine.desk import Desk
from router.faces.mcp.arguments import values_of
from router.faces.mcp.folders import roots_of
from router.faces.mcp.hosts import host_of, shows_data
from router.faces.mcp.person import Questions, Unanswered, confirm_of
from router.faces.mcp.schemas import gives_data
from router.faces.mcp.watching import Watching
from router.ops.operation import Operation, Result, Surroundings
from router.ops.tools import offered, tool

Context = ServerRequestContext[Any, Any]

_MOST_REASON = 20_000
"""How much of a fault is told, in characters; what a model had said before a call broke off is among it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """What all calls of one server share; `name` tells its sessions from another server's."""

    environ: Mapping[str, str]
    here: Path
    desk: Desk
    name: str
    clock: Clock
    questions: Questions = field(default_factory=Questions)

    async def call(self, context: Context, params: CallToolRequestParams) -> CallToolResult | InputRequiredResult:
        """The tool's result; whatever is at fault, a result that says so."""
        try:
            if params.name not in offered(self.environ):
                return fault(f"there is no tool `{params.name[:60]}`: `tools/list` names those there are")
            operation = tool(params.name)
            values = values_of(operation, params.arguments or {})
            roots = await roots_of(context, params, self.here)
            if isinstance(roots, InputRequiredResult):
                return roots
            return await self._run(operation, values, roots, context, params)
        except Unanswered as question:
            return question.result
        except PolicyError as failure:
            return fault(_problems(failure))
        except NoAnswerError as failure:
            partial = f"\n\nwhat came before the call broke off:\n{failure.partial}" if failure.partial else ""
            return fault(f"{failure}{partial}")
        except RouterError as failure:
            return fault(str(failure))
        except OSError as failure:
            place = f"`{failure.filename}`: " if failure.filename is not None else ""
            return fault(f"{place}{failure.strerror or type(failure).__name__}")
        except Exception as failure:  # noqa: BLE001 - the outermost function of this face
            if self.environ.get("LLM_ROUTER_DEBUG"):
                import traceback

                traceback.print_exc()
            return fault(f"this is a fault of ours: {type(failure).__name__} at {_where(failure)}")

    async def _run(
        self, operation: Operation, values: Mapping[str, Any], roots: tuple[Path, ...], context: Context,
        params: CallToolRequestParams,
    ) -> CallToolResult:  # fmt: skip
        async with Watching(_sender(context)) as watching:
            around = replace(
                self.around(context, roots, watching), confirm=confirm_of(context, params, self.questions)
            )
            if operation.begin is not None:
                result = await operation.begin(values, around)
            else:
                result = await asyncio.to_thread(operation.run, values, around)
        return told(result, gives_data(operation, shows_data(self.host(context))))

    def host(self, context: Context) -> str:
        """The host that calls, by the name its client gave itself."""
        info = context.session.client_params
        return host_of(info.client_info.name if info else None)

    def around(self, context: Context, roots: tuple[Path, ...], watching: Watching | None = None) -> Surroundings:
        """What an operation sees of the client that calls."""
        host = self.host(context)
        ignore = _nothing
        return Surroundings(
            environ=self.environ, cwd=roots[0], clock=self.clock, read_input=bytes, out=io.StringIO(),
            progress=watching.progress if watching else ignore, warn=watching.warn if watching else ignore,
            piece=watching.piece if watching else ignore, source="mcp", host=host,
            session=self._session(context, host), roots=roots, desk=self.desk,
        )  # fmt: skip

    def _session(self, context: Context, host: str) -> str:
        """The host's own session where it names one, else this connection's."""
        named = self.environ.get("CLAUDE_CODE_SESSION_ID") if host == "claude-code" else None
        if named:
            return named
        headers = getattr(context.request, "headers", None)
        if headers is None:
            return self.name
        return f"{self.name}-{headers.get('mcp-session-id') or host}"[:64]


def told(result: Result, data: bool = True) -> CallToolResult:
    """A result as text and, with `data`, structured content."""
    plain = result.plain if isinstance(result.plain, dict) else {"result": result.plain}
    text = result.text(False)
    return CallToolResult(
        content=[TextContent(type="text", text=text or "done")],
        structured_content=plain if data else None,
        is_error=result.exit_code != 0,
    )


def fault(reason: str) -> CallToolResult:
    """A tool error with its reason, for the model to act on."""
    from router.base.render import printable

    text = "\n".join(printable(line) for line in reason[:_MOST_REASON].splitlines())
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


def _nothing(_: str) -> None:
    return None


def _sender(context: Context) -> Any:
    """Progress and pieces go out as progress, which counts up; warnings as log lines."""
    count = 0

    async def send(kind: str, text: str) -> None:
        nonlocal count
        if kind == "warning":
            await context.session.send_log_message("warning", text, "llm-router", related_request_id=context.request_id)
            return
        count += 1
        await context.session.report_progress(count, None, text)

    return send


def _problems(failure: PolicyError) -> str:
    from router.base.render import render_text

    return f"the policy has errors, so nothing is routed by it:\n{render_text(failure.problems, failure.texts, colour=False)}"


def _where(failure: BaseException) -> str:
    where = failure.__traceback__
    while where and where.tb_next:
        where = where.tb_next
    return f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else "?"


def session_name(now: datetime) -> str:
    """A name for this server's run that no other has."""
    from secrets import token_hex

    return f"mcp-{now:%Y%m%d}-{token_hex(6)}"
