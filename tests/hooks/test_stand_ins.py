"""The stand-ins of hook processes give what the standard modules give."""

import dataclasses
import json
import pathlib
import re
import shutil
import subprocess
import sys
import typing
from marshal import dumps
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.base.lean import data, jsons, names, paths, patterns
from tests.hooks.hook_world import ROOT

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
PARTS = st.lists(st.sampled_from(["a", "b.c", ".d", "..", ".", "", "e.tar.gz", "f."]), min_size=1, max_size=5)


@given(VALUES)
def test_json_is_written_and_read_alike(value: Any) -> None:
    text = json.dumps(value, separators=(",", ":"))
    assert jsons.dumps(value, separators=(",", ":")) == text
    assert jsons.dumps(value) == json.dumps(value)
    assert jsons.loads(text) == jsons.loads(f" {text}\n".encode()) == value


def in_a_hook(code: str) -> str:
    """What a program prints in a process with stand-ins."""
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom router.base.lean import stand_in; stand_in()\n"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", start + code], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("text", ["", "{", "[1,]", "{} {}", '{"a" 1}', "nul", '"\x01"', "[" * 9])
def test_what_is_no_json_is_refused_alike(text: str) -> None:
    with pytest.raises(ValueError):
        json.loads(text)
    code = f"import json\ntry: json.loads({text!r})\nexcept ValueError as e: print(type(e).__name__, 'typing' in str(json))"
    assert in_a_hook(code).split() == ["JSONDecodeError", "False"]


@given(st.booleans(), PARTS, PARTS)
def test_paths_are_taken_apart_and_joined_alike(absolute: bool, first: list[str], second: list[str]) -> None:
    text, more = ("/" if absolute else "") + "/".join(first), "/".join(second)
    if text.startswith("//") or more.startswith("/"):
        return
    ours, real = paths.Path(text) / more, pathlib.PurePosixPath(text) / more
    assert (str(ours), ours.name, ours.suffix, ours.stem) == (str(real), real.name, real.suffix, real.stem)
    assert str(ours.parent) == str(real.parent)
    assert [str(each) for each in ours.parents] == [str(each) for each in real.parents]
    assert ours.is_absolute() == real.is_absolute()


def made(module: Any, kind: str) -> Any:
    """The same class by the stand-in and by the standard module."""
    if kind == "tuple":

        class Pair(module.NamedTuple):  # type: ignore[misc]
            first: int
            second: str = "b"

            def both(self) -> str:
                return f"{self.first}{self.second}"

        return Pair

    @module.dataclass(frozen=True, slots=True)
    class Value:
        first: int
        second: list[int] = module.field(default_factory=list)

        @property
        def size(self) -> int:
            return len(self.second)

    return Value


def test_named_tuples_behave_alike() -> None:
    for module in (typing, names):
        pair = made(module, "tuple")
        one = pair(1)
        assert one == (1, "b") and one.both() == "1b" and repr(one) == "Pair(first=1, second='b')"
        assert one._replace(first=2) == pair(second="b", first=2) == pair._make([2, "b"])
        assert one._asdict() == {"first": 1, "second": "b"} and pair._fields == ("first", "second")
        assert pair._field_defaults == {"second": "b"} and isinstance(one, tuple)
        for wrong in ((), (1, "b", 3)):
            with pytest.raises(TypeError):
                pair(*wrong)
        with pytest.raises(TypeError):
            pair(1, third=3)


def test_frozen_values_behave_alike() -> None:
    for module in (dataclasses, data):
        value = made(module, "data")
        one = value(1)
        assert one == value(first=1, second=[]) and one != value(2) and one.second == [] and one.size == 0
        assert value(1).second is not one.second
        assert module.replace(one, first=3) == value(3)
        assert not hasattr(one, "__dict__")
        with pytest.raises(module.FrozenInstanceError):
            one.first = 5
        for wrong in ((), (1, [], 3)):
            with pytest.raises(TypeError):
                value(*wrong)


@given(st.text())
def test_texts_are_escaped_alike(text: str) -> None:
    assert patterns.escape(text) == re.escape(text)


