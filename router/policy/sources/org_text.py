"""An organisation's policy from its texts, wherever they came from."""

from pathlib import Path
from typing import NamedTuple

from router.base.pages import Page
from router.base.problems import Problem, error, has_errors
from router.policy.sources.claims import claims_of, locked_modes
from router.policy.sources.disk import parse_layer_yaml, parse_rules, read_text
from router.policy.sources.globs import Base, find_rule_files, named_in
from router.policy.sources.locks import locks_of
from router.policy.sources.to_rules import policy_file
from router.policy.sources.values import Part
from router.policy.sources.yaml_nodes import MapNode, Scalar
from router.policy.sources.yaml_reader import MAX_YAML_BYTES, read_yaml

INLINED = "#policy"


class OrgTexts(NamedTuple):
    """The policy's own text first, then its rule files, each with the name it is shown under."""

    main: tuple[str, str]
    rules: tuple[tuple[str, str], ...] = ()


def texts_of_file(path: Path, shown: str) -> tuple[OrgTexts | None, Part]:
    """The texts of a policy that lies in a file, None when one of them cannot be had; its globs are relative to it."""
    text, part = read_text(path, shown, max_bytes=MAX_YAML_BYTES)
    if text is None:
        return None, part
    node, _ = read_yaml(text, shown)
    files, found = find_rule_files(named_in(node, None), Base(path.parent, Path(shown).parent.as_posix()))
    part += found
    rules: list[tuple[str, str]] = []
    for rule_path, rule_shown in files:
        rule_text, read = read_text(rule_path, rule_shown)
        part += read
        if rule_text is not None:
            rules.append((rule_shown, rule_text))
    return (None if has_errors(part.problems) else OrgTexts((shown, text), tuple(rules))), part


def read_org_texts(texts: OrgTexts, *, fetched: bool = False) -> Part:
    """The layer that the texts say."""
    shown, text = texts.main
    node, part = parse_layer_yaml(text, shown, "org")
    locks, problems = locks_of(node)
    problems += _inline_faults(node, fetched)
    rules = Part()
    for name, rule_text in (*texts.rules, *_inlined(node, shown)):
        rules += Part(texts=((name, rule_text),)) + parse_rules(rule_text, name)
    keys = policy_file(node, shown, locks)
    claims = (*claims_of(node, "org", locks), *locked_modes(rules.files, "org"))
    own = Part((keys,) if keys.items else (), claims, problems, ((shown, text),))
    return rules + part + own


def _inlined(node: MapNode, shown: str) -> tuple[tuple[str, str], ...]:
    inline = node.get("policy")
    return ((shown + INLINED, inline.text),) if isinstance(inline, Scalar) else ()


def _inline_faults(node: MapNode, fetched: bool) -> tuple[Problem, ...]:
    key = node.key("rules")
    if not fetched or key is None:
        return ()
    help = "write the rules under `policy: |`"
    return (error("R243", "a fetched policy cannot name files in `rules`", key.span, help),)


PAGES = (
    Page(
        code="R243",
        title="a fetched policy that names files",
        why="A policy fetched from an address has no folder that a pattern could be looked for in; one signature covers one text.",
        bad='a policy at an address with `rules: ["*.rules"]`',
        good="the same policy with its rules under `policy: |`",
        kind="file",
    ),
)
