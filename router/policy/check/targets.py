"""Providers, models, chains and the other words of effects: whether they exist."""

from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from router.base.pages import Page
from router.base.problems import Fix, Problem, Span, error, warning
from router.base.redaction import REDACTABLE
from router.facts import FACTS
from router.model.terms import STYLES, TIERS
from router.policy.check.names import Names, did_you_mean, listed, nearest, some_of
from router.policy.nodes import Effect, Expect, Layer, Target, Word

DYNAMIC_CHAINS = frozenset({"tier", "profile"})
MODES = ("shadow", "suggest", "enforce", "off")
COMPRESSIBLE = ("output", "answers", "style", "pages")
SCOPES = {
    "task": ("day", "month"),
    "provider": ("day", "month"),
    "total": ("day", "month"),
    "session": ("session",),
    "call": ("call",),
}
_MOST_SEARCHED = 500
_NAMED_SCOPES = ("task", "provider")


def check_targets(layers: tuple[Layer, ...], names: Names) -> Iterable[Problem]:
    """Every effect of every rule, and what tests expect."""
    told: Counter[str] = Counter()
    for layer in layers:
        for file in layer.files:
            for rule in file.rules:
                for effect in rule.effects:
                    yield from _effect(effect, names, told)
            for test in file.tests:
                for expect in test.expect:
                    yield from _expect(expect, names, told)


def _effect(effect: Effect, names: Names, told: Counter[str]) -> Iterator[Problem]:
    for target in effect.targets:
        yield from _target(target, names, effect.kind, told)
    yield from _repeated(effect)
    match effect.kind:
        case "classify":
            yield from _one_of(effect.words[0], FACTS["task"].values or (), "task")
            for word in effect.words[1:]:
                yield from _one_of(word, FACTS["complexity"].values or (), "complexity")
        case "mode":
            yield from _one_of(effect.words[0], MODES, "mode")
        case "profile":
            yield from _one_of(effect.words[0], FACTS["profile"].values or (), "profile")
        case "downgrade":
            yield from _one_of(effect.words[0], FACTS["complexity"].values or (), "complexity")
        case "cap":
            yield from _cap(effect, names)
        case "redact":
            for word in effect.words:
                yield from _one_of(word, REDACTABLE, "kind of data")
        case "compress":
            yield from _compress(effect)


def _compress(effect: Effect) -> Iterator[Problem]:
    first, *level = effect.words
    yield from _one_of(first, COMPRESSIBLE, "kind of text")
    if first.text == "style":
        if not level:
            yield error("R344", "`compress style` lacks its level", first.span, f"levels are {some_of(STYLES)}")
        for word in level[:1]:
            yield from _one_of(word, STYLES, "style")
    surplus = level[1:] if first.text == "style" else level
    if first.text in COMPRESSIBLE and surplus:
        yield error("R344", f"`compress {first.text}` takes nothing more", surplus[0].span, "delete it")


def _one_of(word: Word, allowed: tuple[str, ...], what: str) -> Iterator[Problem]:
    if word.text not in allowed:
        near = nearest(word.text, allowed)
        help_text = f"did you mean `{near}`?" if near else f"it is one of {some_of(allowed)}"
        yield error(
            "R304",
            f"unknown {what} `{word.text}`",
            word.span,
            help_text,
            fix=Fix(word.span, near) if near else None,
        )


def _target(target: Target, names: Names, kind: str, told: Counter[str]) -> Iterator[Problem]:
    if target.kind == "provider" and target.text not in names.providers:
        yield _unknown_provider(target, names)
    elif target.kind == "chain" and target.text not in names.chains | DYNAMIC_CHAINS:
        known = [f"@{name}" for name in sorted(names.chains | DYNAMIC_CHAINS)]
        near = nearest(f"@{target.text}", known)
        help_text = f"did you mean `{near}`?" if near else f"chains are {some_of(known)}"
        fix = Fix(target.span, near) if near else None
        yield error("R313", f"unknown chain `@{target.text}`", target.span, help_text, fix=fix)
    elif target.kind == "chain" and kind in ("deny", "allow"):
        yield error(
            "R316", "a chain cannot be denied or allowed", target.span, "name providers, models or a glob"
        )
    elif target.kind == "model":
        yield from _model(target, names, told)
    elif target.kind == "pattern" and not _matches_any(target.text, names):
        yield warning("R315", f"`{target.text}` matches no model of the catalogue", target.span)