def test_patterns_kept_for_the_next_process_find_the_same(tmp_path: Path) -> None:
    name = str(tmp_path / "kept")
    (tmp_path / "kept").write_bytes(dumps({}))
    code = f"""
import re
from marshal import dumps, loads
from router.base.lean import patterns
patterns.open_with(loads(open({name!r}, "rb").read()))
found = [re.compile(p, f).findall("Fix THE 3 tests in α.py, ok? 日本") for p, f in ((r"\\w+", 0), (r"[a-z]+", re.I), (r"(?P<n>\\d)\\s(\\w)", 0), ("[\\u3040-\\u9fff]", 0))]
print(found, "enum" in __import__("sys").modules)
open({name!r}, "wb").write(dumps(patterns.new()))
"""
    first, second = in_a_hook(code), in_a_hook(code)
    assert first.endswith("True\n") and second.endswith("False\n")
    assert first.removesuffix("True\n") == second.removesuffix("False\n")
    assert first.startswith("[['Fix', 'THE', '3', 'tests', 'in', 'α', 'py', 'ok', '日本'], ['Fix', 'THE', 'tests', 'in', 'py', 'ok'], [('3', 't')], ['日', '本']]")


def test_a_module_that_was_imported_stays_the_real_one() -> None:
    code = "import sys, os\nprint(sys.modules['json'].__name__)"
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nimport json, typing\nfrom router.base.lean import stand_in; stand_in()\n"
    done = subprocess.run([sys.executable, "-I", "-c", start + code], capture_output=True, text=True, check=True)
    assert done.stdout == "json\n"


def test_single_re2_patterns_are_those_of_the_package() -> None:
    code = """
from router.base.lean import reach_packages
reach_packages()
from router.base.redaction import redact
import re2, sys
print(re2.__name__, redact("the key sk-a1b2c3d4a1b2c3d4a1b2 of bob@example.org", ("secrets", "emails")).text)
print([found is not None for found in (re2.search("b+", "abbc"), re2.search("x", "abbc"))], hasattr(sys.modules["functools"], "wraps"))
"""
    assert in_a_hook(code) == (
        "router.base.lean.re2s the key [secret redacted] of [email redacted]\n[True, False] False\n"
    )


BUNDLED = """
import sys
from pathlib import Path
root = Path(sys.argv[1])
sys.path.insert(0, str(root))
from router.base.lean import bundle, stand_in
stand_in("prompt")
found = []
real = bundle.Finder.find_spec
bundle.Finder.find_spec = staticmethod(lambda name, path=None, target=None: found.append(name) or real(name, path, target))
import router.engine.hook_prompt
import router.decide.classify
from router.decide.classify.foreign import ENGLISH
from router.decide.classify.lexicon import EMPTY, GROUPS_OF
from router.base.lean import keep
keep()
modules = {name for name in sys.modules if name.startswith("router.")}
linked = all(getattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2]) is sys.modules[name] for name in modules)
print(len(found), len(modules), linked, sorted(ENGLISH.items()) == sorted(router.decide.classify.foreign._table().items()),
      EMPTY == router.decide.classify.lexicon._empty(), GROUPS_OF == router.decide.classify.lexicon._index(), router.decide.classify.foreign.ENGLISH.get("schreib"))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The package where nothing was kept yet."""
    shutil.copytree(ROOT / "router", tmp_path / "router", ignore=shutil.ignore_patterns("*.bundle"))
    return tmp_path


def bundled(root: Path) -> list[str]:
    done = subprocess.run([sys.executable, "-I", "-S", "-c", BUNDLED, str(root)], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_modules_kept_for_the_next_process_are_the_same_ones(checkout: Path) -> None:
    first, second = bundled(checkout), bundled(checkout)
    assert first[1:] == second[1:] and second[2:] == ["True"] * 4 + ["write"]
    assert int(first[0]) > 50 > 10 > int(second[0])


def test_a_source_that_changed_is_read_anew_with_what_is_made_of_it(checkout: Path) -> None:
    bundled(checkout)
    source = checkout / "router" / "decide" / "classify" / "foreign.py"
    source.write_text(source.read_text("utf-8").replace("write|写", "compose|schreib 写"), "utf-8")
    assert bundled(checkout)[2:] == ["True"] * 4 + ["compose"]
    assert bundled(checkout)[2:] == ["True"] * 4 + ["compose"]


@pytest.mark.parametrize("damage", ["empty", "cut", "other", "no rows"])
def test_a_damaged_bundle_is_as_good_as_none(checkout: Path, damage: str) -> None:
    bundled(checkout)
    (kept,) = (checkout / "router" / "__pycache__").glob("*.bundle")
    data = kept.read_bytes()
    kept.write_bytes({"empty": b"", "cut": data[: len(data) // 2], "other": dumps(7), "no rows": dumps(("", {}, {}, {}))}[damage])
    assert bundled(checkout)[2:] == ["True"] * 4 + ["write"]
    assert len(kept.read_bytes()) == len(data)
