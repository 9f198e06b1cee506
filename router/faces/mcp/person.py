"""A question for the person behind a client, who alone may answer it."""

from collections import OrderedDict
from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.shared.message import ServerMessageMetadata
from mcp_types import (
    CallToolRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from router.faces.mcp.folders import roots_request
from router.ops.operation import Confirm

_WAIT_S = 600.0
_MOST_OPEN = 200
_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {"approve": {"type": "boolean", "title": "Let it through, once"}},
    "required": ["approve"],
}


class Unanswered(Exception):
    """A newer client must be sent away with the question, and comes back with the answer."""

    def __init__(self, result: InputRequiredResult) -> None:
        super().__init__("the person has not been asked yet")
        self.result = result


class Questions:
    """The questions that newer clients were sent away with: each is answered once, and only what was asked is."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, str] = OrderedDict()

    def put(self, question: str) -> str:
        """The name under which the answer comes back."""
        name = f"person-{token_hex(8)}"
        self._open[name] = question
        while len(self._open) > _MOST_OPEN:
            self._open.popitem(last=False)
        return name

    def answer(self, question: str, given: Mapping[str, Any]) -> ElicitResult | None:
        """The answer to a question among those a client brings; None when it brings none."""
        for name, found in given.items():
            if self._open.get(name) == question and isinstance(found, ElicitResult):
                del self._open[name]
                return found
        return None


def confirm_of(
    context: ServerRequestContext[Any, Any], params: CallToolRequestParams, questions: Questions
) -> Confirm | None:
    """How this client's person is asked; None when it cannot show a form. May raise `Unanswered`."""
    capabilities = context.session.client_capabilities
    able = capabilities.elicitation if capabilities else None
    if able is None or (able.form is None and able.url is not None):
        return None

    async def modern(question: str) -> bool | None:
        answer = questions.answer(question, params.input_responses or {})
        if answer is None:
            asked = {**roots_request(context), questions.put(question): _request(question)}
            raise Unanswered(InputRequiredResult(input_requests=asked))
        return _word(answer)

    async def legacy(question: str) -> bool | None:
        try:
            answer = await context.session.send_request(
                _request(question), ElicitResult, request_read_timeout_seconds=_WAIT_S,
                metadata=ServerMessageMetadata(related_request_id=context.request_id),
            )  # fmt: skip
        except (MCPError, ValidationError):
            return None
        return _word(answer)

    return modern if context.protocol_version in MODERN_PROTOCOL_VERSIONS else legacy


def _request(question: str) -> ElicitRequest:
    return ElicitRequest(params=ElicitRequestFormParams(message=question, requested_schema=_FORM))


def _word(answer: ElicitResult) -> bool | None:
    """Yes only for a form sent off with the box ticked; a form that was closed says nothing."""
    if answer.action == "cancel":
        return None
    return answer.action == "accept" and (answer.content or {}).get("approve") is True
