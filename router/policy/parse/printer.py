"""Nodes to canonical text."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Literal

from router.base.problems import Span
from router.policy.nodes import (
    And,
    Compare,
    Condition,
    Effect,
    Expect,
    FactRef,
    Given,
    Item,
    Known,
    Let,
    LetRef,
    Not,
    Or,
    PolicyFile,
    Rule,
    Target,
    TestBlock,
    Value,
)
from router.policy.parse.strings import MUST_ESCAPE, quoted
from router.policy.parse.vocabulary import RESERVED

Line = tuple[str, int, int]
"""A printed line with the first and last line of the source it came from."""

_HEADS = {
    "classify": "classify as ", "deny": "deny ", "allow": "allow only ", "refuse": "refuse", "approve": "require approval",
    "redact": "redact ", "compress": "compress ", "tag": "tag ", "downgrade": "downgrade to ", "route": "route to ",
    "mode": "mode ", "profile": "profile ", "prefer": "prefer ", "avoid": "avoid ",
}  # fmt: skip
_OR, _AND, _NOT = 1, 2, 3
_WIDEST = 40
"""Longer names are not what their neighbours are padded to: a file must not grow by being formatted."""
_NOT_IN_PATTERN = re.compile(rf"(?!\\){MUST_ESCAPE.pattern}")
TargetStyle = Literal["spelled", "plain", "chain"]
"""`spelled`: providers follow their word; `plain`: they need none; `chain`: nor does a word hold for those after it."""
_LISTS: dict[str, TargetStyle] = {"route": "chain", "prefer": "plain", "avoid": "plain"}
_MODEL = re.compile(r"[A-Za-z0-9*?][\w.*?+-]*/[^\s,()\"#\\]+")
_WORD = re.compile(r"(?!(?:when|unless|because|until|rollout|rule)(?![\w.-]))[A-Za-z_]\w*+(?:[.-]++\w++)*+")
_NAME = re.compile(rf"(?!(?:provider|model)(?![\w.-])){_WORD.pattern}")


def print_policy(file: PolicyFile) -> str:
    """A whole file in canonical form, without its comments; the empty text for a file that says nothing."""
    parts = [header_text(file)] if file.name is not None else []
    before: Item | None = None
    for item, lines in zip(file.items, items_lines(file.items), strict=True):
        joined = isinstance(before, Let) and isinstance(item, Let)
        text = "\n".join(text for text, _, _ in lines)
        parts.append(("" if joined or not parts else "\n") + text)
        before = item
    return "\n".join(parts) + "\n" if parts else ""


def header_text(file: PolicyFile) -> str:
    """The file's first line."""
    version = print_value(file.version) if file.version else "1"
    return f"policy {file.name.text if file.name else ''} version {version}"


def items_lines(items: Iterable[Item]) -> Iterator[list[Line]]:
    """The lines of each item; the names of `let`s that stand next to each other are padded to one width."""
    for are_lets, group in groupby(items, key=lambda item: isinstance(item, Let)):
        run = list(group)
        widths = [len(item.name.text) for item in run if isinstance(item, Let)] if are_lets else []
        width = max((width for width in widths if width <= _WIDEST), default=0)
        for item in run:
            yield _item_lines(item, width)


def _item_lines(item: Item, width: int) -> list[Line]:
    if isinstance(item, Let):
        text = f"let {item.name.text:<{width}} = {print_condition(item.condition)}"
        return [(text, item.span.line, item.span.end_line)]
    return _rule_lines(item) if isinstance(item, Rule) else _test_lines(item)


def print_rule(rule: Rule) -> str:
    """A rule in canonical form."""
    return "\n".join(text for text, _, _ in _rule_lines(rule))


def _at(text: str, span: Span) -> Line:
    return f"  {text}", span.line, span.end_line


def _rule_lines(rule: Rule) -> list[Line]:
    name = rule.name
    lines: list[Line] = [(f"rule {name.text}", name.span.line, name.span.end_line)]
    lines += [_at(print_effect(effect), effect.span) for effect in rule.effects]
    if rule.when is not None:
        lines.append(_at(f"when {print_condition(rule.when)}", rule.when.span))
    if rule.unless is not None:
        lines.append(_at(f"unless {print_condition(rule.unless)}", rule.unless.span))
    if rule.over:
        lines.append(_at(f"over {', '.join(word.text for word in rule.over)}", rule.over[0].span))
    if rule.until is not None:
        lines.append(_at(f"until {print_value(rule.until)}", rule.until.span))
    if rule.rollout is not None:
        lines.append(_at(f"rollout {print_value(rule.rollout)} of sessions", rule.rollout.span))
    if rule.because is not None:
        lines.append(_at(f"because {quoted(rule.because)}", rule.because_span or rule.span))
    if rule.lock is not None:
        lines.append(_at("lock", rule.lock))
    return lines


def _test_lines(test: TestBlock) -> list[Line]:
    head = "todo test" if test.todo else "test"
    lines: list[Line] = [(f"{head} {print_value(test.name)}", test.name.span.line, test.name.span.end_line)]
    if test.given:
        text = ", ".join(_given(given) for given in test.given)
        lines.append((f"  given {text}", test.given[0].span.line, test.given[-1].span.end_line))
    groups: list[list[Expect]] = []
    for expect in test.expect:
        if groups and groups[-1][-1].span.line == expect.span.line:
            groups[-1].append(expect)
        else:
            groups.append([expect])
    for group in groups:
        text = ", ".join(_expect(expect) for expect in group)
        lines.append((f"  expect {text}", group[0].span.line, group[-1].span.end_line))
    return lines


