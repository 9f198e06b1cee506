"""Globs of paths and of names against a table of cases."""

import pytest
import re2

from router.decide.globs import glob_matches, target_covers
from router.table.globs import name_pattern, path_pattern

PATHS = [
    ("*.py", "a.py", True),
    ("*.py", "deep/down/a.py", True),
    ("*.py", "a.pyc", False),
    ("*.py", "a.py/b", False),
    ("*.py", ".py", True),
    ("src/*.py", "src/a.py", True),
    ("src/*.py", "src/x/a.py", False),
    ("src/*.py", "lib/src/a.py", False),
    ("src/**", "src/a", True),
    ("src/**", "src/a/b/c", True),
    ("src/**", "src", False),
    ("src/**", "srcs/a", False),
    ("**/b.py", "b.py", True),
    ("**/b.py", "a/b.py", True),
    ("**/b.py", "a/c/b.py", True),
    ("**/b.py", "a/xb.py", False),
    ("src/**/b.py", "src/b.py", True),
    ("src/**/b.py", "src/x/y/b.py", True),
    ("src/**/b.py", "src/xb.py", False),
    ("**/*card*", "a/b/my-cardholder.sql", True),
    ("**/*card*", "a/card/x", False),
    ("**", "a/b", True),
    ("docs/?.md", "docs/a.md", True),
    ("docs/?.md", "docs/ab.md", False),
    ("docs/?.md", "docs//.md", False),
    ("docs/?.md", "docs/中.md", True),
    ("a.b", "axb", False),
    ("a+b", "a+b", True),
    ("a+b", "aab", False),
    ("[ab]", "a", False),
    ("[ab]", "[ab]", True),
    ("(x|y)", "x", False),
    ("(x|y)", "(x|y)", True),
    ("a\\b", "a\\b", True),
    ("^a$", "^a$", True),
    ("naïve*", "naïve.txt", True),
    ("数据*", "x/数据库.py", True),
    ("a b", "a b", True),
    ("a\nb", "a\nb", True),
    ("x", "a\nx", False),
    ("x", "x\n", False),
    ("*", "a\nb", True),
    ("", "", True),
]
NAMES = [
    ("*", "anything/at\nall", True),
    ("*", "", True),
    ("release/*", "release/1/2", True),
    ("release/*", "release", False),
    ("release/*", "prerelease/1", False),
    ("m?in", "main", True),
    ("m?in", "min", False),
    ("m?in", "m/in", True),
    ("main", "main\n", False),
    ("main", "Main", False),
    ("*-preview", "gpt-preview", True),
    ("*-preview", "gpt-preview-2", False),
    ("v1.0", "v1x0", False),
    ("a|b", "a", False),
    ("é*", "état", True),
    ("?", "中", True),
]


def found(pattern: str, text: str) -> bool:
    return re2.search(pattern, text) is not None


@pytest.mark.parametrize(("glob", "path", "fits"), PATHS)
def test_path_glob(glob: str, path: str, fits: bool) -> None:
    assert found(path_pattern(glob), path) is fits


@pytest.mark.parametrize(("glob", "name", "fits"), NAMES)
def test_name_glob(glob: str, name: str, fits: bool) -> None:
    assert found(name_pattern(glob), name) is fits
    assert glob_matches(glob, name) is fits


@pytest.mark.parametrize("char", [chr(code) for code in range(1, 128)])
def test_every_other_character_of_a_glob_stands_for_itself(char: str) -> None:
    if char in "*?/":
        return
    glob = f"x{char}y"
    for pattern in (path_pattern(glob), name_pattern(glob)):
        assert found(pattern, glob)
        assert (
            not found(pattern, "xy") and not found(pattern, f"x{char}{char}y") and not found(pattern, "x_-y")
        )


@pytest.mark.parametrize(
    ("kind", "text", "model", "covers"),
    [
        ("provider", "openai", "openai/gpt-6", True),
        ("provider", "openai", "openai2/gpt-6", False),
        ("provider", "open", "openai/gpt-6", False),
        ("model", "openai/gpt-6", "openai/gpt-6", True),
        ("model", "openai/gpt-6", "openai/gpt-6-luna", False),
        ("pattern", "openai/*", "openai/gpt-6", True),
        ("pattern", "*-mini", "openai/gpt-6-mini", True),
        ("pattern", "*-mini", "openai/gpt-6-mini-2", False),
        ("pattern", "mistral/m*", "mistral/codestral", False),
        ("pattern", "*:latest", "ollama/qwen3.5:latest", True),
    ],
)
def test_target_covers_models(kind: str, text: str, model: str, covers: bool) -> None:
    assert target_covers(kind, text, model) is covers
