"""`check`: every fault of a policy, as text, JSON, GitHub annotations or SARIF; `--fix` mends the obvious ones."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from router import __version__
from router.base.failures import UsageError
from router.base.files import read_policy_text, write_atomically
from router.base.places import find_places
from router.base.problems import Problem, has_errors, in_order
from router.base.render import apply_fixes, render_github, render_json, render_sarif, render_text
from router.engine.build import Built
from router.engine.load import Wanted, build_and_cache
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.table.table import Table

if TYPE_CHECKING:
    from router.analyse.cost import Bound

MAX_ROUNDS = 8
"""Rounds of fixing; a fix can uncover the next mistake."""


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Check the policy of the working folder, or of `--policy DIR`."""
    if values["tokens"] is not None and values["tokens"] < 1:
        raise UsageError(f"`--tokens {values['tokens']}`: a prompt has at least 1 token")
    built = _built(values, around)
    fixed = 0
    if values["fix"]:
        for _ in range(MAX_ROUNDS):
            applied = _fix_files(built)
            if not applied:
                break
            fixed += applied
            built = _built(values, around)
    problems = built.problems
    if not has_errors(problems):
        from router.analyse.reach import check_policy

        table = Table.load(built.data) if built.data is not None else None
        problems = in_order(
            (
                *problems,
                *check_policy(built.layers, built.catalogue, pedantic=values["pedantic"], table=table),
            )
        )
    failed = has_errors(problems) or (values["strict"] and bool(problems))
    bound = _bound(built, values["tokens"]) if values["cost"] else None
    return _result(problems, built, values["format"], fixed, 1 if failed else 0, bound)


def _bound(built: Built, tokens: int | None) -> "Bound | None":
    """The most that one decision can take; None for a policy that cannot be compiled."""
    if built.data is None:
        return None
    from router.analyse.cost import bound_of

    return bound_of(Table.load(built.data), tokens)


def _built(values: Mapping[str, Any], around: Surroundings) -> Built:
    """The policy as it stands; a sound one is compiled for the hooks, which compile nothing themselves."""
    wanted = Wanted(find_places(around.environ, around.cwd), values["policy"])
    built = build_and_cache(wanted, around.environ, around.clock().date()).built
    assert built is not None
    return built


def _result(
    problems: tuple[Problem, ...], built: Built, form: str, fixed: int, code: int, bound: "Bound | None"
) -> Result:
    def text(colour: bool) -> str:
        if form == "json":
            from json import dumps

            return dumps(render_json(problems), indent=2, ensure_ascii=False)
        if form == "github":
            return render_github(problems)
        if form == "sarif":
            from router.engine.pages import all_pages

            return render_sarif(problems, all_pages(), __version__)
        mended = [f"{fixed} fixed"] if fixed else []
        told = render_text(problems, built.texts, colour=colour) or _clean(built)
        return "\n".join([*mended, told, *([bound.text()] if bound else [])])

    plain = {"problems": render_json(problems), "fixed": fixed}
    return Result({**plain, "cost": bound.to_plain()} if bound else plain, text, code)


def _clean(built: Built) -> str:
    rules = sum(len(file.rules) for layer in built.layers for file in layer.files)
    files = sum(1 for layer in built.layers if layer.name != "built-in" for file in layer.files)
    return f"no problems in {files} policy file{'s' if files != 1 else ''} ({rules} rules with the built-in ones)"


def _fix_files(built: Built) -> int:
    """Apply the fixes in every file that may be edited; how many were applied."""
    total = 0
    for name in dict.fromkeys(p.fix.span.file for p in built.problems if p.fix):
        path = built.sources.paths.get(name)
        text = read_policy_text(path)[0] if path is not None and not path.is_symlink() else None
        if path is None or text is None:
            continue
        new, applied = apply_fixes(text, [p for p in built.problems if p.fix and p.fix.span.file == name])
        if applied:
            write_atomically(path, new.encode("utf-8"), mode=path.stat().st_mode & 0o777)
            total += applied
    return total


OPERATION = Operation(
    name="check",
    summary="report faults in the policy",
    description=(
        "Reads every layer and reports mistakes, rules that can never win, contradictions and more.\n"
        "Exit code 1 when there are errors (with --strict: when there is anything to report)."
    ),
    parameters=(
        Parameter(
            "policy", "a folder whose policy stands in for the repository's", kind="path", metavar="DIR"
        ),
        Parameter("format", "how to print", default="text", choices=("text", "json", "github", "sarif")),
        Parameter("fix", "mend what has one obvious repair, in the repository's files", kind="flag"),
        Parameter("pedantic", "also note rules that can both match and disagree", kind="flag"),
        Parameter("strict", "warnings and notes fail too", kind="flag"),
        Parameter("cost", "also say the most that one decision can take, and a call can cost", kind="flag"),
        Parameter("tokens", "with --cost: for prompts of at most so many tokens", kind="whole", metavar="N"),
    ),
    run=run,
    example="llm-router check --format sarif > policy.sarif",
)