def _unknown_provider(target: Target, names: Names) -> Problem:
    full = next((m for m in names.models if m.partition("/")[2] == target.text), None)
    if full:
        fix = Fix(target.span, full)
        return error("R311", f"`{target.text}` lacks its provider", target.span, f"write `{full}`", fix=fix)
    near = nearest(target.text, names.providers)
    if near:
        fix = Fix(target.span, near)
        return error(
            "R311", f"unknown provider `{target.text}`", target.span, f"did you mean `{near}`?", fix=fix
        )
    model = nearest(target.text, (m.partition("/")[2] for m in names.models), 0.5)
    full = next((m for m in names.models if m.partition("/")[2] == model), None)
    help_text = f"providers are {some_of(sorted(names.providers))}"
    if full:
        help_text = f"a model is written with its provider, such as `{full}`"
    return error("R311", f"unknown provider `{target.text}`", target.span, help_text)


def _model(target: Target, names: Names, told: Counter[str]) -> Iterator[Problem]:
    provider = target.text.partition("/")[0]
    if "/" not in target.text:
        yield _unknown_provider(target, names)
    elif provider not in names.providers:
        yield error(
            "R311",
            f"unknown provider `{provider}`",
            _part(target, provider),
            did_you_mean(provider, names.providers) or f"providers are {some_of(sorted(names.providers))}",
        )
    elif target.text not in names.models and provider not in names.open_providers:
        told["R312"] += 1
        # Looking for what was meant costs more than all else, so a list of made-up models gets no such help.
        searched = names.models if told["R312"] <= _MOST_SEARCHED else ()
        siblings = [m for m in searched if m.startswith(f"{provider}/")]
        help_text = did_you_mean(
            target.text, siblings, f"known are {listed(siblings[:5])}" if siblings else None
        )
        yield warning("R312", f"the catalogue has no model `{target.text}`", target.span, help_text)
    elif target.text in names.models:
        until, replacement = names.models[target.text]
        if until:
            yield warning(
                "R314",
                f"`{target.text}` is switched off on {until}",
                target.span,
                replacement and f"use `{replacement}`",
            )


def _amount_span(effect: Effect) -> Span:
    """The amount of a cap: what follows its scope and `at`, when they stand on one line."""
    last, whole = effect.words[-1].span, effect.span
    start = last.end_column + len(" at ")
    if last.line != whole.end_line or start >= whole.end_column:
        return whole
    return Span(whole.file, whole.end_line, start, whole.end_line, whole.end_column)


def _part(target: Target, provider: str) -> Span:
    span = target.span
    if span.end_column - span.column != len(target.text):
        return span
    return Span(span.file, span.line, span.column, span.line, span.column + len(provider))


def _matches_any(glob: str, names: Names) -> bool:
    if any(fnmatchcase(m, glob) or fnmatchcase(m.partition("/")[2], glob) for m in names.models):
        return True
    # Models come and go; a glob over a provider that exists is meant for those to come.
    provider = glob.partition("/")[0]
    return "/" not in glob or "*" in provider or provider in names.providers


def _repeated(effect: Effect) -> Iterator[Problem]:
    seen: set[str] = set()
    for target in effect.targets:
        if str(target) in seen:
            yield warning("R346", f"`{target}` stands twice", target.span, "the second has no effect")
        seen.add(str(target))


