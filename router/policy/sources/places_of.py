"""The layers that lie in fixed places: the repository's, the user's, the learned rules, the built-in rules."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from router.base.pages import Page
from router.base.problems import Span, error, warning
from router.base.shipped import shipped
from router.policy.nodes import LayerName
from router.policy.sources.claims import claims_of
from router.policy.sources.disk import nothing_there, read_layer_yaml, read_rule_files, read_text
from router.policy.sources.globs import SUFFIX, Base, find_rule_files, leaves_fence, named_in
from router.policy.sources.schema_check import SchemaName, check_schema
from router.policy.sources.to_rules import entry, policy_file
from router.policy.sources.values import Part
from router.policy.sources.yaml_nodes import MapNode
from router.policy.sources.yaml_reader import MAX_YAML_BYTES, read_yaml
from router.table.manifest import look_at_file

REPO_FILE = ".llm-router.yml"
REPO_RULES = ".llm-router/*.rules"
USER_FILE = "routing.yaml"
USER_RULES = "rules/*.rules"
BUDGETS_FILE = "budgets.json"
LEARNED_FILE = "learned.rules"
_MISNAMED = {REPO_FILE: (".llm-router.yaml",), USER_FILE: ("routing.yml",)}


def read_repo(repo: Path) -> Part:
    """A repository's layer; nothing outside of it is read."""
    path = repo / REPO_FILE
    strays = leaves_fence(path, REPO_FILE, repo)
    if strays:
        return Part(problems=(strays,), seen=(look_at_file(str(path)),))
    node, part = _yaml(path, REPO_FILE, "repo", "repo")
    return _rules(node, REPO_RULES, Base(repo, "", repo)) + part


def read_policy_dir(folder: Path) -> Part:
    """A folder that stands in for the repository's layer: laid out like one, or a mere folder of rule files."""
    if not folder.is_dir():
        problem = error("R001", f"`{folder}` is no folder", Span.point(str(folder)))
        return Part(problems=(problem,), seen=(look_at_file(str(folder)),))
    path, shown = folder / REPO_FILE, (folder / REPO_FILE).as_posix()
    strays = leaves_fence(path, shown, folder)
    if strays:
        return Part(problems=(strays,), seen=(look_at_file(str(path)),))
    node, part = _yaml(path, shown, "repo", "repo")
    default = REPO_RULES if (folder / ".llm-router").is_dir() else f"*{SUFFIX}"
    return _rules(node, default, Base(folder, folder.as_posix(), folder)) + part


def read_user(user: Path, shown: str) -> tuple[MapNode, Part]:
    """The user's layer, and the map of its file for those keys that are no rules."""
    node, part = _yaml(user / USER_FILE, f"{shown}/{USER_FILE}", "user", "user")
    budgets = _budgets(user / BUDGETS_FILE, f"{shown}/{BUDGETS_FILE}")
    return node, _rules(node, USER_RULES, Base(user, shown)) + part + budgets


def read_learned(user: Path, shown: str) -> Part:
    """The rules learned from corrections; often there are none."""
    path = user / LEARNED_FILE
    return read_rule_files(((path, f"{shown}/{LEARNED_FILE}"),)) if present(path) else nothing_there(path)


def read_built_in() -> Part:
    """The rules and defaults that ship with the package."""
    folder = shipped("rules")
    node, part = _yaml(folder / "defaults.yaml", "built-in/defaults.yaml", "user", "built-in")
    return replace(_rules(node, f"*{SUFFIX}", Base(folder, "built-in")) + part, paths=())


def shown_user(user: Path, environ: Mapping[str, str]) -> str:
    """How the user's folder is shown: with `~` when it lies at home."""
    home = environ.get("HOME")
    if home and user.is_relative_to(home):
        return (Path("~") / user.relative_to(home)).as_posix()
    return user.as_posix()


def present(path: Path) -> bool:
    """Whether anything, even a broken link, stands there."""
    return path.exists() or path.is_symlink()


def _yaml(path: Path, shown: str, schema: SchemaName, layer: LayerName) -> tuple[MapNode, Part]:
    if not present(path):
        return MapNode((), Span.point(shown)), nothing_there(path) + _misnamed(path, shown)
    node, part = read_layer_yaml(path, shown, schema)
    file = policy_file(node, shown)
    return node, part + Part(files=(file,) if file.items else (), claims=claims_of(node, layer))


def _misnamed(path: Path, shown: str) -> Part:
    part = Part()
    for name in _MISNAMED.get(path.name, ()):
        other = path.with_name(name)
        part += nothing_there(other)
        if other.exists():
            there = shown.removesuffix(path.name) + name
            help = f"rename it to `{path.name}`"
            part += Part(problems=(warning("R007", f"`{there}` is not read", Span.point(there), help),))
    return part


def _rules(node: MapNode, default: str, base: Base) -> Part:
    """The rule files stand before the keys of the YAML file: keys are the layer's defaults, rules its conditions."""
    files, part = find_rule_files(named_in(node, default), base)
    return part + read_rule_files(files)


def _budgets(path: Path, shown: str) -> Part:
    """Monthly caps that `llm-router budget set` keeps: a map from a provider to US dollars, read as `provider_caps`."""
    if not present(path):
        return nothing_there(path)
    text, part = read_text(path, shown, max_bytes=MAX_YAML_BYTES)
    caps, problems = read_yaml(text or "", shown)
    node, refused = check_schema(MapNode((entry("provider_caps", caps, caps.span),), caps.span), "user")
    file = policy_file(node, shown)
    return part + Part(
        files=(file,) if file.items else (), claims=claims_of(node, "user"), problems=problems + refused
    )


def providers_with_budget(part: Part) -> frozenset[str]:
    """The providers whose monthly cap is kept by `llm-router budget set`."""
    return frozenset(
        claim.key.removeprefix("provider_caps.")
        for claim in part.claims
        if claim.origin.span.file.endswith(f"/{BUDGETS_FILE}")
    )


PAGES = (
    Page(
        code="R007",
        title="a policy file under a name that is not read",
        why="One name is read and no other; a file under a near name looks like a policy and is none.",
        bad="a file named `.llm-router.yaml`",
        good="the same file named `.llm-router.yml`",
        kind="file",
    ),
)
