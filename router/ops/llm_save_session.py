"""`llm_save_session`: a summary of this session, for later sessions in the same repository."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.ops.asked import ask_of, carried_out, in_loop, repo_key, request_of, service_of
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings

_LEAST = 2


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The summary, given or made by a routed call from what this session asked; kept for this repository."""
    from router.engine.session_context import context_text, keep_summary

    service = await service_of(around)
    places, summary = service.router.places, (values["summary"] or "").strip()
    repo, session = repo_key(service), around.session or "cli"
    if not summary:
        said = around.desk.context.said(session, repo) if around.desk else ()
        if len(said) < _LEAST:
            raise UsageError(f"this session asked {len(said)} things here, too few to summarise: give a `summary`")
        prompt = f"Summarise this session in five sentences, for someone who goes on with it:\n\n{context_text(said, ())}"
        request = request_of(service, prompt, around, "llm_save_session", {}, "generate")
        _, answer = await carried_out(service, request, ask_of(prompt, {}), around)
        summary = answer.text
    count = keep_summary(places.user, repo, session, summary, around.clock().isoformat())
    plain = {"summary": summary, "kept": count, "session": session}
    return Result(plain, lambda _: f"{summary}\n\nkept; {count} sessions of this repository are")


OPERATION = Operation(
    name="llm_save_session",
    summary="keep a summary of this session for later ones",
    description="Keeps a summary of this session, given or made, for later sessions in this repository.",
    parameters=(Parameter("summary", "Left out: made from this session's calls"),),
    run=in_loop(begin),
    begin=begin,
    hints=Hints(read_only=False, idempotent=False, open_world=True),
    output={"summary": {"type": "string"}, "kept": {"type": "integer"}},
    example='llm-router llm_save_session --summary "moved the ledger to nanodollars"',
)
