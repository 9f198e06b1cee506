"""How rules, `let` names and tests hang together."""

from collections.abc import Iterable, Iterator

from router.base.pages import Page
from router.base.problems import Fix, Note, Problem, error, warning
from router.facts import FACTS, find_fact
from router.model.terms import FIRST_MATCH
from router.policy.check.asked import Asked, asked_by, asked_by_lets, facts_asked
from router.policy.check.names import Names, did_you_mean, nearest
from router.policy.nodes import Condition, Layer, Let, LetRef, Rule, atoms

_SHOWN = 8
_STAGES = ("given", "classified", "profiled", "priced")
_LATEST = {"classify": "given", "profile": "classified"}
_ANY_STAGE = frozenset({"refuse", "approve", "redact", "tag", "cap", "compress"})
_REASONED = frozenset({"deny", "allow", "refuse"})


def check_lets(layers: tuple[Layer, ...], names: Names) -> Iterable[Problem]:
    """`let` names: unknown, cyclic, doubled, unused, or the name of an attribute."""
    for layer in layers:
        lets = [let for file in layer.files for let in file.lets]
        by_name: dict[str, Let] = {}
        for let in lets:
            if let.name.text in by_name:
                first = Note("the first stands here", by_name[let.name.text].name.span)
                yield error("R323", f"`let {let.name.text}` stands twice", let.name.span, None, first)
            if find_fact(let.name.text):
                yield error(
                    "R325", f"`{let.name.text}` is an attribute and cannot be a `let` name", let.name.span
                )
            by_name.setdefault(let.name.text, let)
        used: set[str] = set()
        for condition in _conditions(layer):
            for atom in atoms(condition):
                if isinstance(atom, LetRef):
                    used.add(atom.name)
                    if atom.name not in by_name:
                        yield _unknown_name(atom, by_name)
        yield from _cycles(by_name)
        for name, let in by_name.items():
            if name not in used:
                yield warning("R324", f"`let {name}` is not used", let.name.span, "delete it")


def _conditions(layer: Layer) -> Iterator[Condition]:
    for file in layer.files:
        yield from (let.condition for let in file.lets)
        for rule in file.rules:
            yield from (part for part in (rule.when, rule.unless) if part is not None)


def _unknown_name(atom: LetRef, lets: dict[str, Let]) -> Problem:
    if atom.name in FACTS:
        return error(
            "R321",
            f"`{atom.name}` is asked nothing",
            atom.span,
            f"as in `{FACTS[atom.name].example}`, or `known {atom.name}`",
        )
    if atom.name.lower() in ("true", "always", "false", "never"):
        help_text = "a rule without `when` always applies; one that never does is best deleted"
        return error("R321", f"`{atom.name}` is no condition", atom.span, help_text)
    asked = next((fact.name for fact in FACTS.values() if atom.name in (fact.values or ())), None)
    if asked and atom.name not in lets:
        help_text = f"each side of `and` and `or` asks something, as in `{asked} is {atom.name}`"
        return error("R321", f"`{atom.name}` alone is no condition", atom.span, help_text)
    near = nearest(atom.name, [*lets, *FACTS])
    help_text = f"did you mean `{near}`?" if near else f"name a condition with `let {atom.name} = ...`"
    fix = Fix(atom.span, near) if near in lets and near else None
    return error("R321", f"unknown name `{atom.name}`", atom.span, help_text, fix=fix)


def _cycles(lets: dict[str, Let]) -> Iterator[Problem]:
    graph = {
        name: [atom.name for atom in atoms(let.condition) if isinstance(atom, LetRef) and atom.name in lets]
        for name, let in lets.items()
    }
    for cycle in find_cycles(graph):
        path = " -> ".join(_circle(cycle))
        yield error(
            "R322",
            f"`let {cycle[0]}` asks itself: {path}",
            lets[cycle[0]].name.span,
            "a `let` may ask only others",
        )


def _circle(names: list[str]) -> list[str]:
    """The names round to the first again; of a long circle only its ends."""
    shown = names if len(names) <= _SHOWN else [*names[: _SHOWN - 1], "..."]
    return [*shown, names[0]]


def find_cycles(graph: dict[str, list[str]]) -> Iterator[list[str]]:
    """Cycles of a graph, each once, found without recursion; nodes on a reported cycle are not reported again."""
    state: dict[str, int] = {}
    for root in graph:
        if root in state:
            continue
        stack: list[tuple[str, Iterator[str]]] = [(root, iter(graph[root]))]
        path = [root]
        state[root] = 1
        while stack:
            node, children = stack[-1]
            child = next(children, None)
            if child is None:
                state[node] = 2
                stack.pop()
                path.pop()
            elif state.get(child) == 1:
                yield path[path.index(child) :]
            elif child not in state:
                state[child] = 1
                stack.append((child, iter(graph.get(child, ()))))
                path.append(child)