def print_effect(effect: Effect) -> str:
    """An effect in canonical form."""
    if effect.kind == "cap":
        return f"cap {' '.join(w.text for w in effect.words)} at {print_money(effect.usd or 0.0)}/{effect.period}"
    head = _HEADS[effect.kind]
    if effect.targets:
        joint = " then " if effect.kind == "route" else ", "
        return head + joint.join(print_targets(effect.targets, _LISTS.get(effect.kind, "spelled")))
    joint = {"classify": "/", "compress": " "}.get(effect.kind, ", ")
    return head + joint.join(word.text for word in effect.words)


def print_targets(targets: Iterable[Target], style: TargetStyle = "spelled") -> list[str]:
    """Targets as a list says them: a name follows `provider` or `model` where it would be read as the other."""
    found: list[str] = []
    said = None if style == "spelled" else "provider"
    for target in targets:
        needs_word = target.kind == "provider" or (target.kind == "model" and "/" not in target.text)
        if not needs_word or said == target.kind:
            found.append(_target(target))
            continue
        found.append(f"{target.kind} {_target(target)}")
        said = said if style == "chain" else target.kind
    return found


def _target(target: Target) -> str:
    if target.kind == "chain":
        return f"@{target.text}"
    return target.text if _bare(target) else quoted(target.text)


def _bare(target: Target) -> bool:
    if "/" in target.text:
        return _MODEL.fullmatch(target.text) is not None
    return target.kind != "pattern" and _NAME.fullmatch(target.text) is not None


def _given(given: Given) -> str:
    if not given.values:
        return f"unknown {_fact(given.fact)}"
    return f"{_fact(given.fact)} {', '.join(_given_value(value) for value in given.values)}"


def _given_value(value: Value) -> str:
    """Straight behind a fact a reserved word reads as an operator or a clause."""
    reserved = value.kind == "word" and value.value in RESERVED
    return quoted(str(value.value)) if reserved else print_value(value)


def _expect(expect: Expect) -> str:
    by = f" by {expect.by.text}" if expect.by else ""
    negated = "not " if expect.negated else ""
    match expect.kind:
        case "route" | "chain":
            chain = " then ".join(print_targets(expect.targets, "chain"))
            return f"route {negated}{chain}{by}"
        case "denied" | "allowed":
            return f"{negated}{expect.kind} {', '.join(print_targets(expect.targets))}{by}"
        case "cap":
            words = " ".join(word.text for word in expect.words)
            return f"{negated}cap {words} at {print_money(expect.usd or 0.0)}/{expect.period}{by}"
        case "downgrade":
            return f"{negated}downgrade to {expect.words[0].text}{by}"
    words = " ".join(word.text for word in expect.words)
    return f"{negated}{expect.kind}{' ' if words else ''}{words}{by}"


def print_condition(condition: Condition, outer: int = 0) -> str:
    """A condition in canonical form, with parentheses only where they change the meaning."""
    match condition:
        case Or(operands):
            text = " or ".join(print_condition(part, _OR + 1) for part in operands)
            return f"({text})" if outer > _OR else text
        case And(operands):
            text = " and ".join(print_condition(part, _AND + 1) for part in operands)
            return f"({text})" if outer > _AND else text
        case Not(operand):
            text = f"not {print_condition(operand, _NOT)}"
            return text
        case Known(fact):
            return f"known {_fact(fact)}"
        case LetRef(name):
            return name
    return _compare(condition)


def _fact(fact: FactRef) -> str:
    return fact.name if fact.argument is None else f"{fact.name}({fact.argument})"


def _compare(node: Compare) -> str:
    values = [print_value(value) for value in node.values]
    head = _fact(node.fact)
    if node.operator == "in range":
        return f"{head} in {values[0]}..{values[1]}"
    among = node.operator in ("in", "not in", "contains any", "contains all") or len(values) > 1
    if among or (node.operator == "contains" and values[0] in ("any", "all")):
        return f"{head} {node.operator} ({', '.join(values)})"
    return f"{head} {node.operator} {values[0]}"


def print_value(value: Value) -> str:
    """A constant in canonical form."""
    match value.kind:
        case "word":
            word = str(value.value)
            return word if _WORD.fullmatch(word) else quoted(word)
        case "text":
            return quoted(str(value.value))
        case "regex":
            pattern = str(value.value)
            return quoted(pattern) if _NOT_IN_PATTERN.search(pattern) else f'r"{pattern}"'
        case "date":
            return value.value.isoformat() if isinstance(value.value, date) else str(value.value)
    number = float(value.value)  # type: ignore[arg-type]
    if value.kind == "percent":
        return f"{_percent(number)}%"
    if value.kind == "money":
        return print_money(number) + (f"/{value.period}" if value.period else "")
    return _digits(number)


def _digits(number: float) -> str:
    """The shortest digits that read back as the number, without an exponent."""
    return str(int(number)) if number == int(number) else format(Decimal(repr(number)), "f")


def _percent(share: float) -> str:
    """The digits that read back as the share: exactly a hundred times its shortest decimal."""
    digits = format(Decimal(repr(share)) * 100, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def print_money(usd: float) -> str:
    """US dollars with cents, or with as many digits as it takes."""
    return f"${usd:.2f}" if round(usd, 2) == usd else f"${_digits(usd)}"
