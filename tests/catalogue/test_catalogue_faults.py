"""A fault in the catalogue's files is reported with its place."""

import re
from pathlib import Path

import pytest

from router.base.failures import DamagedFileError
from router.base.shipped import shipped
from router.policy.catalogue import CatalogueError, load_catalogue

TEXT = shipped("rules/models.yaml").read_text(encoding="utf-8")
SMALL = """\
version: 1
providers:
  a: {name: A, kind: api, keys: [A_KEY]}
  b: {name: B, kind: api, keys: [B_KEY]}
models:
  a/one: {tier: cheap, can: [tools]}
  b/two: {tier: mid, can: []}
provider_models:
  a: {cheap: a/one, mid: a/one, premium: a/one}
chains:
  budget: {default: [a/one, b, "@other"]}
  other: [b/two]
expected_output_tokens:
  default: {simple: 1, moderate: 2, complex: 3, deep: 4}
units_per_call: {image: 1, second: 8, character: 4}
"""
FAULTS = {
    "an unknown tier": ("tier: cheap", "tier: cheep", "R260", 6, "cheep"),
    "an unknown key": ("tier: cheap", "tier: cheap, colour: red", "R260", 6, "colour"),
    "a line without its tier": ("a/one: {tier: cheap, can", "a/one: {can", "R260", 6, "tier"),
    "an unknown ability": ("can: [tools]", "can: [juggle]", "R260", 6, "juggle"),
    "a price without its day": ("can: []", "can: [], price: {input: 1, output: 2}", "R260", 7, "on"),
    "half a price": ("can: []", "can: [], price: {input: 1, on: 2026-01-01}", "R260", 7, "output"),
    "a day that is none": ("can: []", "can: [], deprecated: soon, replacement: a/one", "R260", 7, "soon"),
    "a day without a replacement": ("can: []", "can: [], deprecated: 2026-01-01", "R260", 7, "replacement"),
    "an unknown replacement": ("can: []", "can: [], replacement: a/on", "R261", 7, "a/on"),
    "a model of nobody": (
        "  b/two: {tier",
        "  c/three: {tier: mid, can: []}\n  b/two: {tier",
        "R261",
        7,
        "`c`",
    ),
    "a model without its provider": ("  b/two: {tier", "  two: {tier", "R260", 7, "two"),
    "an unknown member": ("[a/one, b,", "[a/none, b,", "R261", 11, "a/none"),
    "an unknown provider in a chain": ("[a/one, b,", "[a/one, c,", "R261", 11, "`c`"),
    "an unknown chain": ('"@other"', '"@othr"', "R261", 11, "@othr"),
    "an unknown task": ("budget: {default", "budget: {cook: [a/one], default", "R260", 11, "cook"),
    "another's default": ("cheap: a/one", "cheap: b/two", "R261", 9, "b/two"),
    "an unknown default": ("cheap: a/one", "cheap: a/on", "R261", 9, "a/on"),
    "a length missing": ("simple: 1, ", "", "R260", 14, "simple"),
    "no YAML": ("[tools]", "[tools", "R201", 6, ""),
    "a key twice": ("  other: [b/two]", "  other: [b/two]\n  other: [a/one]", "R202", 13, "other"),
}


def load(tmp_path: Path, text: str) -> None:
    path = tmp_path / "models.yaml"
    path.write_text(text, encoding="utf-8")
    prices = tmp_path / "prices.json"
    prices.write_text('{"source": "", "date": "", "models": {}}', encoding="utf-8")
    load_catalogue(path, prices)


def test_the_small_catalogue_has_no_fault(tmp_path: Path) -> None:
    load(tmp_path, SMALL)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_reported_at_its_line(fault: str, tmp_path: Path) -> None:
    old, new, code, line, word = FAULTS[fault]
    assert SMALL.count(old) == 1
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, SMALL.replace(old, new))
    found = [problem for problem in caught.value.problems if problem.code == code]
    assert [problem.span.line if problem.span else 0 for problem in found] == [line]
    assert word in found[0].message
    assert re.search(rf"models\.yaml:{line}:\d+: ", str(caught.value))


def test_every_fault_is_in_one_report(tmp_path: Path) -> None:
    text = SMALL.replace("tier: cheap", "tier: cheep").replace("tier: mid", "tier: middle")
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, text)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"models": []}', "{", "null"])
def test_damaged_prices_are_refused(text: str, tmp_path: Path) -> None:
    models, prices = tmp_path / "models.yaml", tmp_path / "prices.json"
    models.write_text(SMALL, encoding="utf-8")
    prices.write_text(text, encoding="utf-8")
    with pytest.raises(DamagedFileError):
        load_catalogue(models, prices)


def test_every_model_stands_on_one_line() -> None:
    section = TEXT.partition("\nmodels:\n")[2].partition("\n# A provider's name")[0]
    lines = [line for line in section.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(lines) == len(load_catalogue().models)
    assert all(re.fullmatch(r"  \S+/\S+: \{.*\}", line) for line in lines)
