"""OpenCode: a plugin in JavaScript asks us and carries out what we answer; it may change the running turn's model.

The plugin sends `{hook_event_name, cwd, input, output}` as OpenCode gave them and takes `{context, message, deny, output,
model: {providerID, modelID}}`, each only when there is something to do.
"""

import json
from collections.abc import Mapping
from typing import Any

from router.hosts.host import Entry, Event, Host, Kind, Verdict, mapping_of, text_of


def _read(kind: Kind, payload: Mapping[str, Any]) -> Event:
    input_, output = mapping_of(payload, "input") or {}, mapping_of(payload, "output") or {}
    event = mapping_of(mapping_of(payload, "event") or {}, "properties") or {}
    model = mapping_of(mapping_of(output, "message") or {}, "model") or {}
    provider, name = text_of(model, "providerID"), text_of(model, "modelID")
    return Event(
        kind,
        text_of(payload, "hook_event_name") or "",
        session=text_of(input_, "sessionID") or text_of(event, "sessionID"),
        cwd=text_of(payload, "cwd"),
        prompt=_prompt(output.get("parts")),
        tool=text_of(input_, "tool"),
        tool_input=mapping_of(output, "args") or mapping_of(input_, "args"),
        failed=_failed(input_, output) if kind == "after_tool" else None,
        call=text_of(input_, "callID"),
        model=f"{provider}/{name}" if provider and name else None,
        raw=payload,
    )


def _failed(input_: Mapping[str, Any], output: Mapping[str, Any]) -> bool | None:
    """What came of a call: a command's exit code, where it is told."""
    if input_.get("tool") not in HOST.shells:
        return bool(output.get("isError"))
    code = (mapping_of(output, "metadata") or {}).get("exit")
    return code != 0 if type(code) is int else None


def _output(event: Event) -> str | None:
    """A tool's text; of a server's tool the only text among the parts of its answer."""
    output = mapping_of(event.raw, "output") or {}
    parts = output.get("content")
    texts = [part for part in parts if isinstance(part, dict) and part.get("type") == "text"] if isinstance(parts, list) else []
    return text_of(texts[0] if len(texts) == 1 else output, "text" if len(texts) == 1 else "output")


def _prompt(parts: Any) -> str | None:
    """What the person wrote: the text parts that no program added."""
    texts = [
        part["text"]
        for part in (parts if isinstance(parts, list) else ())
        if isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str) and not part.get("synthetic")
    ]
    return "\n".join(texts) or None


def _write(event: Event, verdict: Verdict) -> str:
    plain: dict[str, Any] = {}
    if verdict.block is not None and event.kind in ("prompt", "before_tool"):
        plain["deny"] = verdict.block
    elif verdict.context is not None and event.kind == "prompt":
        plain["context"] = verdict.context
    if verdict.model is not None and verdict.block is None and event.kind == "prompt":
        provider, _, name = verdict.model.partition("/")
        plain["model"] = {"providerID": provider, "modelID": name}
    if verdict.output is not None and event.kind == "after_tool":
        plain["output"] = verdict.output
    if verdict.message is not None:
        plain["message"] = verdict.message
    return json.dumps(plain) if plain else ""


HOST = Host(
    name="opencode",
    title="OpenCode",
    entries=(
        Entry("session.created", "session_start"),
        Entry("chat.message", "prompt"),
        Entry("tool.execute.before", "before_tool"),
        Entry("tool.execute.after", "after_tool"),
        Entry("session.deleted", "session_end", timeout_s=1),
    ),
    read=_read,
    write=_write,
    tool_form="{server}_{tool}",
    says_context=frozenset({"prompt"}),
    blocks=frozenset({"prompt", "before_tool"}),
    sets_model=frozenset({"prompt"}),
    providers={
        "anthropic": "anthropic", "openai": "openai", "gemini": "google", "groq": "groq", "mistral": "mistral",
        "deepseek": "deepseek", "xai": "xai", "ollama": "ollama", "cohere": "cohere", "perplexity": "perplexity",
    },
    shells=frozenset({"bash"}),
    output=_output,
    needed=frozenset({"read", "grep", "glob", "list", "todowrite", "todoread", "question", "skill"}),
)  # fmt: skip
