"""Style prompts are given only where they are wanted; the variables and the documents agree."""

from pathlib import Path

import pytest

from router.base.failures import UsageError
from router.compress.text.style import load_styles, style_prompt
from router.compress.text.wanted import TEXT_VARIABLES, Wanted, wanted
from router.model.terms import STYLES, TASKS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("mode", STYLES[1:])
@pytest.mark.parametrize("task", ["query", "analyze", "research"])
def test_a_mode_asks_for_fewer_words_where_prose_is_asked_for(mode: str, task: str) -> None:
    prompt = style_prompt(mode, task=task, has_system=False, structured=False)
    assert prompt and len(prompt.split()) <= 80
    assert all(word in prompt for word in ("number", "warning", "code", "exactly", "language"))


@pytest.mark.parametrize("mode", STYLES)
@pytest.mark.parametrize(
    ("task", "has_system", "structured"),
    [
        ("query", True, False),
        ("query", False, True),
        *((t, False, False) for t in TASKS if t not in {"query", "analyze", "research"}),
    ],
)
def test_no_style_where_it_would_harm(mode: str, task: str, has_system: bool, structured: bool) -> None:
    assert style_prompt(mode, task=task, has_system=has_system, structured=structured) is None


def test_off_is_the_default_and_gives_none() -> None:
    assert wanted({}) == Wanted(False, None, "off")
    assert style_prompt("off", task="query", has_system=False, structured=False) is None


def test_each_mode_has_its_own_prompt_and_known_tasks() -> None:
    styles = load_styles()
    assert len(set(styles.prompts.values())) == len(STYLES) - 1
    assert styles.tasks < set(TASKS)


@pytest.mark.parametrize("mode", ["full", "ultra"])
def test_fragments_are_told_what_never_goes(mode: str) -> None:
    prompt = load_styles().prompts[mode]
    assert "Never drop not, never, no, only, except, if, unless" in prompt
    assert all(
        word in prompt for word in ("commit messages", "security warnings", "cannot be undone", "order")
    )


def test_an_unknown_mode_is_told() -> None:
    with pytest.raises(UsageError, match="unknown style `loud`: it is one of off, lite, full, ultra"):
        style_prompt("loud", task="query", has_system=False, structured=False)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LLM_ROUTER_COMPRESS_RESPONSE": "true"}, Wanted(True, None, "off")),
        ({"LLM_ROUTER_COMPRESS_RESPONSE": " OFF "}, Wanted()),
        ({"LLM_ROUTER_COMPRESS_TARGET": "20%"}, Wanted(False, 0.2, "off")),
        ({"LLM_ROUTER_COMPRESS_TARGET": "0.25"}, Wanted(False, 0.25, "off")),
        ({"LLM_ROUTER_CAVEMAN_INTENSITY": "Ultra"}, Wanted(False, None, "ultra")),
        ({"LLM_ROUTER_CAVEMAN_INTENSITY": "", "LLM_ROUTER_COMPRESS_TARGET": " "}, Wanted()),
    ],
)
def test_variables_are_read(environ: dict[str, str], expected: Wanted) -> None:
    assert wanted(environ) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LLM_ROUTER_COMPRESS_RESPONSE", "perhaps"),
        *(
            ("LLM_ROUTER_COMPRESS_TARGET", text)
            for text in ("1", "100%", "-0.1", "nan", "1e-3", "half", ".", "٣")
        ),
        ("LLM_ROUTER_CAVEMAN_INTENSITY", "loud"),
    ],
)
def test_a_value_that_cannot_be_meant_is_told_by_its_name(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name):
        wanted({name: value})


@pytest.mark.parametrize("variable", TEXT_VARIABLES, ids=lambda v: v.name)
def test_every_variable_stands_in_the_reference(variable: tuple[str, str, str]) -> None:
    name, takes, effect = variable
    assert f"| `{name}` | {takes} | {effect} |" in (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