def check_order(layers: tuple[Layer, ...], names: Names) -> Iterable[Problem]:
    """`over`, `lock` and rule names."""
    for layer in layers:
        rules: dict[str, Rule] = {}
        for rule in (rule for file in layer.files for rule in file.rules):
            if rule.name.text in rules:
                first = Note("the first stands here", rules[rule.name.text].name.span)
                yield error(
                    "R333", f"rule `{rule.name.text}` stands twice in this layer", rule.name.span, None, first
                )
            rules.setdefault(rule.name.text, rule)
            if rule.lock is not None and layer.name != "org" and not _generated(rule):
                help_text = "only an organisation's rules may be locked; restrictions need no lock"
                yield error("R334", "`lock` stands outside the organisation's layer", rule.lock, help_text)
        for rule in rules.values():
            for name in rule.over:
                if name.text not in rules:
                    near = nearest(name.text, (known for known in rules if known != rule.name.text))
                    help_text = f"did you mean `{near}`?" if near else "`over` names a rule of the same layer"
                    fix = Fix(name.span, near) if near else None
                    yield error("R331", f"unknown rule `{name.text}`", name.span, help_text, fix=fix)
        graph = {
            name: [over.text for over in rule.over if over.text in rules]
            for name, rule in rules.items()
            if rule.over
        }
        for cycle in find_cycles({name: graph.get(name, []) for name in rules} if graph else {}):
            path = " over ".join(_circle(cycle))
            yield error(
                "R332",
                f"rules stand over each other in a circle: {path}",
                rules[cycle[0]].over[0].span,
                "delete the `over` that is not meant",
            )


def _generated(rule: Rule) -> bool:
    """Whether a rule was made from a setting, whose lock its own layer's reader has judged."""
    return not rule.span.file.endswith(".rules")


def check_effects(layers: tuple[Layer, ...], names: Names) -> Iterable[Problem]:
    """Effects against each other, against their condition, and with their clauses."""
    for layer in layers:
        lets = asked_by_lets({let.name.text: let.condition for file in layer.files for let in file.lets})
        for rule in (rule for file in layer.files for rule in file.rules):
            yield from _contradicting(rule)
            yield from _too_late(rule, lets)
            yield from _clauses(rule, names)
            if layer.name != "built-in" and not _generated(rule):
                yield from _habits(rule, lets)


def _contradicting(rule: Rule) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for effect in rule.effects:
        seen[effect.kind] = seen.get(effect.kind, 0) + 1
        if seen[effect.kind] == 2 and (effect.kind in FIRST_MATCH or effect.kind == "downgrade"):
            message = f"`{effect.kind}` stands twice in one rule"
            yield error("R345", message, effect.span, "only one can count: make it two rules")


def _too_late(rule: Rule, lets: dict[str, Asked]) -> Iterator[Problem]:
    asked = facts_asked(rule, lets)
    for effect in rule.effects:
        latest = "priced" if effect.kind in _ANY_STAGE else _LATEST.get(effect.kind, "profiled")
        for name, atom in asked.items():
            fact = find_fact(name)
            if fact and _STAGES.index(fact.stage) > _STAGES.index(latest):
                why = {
                    "classified": "the prompt is classified",
                    "profiled": "the profile is chosen",
                    "priced": "a model is chosen",
                }
                yield error(
                    "R341",
                    f"`{effect.kind}` cannot depend on `{name}`, which is known only after {why[fact.stage]}",
                    atom.span,
                    "ask something known earlier, or give the effect a rule of its own",
                )
                return


def _clauses(rule: Rule, names: Names) -> Iterator[Problem]:
    if rule.until is not None and rule.until.value < names.today:  # type: ignore[operator]
        yield warning(
            "R342",
            f"`{rule.name.text}` ended on {rule.until.value}",
            rule.until.span,
            "delete it, or move the day",
        )
    if rule.rollout is not None and not 0.0 < float(rule.rollout.value) <= 1.0:  # type: ignore[arg-type]
        yield error("R343", "a roll-out is more than 0% and at most 100%", rule.rollout.span)


def _habits(rule: Rule, lets: dict[str, Asked]) -> Iterator[Problem]:
    kinds = {effect.kind for effect in rule.effects}
    if (kinds & _REASONED or rule.lock) and rule.because is None:
        yield Problem(
            "R348",
            "note",
            f"`{rule.name.text}` forbids without a reason",
            rule.name.span,
            'add `because "..."`: it is shown to whoever it stops',
        )
    if rule.restricts and rule.when is not None:
        asked = asked_by(rule.when, lets)
        for name, atom in facts_asked(rule, lets).items():
            fact = find_fact(name)
            if fact and fact.often_unknown and name not in asked.known:
                yield Problem(
                    "R347", "note",
                    f"`{rule.name.text}` also fires when `{name}` is not known, which is often",
                    atom.span, f"add `known {name} and ...` if it should not",
                )  # fmt: skip
                return


