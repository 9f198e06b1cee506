"""Facts, operators and constants: whether a condition asks something that makes sense."""

from collections.abc import Iterable, Iterator

from router.base.pages import Page
from router.base.problems import Fix, Problem, Span, error, warning
from router.facts import FACTS, find_fact
from router.facts.kind import Fact
from router.policy.check.names import Names, did_you_mean, listed, nearest, some_of
from router.policy.nodes import And, Compare, Condition, FactRef, Given, Known, Layer, Not, Or, Value, atoms

_COMMON = ("task", "complexity", "path", "branch", "prompt", "hour")
_SPELLED = {"in range": "in a..b"}
_COMMON_FIRST = (
    "is", "in", "contains", "under", ">=", "in range", "matches", "contains any", "contains all", "like", "is not", "not in", "<", "<=", ">",
)  # fmt: skip
QUOTA_WINDOWS = ("claude.session", "claude.weekly")
_KNOWLEDGE = frozenset({"known", "unknown", "missing", "none", "null", "undefined", "empty"})
_SPEND = ("task", "provider")


def check_facts(layers: tuple[Layer, ...], names: Names) -> Iterable[Problem]:
    """Every condition of every rule and `let`, and what tests give."""
    for layer in layers:
        lets = frozenset(let.name.text for file in layer.files for let in file.lets)
        for file in layer.files:
            for let in file.lets:
                yield from _condition(let.condition, names, lets)
            for rule in file.rules:
                for condition in (rule.when, rule.unless):
                    if condition is not None:
                        yield from _condition(condition, names, lets)
                        yield from _constant(condition)
            for test in file.tests:
                for given in test.given:
                    yield from _given(given, names)


def _condition(condition: Condition, names: Names, lets: frozenset[str]) -> Iterator[Problem]:
    for atom in atoms(condition):
        if isinstance(atom, Compare) and atom.fact.name in lets and find_fact(atom.fact.name) is None:
            yield _compared_let(atom)
        elif isinstance(atom, Compare):
            yield from _compare(atom, names)
        elif isinstance(atom, Known):
            yield from _fact(atom.fact, names)


def _compared_let(node: Compare) -> Problem:
    """A `let` name that is compared, mostly with `true`."""
    name, said = node.fact.name, str(node.values[0].value).lower()
    plain = node.operator == "is" and node.fact.argument is None
    meant = {"true": name, "false": f"not {name}"}.get(said) if plain else None
    help_text = f"write `{meant}`" if meant else f"write `{name}` or `not {name}` alone"
    fix = Fix(node.span, meant) if meant else None
    return error(
        "R301", f"`{name}` is a condition of its own and is not compared", node.span, help_text, fix=fix
    )


def _fact(ref: FactRef, names: Names) -> Iterator[Problem]:
    fact = find_fact(ref.name)
    if fact is None:
        near = nearest(ref.name, FACTS) or _tail(ref.name)
        fix = Fix(_name_span(ref), near) if near else None
        help_text = f"did you mean `{near}`?" if near else f"attributes are {some_of(_COMMON)}"
        yield error("R301", f"unknown attribute `{ref.name}`", _name_span(ref), help_text, fix=fix)
    elif fact.argument is None and ref.argument is not None:
        yield error("R305", f"`{ref.name}` takes nothing in parentheses", ref.span, f"write `{ref.name}`")
    elif fact.argument is not None:
        yield from _argument(fact, ref, names)


def _tail(name: str) -> str | None:
    """The attribute whose last part is meant, such as `prompt.tokens` for `tokens`."""
    near = nearest(name, [each.rpartition(".")[2] for each in FACTS if "." in each])
    return next((each for each in FACTS if near and each.endswith(f".{near}")), None)


