"""The language's sample file, and mistakes in several of its items at once."""

from router.base.problems import has_errors
from router.base.render import apply_fixes
from router.policy.nodes import Effect
from router.policy.parse import format_policy, parse_policy, print_policy
from tests.language.nodes_random import bare
from tests.language.reading import FILE, SAMPLE, errors_of, problems_of, underlined


def test_the_sample_parses_whole() -> None:
    parsed, problems = parse_policy(SAMPLE, FILE)
    assert problems == ()
    assert (len(parsed.lets), len(parsed.rules), len(parsed.tests)) == (3, 10, 2)
    assert parsed.name is not None and parsed.name.text == "payments-api"


def test_the_sample_checks_without_errors() -> None:
    # `pci` asks the path, which is often unknown, and a deny of another organisation's provider needs none of it.
    assert [problem for problem in problems_of(SAMPLE) if problem.severity == "error"] == []
    assert {problem.code for problem in problems_of(SAMPLE)} <= {"R312", "R324", "R347", "R348"}


def test_the_sample_is_in_canonical_form() -> None:
    assert format_policy(SAMPLE, FILE) == (SAMPLE, ())


def test_what_is_printed_of_the_sample_means_the_same() -> None:
    parsed, _ = parse_policy(SAMPLE, FILE)
    assert bare(parse_policy(print_policy(parsed), FILE)[0]) == bare(parsed)


def test_every_place_in_the_sample_covers_its_words() -> None:
    parsed, _ = parse_policy(SAMPLE, FILE)
    rows = SAMPLE.split("\n")
    for rule in parsed.rules:
        span = rule.name.span
        assert rows[span.line - 1][span.column - 1 : span.end_column - 1] == rule.name.text
        for effect in rule.effects:
            assert effect_text(rows, effect).startswith(effect.kind.replace("approve", "require").split()[0])
    tests = {test.span.line for test in parsed.tests}
    assert all(rows[line - 1].startswith("test ") for line in tests)


def effect_text(rows: list[str], effect: Effect) -> str:
    return rows[effect.span.line - 1][effect.span.column - 1 : effect.span.end_column - 1]


MISTAKES = (
    ("classify as code/complex", "classify code/complex", "code/complex"),
    ("route to ollama/qwen3.5:latest then @budget", "route to ollama/qwen3.5:latest -> @budget", "->"),
    ("when pressure(anthropic) >= 85%", "when pressure(anthropic) >= 85 %", "%"),
    ("cap task image at $5.00/day", "cap task image at $5.00", "$5.00"),
    ("rollout 10% of sessions", "rollout 10%", "10%"),
)


def test_mistakes_in_several_items_are_all_told_with_their_lines() -> None:
    text = SAMPLE
    for right, wrong, _ in MISTAKES:
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    found = errors_of(text)
    wanted = [
        (line, said)
        for line, row in enumerate(text.split("\n"), 1)
        for _, wrong, said in MISTAKES
        if wrong in row
    ]
    assert [(p.span.line, underlined(text, p)) for p in found if p.span] == wanted
    assert len(found) == len(MISTAKES)


def test_checks_tell_of_every_item_too() -> None:
    text = SAMPLE.replace("deny provider deepseek, mistral", "deny provider deepsek, mistrel").replace(
        "task image", "task picture"
    )
    found = [(p.code, underlined(text, p)) for p in errors_of(text)]
    assert found == [("R311", "deepsek"), ("R311", "mistrel"), ("R304", "picture")]
    repaired, applied = apply_fixes(text, errors_of(text))
    assert applied >= 2 and "deny provider deepseek, mistral" in repaired


def test_a_mistake_spoils_only_its_item() -> None:
    parsed, problems = parse_policy(
        'rule a\n  tag\nlet b = \nrule c\n  tag x\ntest d\ntest "e"\n  expect tag x\n', FILE
    )
    assert has_errors(problems) and len(problems) == 3
    assert [type(item).__name__ for item in parsed.items] == ["Rule", "TestBlock"]
    assert [problem.span.line for problem in problems if problem.span] == [2, 3, 6]


def test_given_lines_add_up_and_are_joined_by_the_formatter() -> None:
    text = 'test "t"\n  given task code\n  given path "a", path "b"\n  expect task code\n'
    parsed, problems = parse_policy(text, FILE)
    assert problems == ()
    assert [given.fact.name for given in parsed.tests[0].given] == ["task", "path", "path"]
    joined = 'test "t"\n  given task code, path "a", path "b"\n  expect task code\n'
    assert format_policy(text, FILE) == (joined, ())


def test_a_hidden_character_is_told_once() -> None:
    assert [problem.code for problem in problems_of("\ufeffrule a\n  tag x\n")] == ["R601"]
    assert [problem.code for problem in problems_of("rule a\n  tag x\n  \u200bwhen task is code\n")] == [
        "R601"
    ]
