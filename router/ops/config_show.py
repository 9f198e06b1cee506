"""`config show`: every effective setting, and where it comes from."""

from collections.abc import Mapping
from typing import Any

from router.base.places import find_places
from router.base.problems import Span, has_errors
from router.base.render import render_json, render_text
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.policy.sources import Setting, Sources, read_sources
from router.policy.sources.environment import ENVIRONMENT_FILE


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The settings of the working folder's policy; exit code 1 when a layer has errors, which are shown too."""
    places = find_places(around.environ, around.cwd)
    sources = read_sources(places, around.environ, policy_dir=values["policy"])
    wanted = [s for s in sources.settings if values["key"] is None or s.key.startswith(values["key"])]
    plain = {
        "settings": [_plain(setting, sources) for setting in wanted],
        "problems": render_json(sources.problems),
    }
    code = 1 if has_errors(sources.problems) else 0
    return Result(plain, lambda colour: _text(wanted, sources, values["origin"], colour), code)


def _place(span: Span | None, sources: Sources) -> str | None:
    """Where a value stands: file, line and column, or the environment variable's name."""
    if span is None or span.file != ENVIRONMENT_FILE:
        return str(span) if span else None
    return sources.texts[ENVIRONMENT_FILE].splitlines()[span.line - 1].partition("=")[0]


def _plain(setting: Setting, sources: Sources) -> dict[str, Any]:
    return {
        "key": setting.key,
        "value": setting.value,
        "layer": setting.layer,
        "from": _place(setting.span, sources),
        "overrode": [
            {"value": value, "layer": layer, "from": _place(span, sources)}
            for value, layer, span in setting.overrode
        ],
    }


def _text(settings: list[Setting], sources: Sources, origin: bool, colour: bool) -> str:
    width = max((len(setting.key) for setting in settings), default=0)
    lines = []
    for setting in settings:
        line = f"{setting.key:<{width}}  {_shown(setting.value)}"
        if origin:
            line += f"   [{setting.layer}: {_place(setting.span, sources) or 'default'}]"
        lines.append(line)
        if origin:
            lines += [
                f"{'':<{width}}    overrode {_shown(value)} [{layer}: {_place(span, sources) or 'default'}]"
                for value, layer, span in setting.overrode
            ]
    if sources.problems:
        lines.append(render_text(sources.problems, sources.texts, colour=colour))
    return "\n".join(lines) or "no settings: the built-in policy is in force"


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    return str(value)


OPERATION = Operation(
    name="config show",
    summary="every effective setting, with --origin where it comes from",
    description="Prints every setting in force; --origin adds the layer, file and line, and what it overrode.",
    parameters=(
        Parameter("key", "only settings that begin with this", positional=True),
        Parameter("origin", "show where each value comes from and what it overrode", kind="flag"),
        Parameter(
            "policy", "a folder whose policy stands in for the repository's", kind="path", metavar="DIR"
        ),
    ),
    run=run,
    example="llm-router config show --origin",
)
