"""A prompt that its host fired no event for is decided when the first tool is called."""

from router.engine.hook_prompt import prompt
from router.engine.hooked import Hooking
from router.hosts.host import Verdict


def unheard(hooking: Hooking) -> Verdict | None:
    """What came of the prompt's decision, as `prompt` says it; nothing is said where the host keeps no prompt."""
    said = hooking.host.said
    text = said(hooking.event) if said is not None else None
    if text is None:
        return Verdict()
    return prompt(hooking._replace(event=hooking.event._replace(kind="prompt", prompt=text, source=None)))
