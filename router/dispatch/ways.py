"""Which way leads to a model: LiteLLM, an adapter for media, or the program of a local agent."""

from functools import partial

from router.dispatch.agents import through_codex, without_keys
from router.dispatch.embedding import through_embedding
from router.dispatch.keys import find_agent
from router.dispatch.litellm_calls import ready, through_litellm
from router.dispatch.media import through_media
from router.dispatch.ports import Ports, Target, Upstream
from router.model.call import Ask


async def way_to(target: Target, ask: Ask, ports: Ports) -> Upstream | str:
    """How the target is called; a line of text when it cannot be."""
    if ask.kind == "media":
        await ready()
        return partial(through_media, ports.media_folder, ports.warn)
    if ask.kind == "embedding":
        await ready()
        return through_embedding
    if target.provider.kind != "agent":
        await ready()
        return through_litellm
    binary = find_agent("codex", ports.environ)
    if binary is None:
        return f"{target.provider.name} is not installed: no `codex` on PATH, and CODEX_PATH names none"
    return partial(through_codex, binary, without_keys(ports.environ, ports.catalogue), ports.cwd)