def _argument_span(ref: FactRef) -> Span:
    """What stands between the parentheses, when nothing but single blanks does; else the whole."""
    span = ref.span
    if span.line != span.end_line or span.end_column - span.column != len(ref.key):
        return span
    start = span.column + len(ref.name) + 1
    return Span(span.file, span.line, start, span.line, span.end_column - 1)


def _operator_span(node: Compare) -> Span:
    """Where the operator stands when it is written between single blanks; else the whole comparison."""
    before, after = node.fact.span, node.values[0].span
    length = len(node.operator.removesuffix(" range"))
    if before.end_line != after.line or after.column - before.end_column not in (length + 2, length + 3):
        return node.span
    start = before.end_column + 1
    return Span(before.file, before.line, start, before.line, start + length)


def _name_span(ref: FactRef) -> Span:
    start = ref.span
    return Span(start.file, start.line, start.column, start.line, start.column + len(ref.name))


def _argument(fact: Fact, ref: FactRef, names: Names) -> Iterator[Problem]:
    argument, span = ref.argument, _argument_span(ref)
    if argument is None:
        message = f"`{ref.name}` does not say of what"
        yield error("R305", message, ref.span, f"as in `{fact.example}`")
    elif fact.argument == "provider":
        yield from _provider(argument, span, names)
    elif fact.argument == "quota" and argument not in QUOTA_WINDOWS:
        message = f"unknown quota window `{argument}`"
        yield error("R305", message, span, f"windows are {listed(QUOTA_WINDOWS)}")
    elif fact.argument == "spend":
        yield from _spend(argument, span, names)


def _provider(name: str, span: Span, names: Names) -> Iterator[Problem]:
    if name in names.providers:
        return
    near = nearest(name, names.providers)
    help_text = f"did you mean `{near}`?" if near else f"providers are {some_of(sorted(names.providers))}"
    exact = span.end_column - span.column == len(name)
    fix = Fix(span, near) if near and exact else None
    yield error("R311", f"unknown provider `{name}`", span, help_text, fix=fix)


def _spend(argument: str, span: Span, names: Names) -> Iterator[Problem]:
    kind, _, name = argument.partition(" ")
    tasks = FACTS["task"].values or ()
    if argument in ("total", "session"):
        return
    named = span
    if name and span.end_column - span.column == len(argument):
        named = Span(span.file, span.line, span.column + len(kind) + 1, span.line, span.end_column)
    if kind not in _SPEND or not name or " " in name:
        help_text = "write `spend(task code)`, `spend(provider openai)`, `spend(total)` or `spend(session)`"
        yield error("R305", f"unknown spend `{argument}`", span, help_text)
    elif kind == "task" and name not in tasks:
        help_text = did_you_mean(name, tasks) or f"tasks are {some_of(tasks)}"
        yield error("R304", f"unknown task `{name}`", named, help_text)
    elif kind == "provider":
        yield from _provider(name, named, names)


def _compare(node: Compare, names: Names) -> Iterator[Problem]:
    before = list(_fact(node.fact, names))
    yield from before
    fact = find_fact(node.fact.name)
    if before or fact is None:
        return
    if node.operator not in fact.kind.operators:
        asked = _SPELLED.get(node.operator, node.operator)
        allowed = some_of(_SPELLED.get(each, each) for each in _COMMON_FIRST if each in fact.kind.operators)
        message = f"`{fact.name}` cannot be asked with `{asked}`"
        yield error("R302", message, _operator_span(node), f"it takes {allowed}")
        return
    fault = _asked_for_knowledge(node)
    if fault:
        yield fault
        return
    for value in node.values:
        fault = _value(fact, node.operator, value)
        if fault:
            yield fault
            return
    if node.operator == "in range":
        yield from _range(fact, node)