def check_tests(layers: tuple[Layer, ...], names: Names) -> Iterable[Problem]:
    """Tests that assert nothing, share a name, or name rules that do not exist."""
    rules = {rule.name.text for layer in layers for file in layer.files for rule in file.rules}
    for layer in layers:
        seen: set[str] = set()
        for test in (test for file in layer.files for test in file.tests):
            name = str(test.name.value)
            if name in seen:
                yield warning(
                    "R502", f'two tests are named "{name}"', test.name.span, "give each its own name"
                )
            seen.add(name)
            if not test.expect:
                yield error("R501", "the test asserts nothing", test.name.span, "add an `expect` line")
            for expect in test.expect:
                named = [expect.by] if expect.by else []
                named += expect.words if expect.kind == "fired" else ()
                for word in named:
                    if word.text not in rules:
                        yield error(
                            "R503", f"unknown rule `{word.text}`", word.span, did_you_mean(word.text, rules)
                        )


PAGES: tuple[Page, ...] = (
    Page("R321", "a name that stands for nothing", "A bare word in a condition is the name of a `let`.",
         "rule a\n  tag x\n  when offpaek\nlet offpeak = hour in 20..6\n", "rule a\n  tag x\n  when offpeak\nlet offpeak = hour in 20..6\n"),
    Page("R322", "a `let` that asks itself", "Policies always end, so names may not go in circles.",
         "let a = b\nlet b = a\nrule r\n  tag x\n  when a\n", "let a = b\nlet b = turn > 3\nrule r\n  tag x\n  when a\n"),
    Page("R323", "a `let` name that stands twice", "Which one is meant could change with the order of files.",
         "let a = turn > 3\nlet a = turn > 4\nrule r\n  tag x\n  when a\n", "let a = turn > 3\nrule r\n  tag x\n  when a\n"),
    Page("R324", "a `let` that is not used", "It may be left over, or a rule may have misspelled it.",
         "let a = turn > 3\nrule r\n  tag x\n", "let a = turn > 3\nrule r\n  tag x\n  when a\n"),
    Page("R325", "a `let` with an attribute's name", "A reader could not tell which is meant.",
         "let task = turn > 3\nrule r\n  tag x\n  when task\n", "let late = turn > 3\nrule r\n  tag x\n  when late\n"),
    Page("R331", "`over` a rule that does not exist", "`over` puts a rule before another of the same layer.",
         "rule a\n  route to openai\n  over bb\nrule b\n  route to mistral\n", "rule a\n  route to openai\n  over b\nrule b\n  route to mistral\n"),
    Page("R332", "rules over each other in a circle", "There is no order in which each stands before the other.",
         "rule a\n  route to openai\n  over b\nrule b\n  route to mistral\n  over a\n", "rule a\n  route to openai\n  over b\nrule b\n  route to mistral\n"),
    Page("R333", "a rule name that stands twice", "Names are how decisions, tests and `over` speak of rules.",
         "rule a\n  tag x\nrule a\n  tag y\n", "rule a\n  tag x\nrule b\n  tag y\n"),
    Page("R334", "`lock` outside the organisation's layer", "A lock puts a rule above every layer, so only the organisation may set one.",
         "rule a\n  mode enforce\n  lock\n", "rule a\n  mode enforce\n"),
    Page("R341", "an effect that depends on what is not known yet",
         "A decision goes in one direction: classify, profile, restrict, route, price. What decides an earlier step cannot\ndepend on a later one.",
         "rule a\n  route to openai\n  when cost > $1\n", "rule a\n  require approval\n  when cost > $1\n"),
    Page("R342", "a rule whose time is over", "It never fires again.",
         "rule a\n  tag x\n  until 2020-01-01\n", "rule a\n  tag x\n  until 2999-12-31\n"),
    Page("R343", "a roll-out outside 0% to 100%", "It is the share of sessions that a rule applies to.",
         "rule a\n  tag x\n  rollout 120% of sessions\n", "rule a\n  tag x\n  rollout 12% of sessions\n"),
    Page("R345", "two effects of which one can count", "A rule has one route, one mode, one profile, one classification.",
         "rule a\n  route to openai\n  route to mistral\n", "rule a\n  route to openai then mistral\n"),
    Page("R347", "a restriction that often fires because nothing is known",
         "Restrictions fire when a fact they ask is unknown. Hosts seldom send this one, so the rule will restrict more\nthan it says. If that is meant, leave it.",
         'rule a\n  deny openai\n  when path under "src/"\n  because "x"\n', 'rule a\n  deny openai\n  when known path and path under "src/"\n  because "x"\n'),
    Page("R348", "a restriction without a reason", "The reason is shown to whoever is stopped by it.",
         "rule a\n  deny openai\n", 'rule a\n  deny openai\n  because "contract ended"\n'),
    Page("R501", "a test that asserts nothing", "It would pass whatever the policy says.",
         'rule a\n  tag x\ntest "t"\n  given task code\n', 'rule a\n  tag x\ntest "t"\n  given task code\n  expect tag x\n'),
    Page("R502", "two tests of one name", "A report could not tell which failed.",
         'rule a\n  tag x\ntest "t"\n  expect tag x\ntest "t"\n  expect tag x\n', 'rule a\n  tag x\ntest "t"\n  expect tag x\n'),
    Page("R503", "a test that names a rule that does not exist", "The expectation could never be met.",
         'rule a\n  tag x\ntest "t"\n  expect tag x by b\n', 'rule a\n  tag x\ntest "t"\n  expect tag x by a\n'),
)  # fmt: skip
