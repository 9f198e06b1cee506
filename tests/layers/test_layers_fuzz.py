"""No text makes reading a layer fail: it gives a map, and problems that lie inside the text."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from router.base.problems import Problem
from router.policy.sources.claims import claims_of
from router.policy.sources.disk import parse_layer_yaml
from router.policy.sources.org_text import OrgTexts, read_org_texts
from router.policy.sources.schema_check import known_keys
from router.policy.sources.to_rules import policy_file

PIECES = [
    *known_keys("org"), *known_keys("user"), "model", "provider", "chain", "code", "_total", "budget", "enforce", "5", "-1",
    ":", ": ", "- ", "\n", "\n  ", "\n\t", "[", "]", "{", "}", ",", "'", '"', "#", "&a ", "*a", "!!str ", "<<", "? ", "| ", "> ",
    "---\n", "...\n", "%YAML 1.1\n", "~", "null", "é", "\u202e", "@budget", "a/b", "*-x", "e", "1e400", ".nan", "\\", "`",
]  # fmt: skip
yaml_like = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["a/b", "openai", "budget"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(PIECES[:40]) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def inside(problem: Problem, text: str) -> bool:
    lines = text.split("\n")
    span = problem.span
    assert span is not None and "\n" not in f"{problem.message}{problem.help}"
    return (
        1 <= span.line <= len(lines) + 1
        and 1 <= span.column <= len(lines[min(span.line, len(lines)) - 1]) + 1
    )


def check(text: str, schema: Any) -> None:
    node, part = parse_layer_yaml(text, "f", schema)
    assert all(inside(problem, text) for problem in part.problems)
    file = policy_file(node, "f")
    assert len({rule.name.text for rule in file.rules}) == len(file.rules)
    hash(claims_of(node, "repo"))


@pytest.mark.parametrize("schema", ["repo", "user", "org"])
@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=80) | yaml_like)
@example(text="- - - ? : [")
@example(text="a: |2\n")
@example(text="? \n")
def test_any_text_is_read(schema: Any, text: str) -> None:
    check(text, schema)


@pytest.mark.slow
@pytest.mark.parametrize("schema", ["repo", "user", "org"])
@settings(max_examples=200, deadline=None)
@given(
    data=st.dictionaries(
        st.sampled_from(sorted({*known_keys("org"), *known_keys("user")})), plain_values, max_size=5
    )
)
def test_any_value_under_a_known_key_is_read(schema: Any, data: dict[str, Any]) -> None:
    check(json.dumps(data, ensure_ascii=False, allow_nan=False), schema)


@settings(max_examples=100, deadline=None)
@given(text=yaml_like)
def test_any_text_is_an_organisations_policy_or_has_a_problem(text: str) -> None:
    part = read_org_texts(OrgTexts(("org", text)))
    assert part.files or part.problems or not any(c.key == "profile" for c in part.claims)