def _asked_for_knowledge(node: Compare) -> Problem | None:
    """`path is unknown` would compare the path with a file of that name."""
    value = node.values[0]
    if node.operator not in ("is", "is not") or value.kind != "word" or value.value not in _KNOWLEDGE:
        return None
    known = (value.value == "known") == (node.operator == "is")
    meant = f"known {node.fact.key}" if known else f"not known {node.fact.key}"
    message = f"`{node.fact.name}` is never `{value.value}`"
    return error("R310", message, node.span, f"write `{meant}`", fix=Fix(node.span, meant))


def _value(fact: Fact, operator: str, value: Value) -> Problem | None:
    if fact.kind.name == "text":
        return _text_value(operator, value)
    wanted = fact.kind.constants
    if value.kind not in wanted:
        meant = _meant(value, wanted)
        help_text = f"write `{meant}`" if meant else f"as in `{fact.example}`"
        fix = Fix(value.span, meant) if meant and value.kind == "word" else None
        return error(
            "R303", f"`{fact.name}` is compared with {fact.kind.noun}", value.span, help_text, fix=fix
        )
    if fact.values is not None and operator != "like" and value.value not in fact.values:
        near = nearest(str(value.value), fact.values)
        help_text = f"did you mean `{near}`?" if near else f"it is one of {some_of(fact.values)}"
        fix = Fix(value.span, near) if near and value.kind == "word" else None
        return error("R304", f"`{fact.name}` is never `{value.value}`", value.span, help_text, fix=fix)
    if value.period is not None and fact.name != "spend":
        return error("R303", f"`{fact.name}` takes no period", value.span, f"as in `{fact.example}`")
    return _bounds(fact, value)


def _meant(value: Value, wanted: frozenset[str]) -> str | None:
    """A word or number as the constant that was probably meant."""
    if value.kind == "word" and wanted == {"text"}:
        return f'"{value.value}"'
    if isinstance(value.value, float) and value.kind == "number" and "percent" in wanted:
        # Between 0 and 1 a share is meant; 1 itself could be either.
        return None if value.value == 1 else f"{value.value * 100 if value.value < 1 else value.value:g}%"
    return f"${value.value:.2f}" if value.kind == "number" and "money" in wanted else None


def _text_value(operator: str, value: Value) -> Problem | None:
    if operator == "matches" and value.kind not in ("regex", "text"):
        return error(
            "R303", "`matches` takes a pattern", value.span, 'as in `prompt matches r"BEGIN (RSA|EC)"`'
        )
    if operator != "matches" and value.kind not in ("text", "word"):
        help_text = (
            "a pattern is asked with `matches`" if value.kind == "regex" else "put it in double quotes"
        )
        return error("R303", "`contains` takes a quoted text", value.span, help_text)
    if operator != "matches" and not str(value.value).strip():
        return error("R303", "an empty text stands in every prompt", value.span)
    return None


def _bounds(fact: Fact, value: Value) -> Problem | None:
    if not isinstance(value.value, float):
        return None
    too_low = fact.low is not None and value.value < fact.low
    too_high = fact.high is not None and value.value > fact.high
    if too_low or too_high:
        bounds = f"{fact.low:g} to {fact.high:g}" if fact.high is not None else f"{fact.low:g} or more"
        return error("R306", f"`{fact.name}` is {bounds}", value.span)
    if fact.whole and value.value != int(value.value):
        return error("R306", f"`{fact.name}` is a whole number", value.span)
    return None


def _range(fact: Fact, node: Compare) -> Iterator[Problem]:
    low, high = node.values[0].value, node.values[1].value
    if not fact.wraps and low > high:  # type: ignore[operator]
        fix_text = "write the smaller end first"
        yield error(
            "R308", "the range is empty: its end lies before its start", node.values[0].span, fix_text
        )


def _given(given: Given, names: Names) -> Iterator[Problem]:
    before = list(_fact(given.fact, names))
    yield from before
    fact = find_fact(given.fact.name)
    if before or fact is None:
        return
    for value in given.values:
        if fact.kind.name == "text":
            if value.kind != "text":
                yield error("R303", f"`{fact.name}` is given as a quoted text", value.span)
        else:
            fault = _value(fact, "is", value)
            if fault:
                yield fault


