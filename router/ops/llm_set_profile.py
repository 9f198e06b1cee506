"""`llm_set_profile`: the profile of the rest of a session."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.ops.asked import in_loop, service_of
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings

_PROFILES = ("budget", "balanced", "premium")


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The profile in force from now on; a locked rule of the policy may say another, which is told."""
    if around.desk is None or around.session is None:
        raise UsageError(
            f"a profile set here would last for this command only: set LLM_ROUTER_PROFILE={values['profile']}, "
            "or `profile:` in .llm-router.yml"
        )
    around.desk.profiles[around.session] = values["profile"]
    service = await service_of(around)
    decision, _ = service.router.decide_fully(service.router.request("hello"))
    asked, now = values["profile"], decision.profile
    plain = {"profile": now, "asked": asked, "in_force": now == asked}
    text = f"profile {now} from now on" if now == asked else f"the policy keeps the profile at {now}"
    return Result(plain, lambda _: text)


OPERATION = Operation(
    name="llm_set_profile",
    summary="switch the profile for the rest of the session",
    description="Switches the profile for the rest of this session.",
    parameters=(Parameter("profile", "", positional=True, required=True, choices=_PROFILES),),
    run=in_loop(begin),
    begin=begin,
    hints=Hints(read_only=False),
    output={"profile": {"type": "string"}},
    example="llm-router llm_set_profile premium",
)