def _cap(effect: Effect, names: Names) -> Iterator[Problem]:
    scope, *name = effect.words
    if scope.text not in SCOPES:
        near = did_you_mean(scope.text, SCOPES, f"caps are of {listed(SCOPES)}")
        yield error("R344", f"nothing is capped by `{scope.text}`", scope.span, near)
        return
    if scope.text in _NAMED_SCOPES and not name:
        yield error(
            "R344",
            f"`cap {scope.text}` needs a name",
            scope.span,
            f"as in `cap {scope.text} code at $5.00/day`",
        )
    elif name and scope.text not in _NAMED_SCOPES:
        yield error("R344", f"`cap {scope.text}` takes no name", name[0].span)
    elif scope.text == "task":
        yield from _one_of(name[0], FACTS["task"].values or (), "task")
    elif scope.text == "provider" and name[0].text not in names.providers:
        yield error(
            "R311",
            f"unknown provider `{name[0].text}`",
            name[0].span,
            did_you_mean(name[0].text, names.providers)
            or f"providers are {some_of(sorted(names.providers))}",
        )
    if effect.period not in SCOPES[scope.text]:
        allowed = listed(f"/{period}" for period in SCOPES[scope.text])
        yield error(
            "R344",
            f"`cap {scope.text}` is not counted per {effect.period}",
            _amount_span(effect),
            f"write {allowed}",
        )
    elif not effect.usd:
        yield warning(
            "R344", "a cap of nothing refuses every paid call", effect.span, "say `refuse` if that is meant"
        )


def _expect(expect: Expect, names: Names, told: Counter[str]) -> Iterator[Problem]:
    for target in expect.targets:
        if target.kind in ("provider", "chain"):
            yield from _target(target, names, "expect", told)
    sets = {"task": "task", "complexity": "complexity", "profile": "profile", "downgrade": "complexity"}
    if expect.kind in sets and expect.words:
        yield from _one_of(expect.words[0], FACTS[sets[expect.kind]].values or (), sets[expect.kind])
    elif expect.kind == "mode":
        yield from _one_of(expect.words[0], MODES, "mode")
    elif expect.kind == "tier":
        yield from _one_of(expect.words[0], TIERS, "tier")


PAGES: tuple[Page, ...] = (
    Page(
        "R314",
        "a model that is switched off",
        "The catalogue knows the day on which the provider switches the model off. From then on a call to it cannot succeed.",
        "a route to a model with a `deprecated` day in the catalogue",
        "a route to its replacement",
        kind="file",
    ),
    Page(
        "R311", "a provider that does not exist",
        "Targets are `provider/model`, a provider's name, or `@chain`. A model without its provider is ambiguous, since\n"
        "several providers serve models of one name.",
        "rule a\n  deny provider mistrall\n  because \"x\"\n", "rule a\n  deny provider mistral\n  because \"x\"\n",
    ),
    Page(
        "R312", "a model that the catalogue does not have",
        "The model may be new, or misspelled. It is tried as written, but its price and abilities are unknown, so\n"
        "estimates and caps cannot count it beforehand.",
        "rule a\n  route to openai/no-such-model\n", "rule a\n  route to openai\n",
    ),
    Page(
        "R313", "a chain that does not exist",
        "Chains are those of the catalogue, and `@tier` and `@profile`, which follow the prompt and the profile.",
        "rule a\n  route to @premum\n", "rule a\n  route to @premium\n",
    ),
    Page(
        "R315", "a glob that matches no model",
        "The glob names a provider that does not exist, so the effect does nothing.",
        'rule a\n  deny nosuchprovider/*\n  because "x"\n', 'rule a\n  deny "*-preview"\n  because "x"\n',
    ),
    Page(
        "R316", "a chain under deny or allow only",
        "What a chain holds depends on task and catalogue, so denying one would deny something else tomorrow.",
        'rule a\n  deny @premium\n  because "x"\n', 'rule a\n  deny anthropic/*\n  because "x"\n',
    ),
    Page(
        "R344", "a cap that cannot be counted",
        "Caps are `task NAME`, `provider NAME` and `total` per day or month, `session` per session, `call` per call.",
        "rule a\n  cap totl at $5.00/day\n", "rule a\n  cap total at $5.00/day\n",
    ),
    Page(
        "R346", "a target that stands twice",
        "The second mention has no effect.",
        "rule a\n  route to openai then openai\n", "rule a\n  route to openai then mistral\n",
    ),
)  # fmt: skip