def _constant(condition: Condition) -> Iterator[Problem]:
    """A condition that asks a thing and its opposite at one level."""
    if isinstance(condition, And | Or):
        seen = {_shape(part): part for part in condition.operands if not isinstance(part, Not)}
        for part in condition.operands:
            if isinstance(part, Not) and _shape(part.operand) in seen:
                what = "never" if isinstance(condition, And) else "always"
                yield warning(
                    "R309", f"the condition is {what} true: it asks a thing and its opposite", part.span
                )


def _shape(condition: Condition) -> str:
    match condition:
        case Compare(fact, operator, values):
            return f"{fact.key} {operator} {[(v.value, v.period) for v in values]}"
        case Known(fact):
            return f"known {fact.key}"
        case Not(operand):
            return f"not ({_shape(operand)})"
        case And(operands):
            return f"and{[_shape(part) for part in operands]}"
        case Or(operands):
            return f"or{[_shape(part) for part in operands]}"
    return f"let {condition.name}"


PAGES: tuple[Page, ...] = (
    Page(
        "R301", "an attribute that does not exist",
        "A condition can ask only what is known of a request. A misspelled attribute would never be known, so a rule\n"
        "that permits would never fire and one that restricts always.",
        "rule a\n  tag x\n  when tokns is 3\n", "rule a\n  tag x\n  when turn is 3\n",
    ),
    Page(
        "R302", "an operator that does not fit the attribute",
        "Names are compared with `is` and `in`, ordered ones and numbers also with `<`, paths are asked with `under`\n"
        "and `like`, the prompt with `contains` and `matches`.",
        "rule a\n  tag x\n  when task >= code\n", "rule a\n  tag x\n  when task is code\n",
    ),
    Page(
        "R303", "a constant of the wrong type",
        "An attribute is compared with constants of its own type: percentages with 85%, money with $5.00, paths with\n"
        'quoted texts.',
        "rule a\n  tag x\n  when hour is 20%\n", "rule a\n  tag x\n  when hour is 20\n",
    ),
    Page(
        "R304", "a value the attribute never has",
        "Tasks, complexities, profiles and weekdays are closed sets; anything else can never be true.",
        "rule a\n  tag x\n  when task is coding\n", "rule a\n  tag x\n  when task is code\n",
    ),
    Page(
        "R305", "a missing or wrong argument",
        "`pressure`, `spend` and `quota` ask about one provider, scope or window; other attributes take none.",
        "rule a\n  tag x\n  when quota(claude.daily) >= 90%\n", "rule a\n  tag x\n  when quota(claude.weekly) >= 90%\n",
    ),
    Page(
        "R306", "a number outside what the attribute can be",
        "Hours are 0 to 23, percentages 0 to 100; a comparison with anything else is always or never true.",
        "rule a\n  tag x\n  when hour is 24\n", "rule a\n  tag x\n  when hour is 0\n",
    ),
    Page(
        "R310", "asking whether an attribute is known with `is`",
        "`is` compares with a value, so `branch is unknown` would wait for a branch of that name; whether an attribute is\n"
        "known is asked with `known`. A value that is really called so stands in quotes.",
        "rule a\n  tag x\n  when branch is unknown\n", "rule a\n  tag x\n  when not known branch\n",
    ),
    Page(
        "R308", "an empty range",
        "Only hours run over midnight; any other range must begin with its smaller end.",
        "rule a\n  tag x\n  when turn in 9..3\n", "rule a\n  tag x\n  when turn in 3..9\n",
    ),
    Page(
        "R309", "a condition that is always or never true",
        "A rule that asks a thing and its opposite says nothing about the request.",
        "rule a\n  tag x\n  when task is code and not task is code\n", "rule a\n  tag x\n  when task is code\n",
    ),
)  # fmt: skip
