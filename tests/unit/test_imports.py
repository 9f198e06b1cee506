"""The import table in README holds for every module of the package."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "router"
ROW = re.compile(r"^\| `(?P<folder>[a-z/_]+)` \|(?P<may>[^|]*)\|", re.MULTILINE)
HEAVY = {"lark", "yaml", "jsonschema", "pydantic", "mcp", "litellm", "sklearn", "numpy", "sqlalchemy"}
HOT = ("base", "model", "facts", "table", "decide")


def import_table() -> dict[str, set[str]]:
    """Folder to the folders it may import, as README states it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("<!-- import table -->")[2].partition("<!-- end -->")[0]
    return {m["folder"]: set(re.findall(r"`([a-z/_]+)`", m["may"])) for m in ROW.finditer(section)}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def folder_of(module: str, table: dict[str, set[str]]) -> str | None:
    """The longest row of the table that a module name such as `router.policy.parse.lexer` falls under."""
    path = "/".join(module.split(".")[1:])
    return max((row for row in table if path == row or path.startswith(f"{row}/")), key=len, default=None)


def imported(path: Path, *, top_level: bool = False) -> Iterator[tuple[str, int]]:
    """Modules that a file imports, with the line; `top_level` leaves out what is imported inside functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = _outside_functions(tree) if top_level else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _outside_functions(child)


def faults(path: Path, table: dict[str, set[str]]) -> list[str]:
    """Imports of a file that the table does not allow."""
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    own = folder_of(module, table)
    if own is None:
        return []
    found = []
    for name, line in imported(path):
        if not name.startswith("router."):
            continue
        other = folder_of(name, table)
        if other is not None and other != own and other not in table[own]:
            found.append(f"{path.relative_to(ROOT)}:{line} `{own}` imports `{other}`")
    return found


def test_the_table_has_a_row_for_every_folder_of_the_package() -> None:
    table = import_table()
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and any(p.rglob("*.py"))}
    assert len(folders) >= 9
    assert folders <= {row.partition("/")[0] for row in table}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_what_the_table_allows(path: Path) -> None:
    assert faults(path, import_table()) == []


def test_a_planted_import_is_reported(tmp_path: Path) -> None:
    table = {"decide": {"table"}, "table": set(), "policy": {"table"}}
    planted = ROOT / "router" / "decide" / "planted.py"
    tree = "from router.policy.nodes import Rule\n"
    found = [name for name, _ in imported(_written(tmp_path, tree))]
    assert "router.policy.nodes" in found
    assert folder_of("router.policy.nodes", table) == "policy"
    assert folder_of("router.decide.planted", table) == "decide" and not planted.exists()
    assert "policy" not in table["decide"]


def _written(folder: Path, text: str) -> Path:
    path = folder / "planted.py"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "path",
    [p for p in modules() if p.relative_to(PACKAGE).parts[0] in HOT],
    ids=lambda p: str(p.relative_to(PACKAGE)),
)
def test_the_fast_half_imports_no_heavy_library_at_import_time(path: Path) -> None:
    heavy = {name.partition(".")[0] for name, _ in imported(path, top_level=True)} & HEAVY
    assert heavy == set()


def peers(folder: str, mark: str) -> dict[str, Path]:
    """Modules of a folder that hold `mark`, by their full name."""
    found = (p for p in (PACKAGE / folder).glob("*.py") if f"\n{mark}" in p.read_text(encoding="utf-8"))
    return {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in found}


@pytest.mark.parametrize(("folder", "mark", "least"), [("ops", "OPERATION = ", 12), ("facts", "FACT = ", 20)])
def test_two_of_a_kind_never_import_each_other(folder: str, mark: str, least: int) -> None:
    found = peers(folder, mark)
    assert len(found) >= least
    crossing = [
        f"{name} imports {other}"
        for name, path in found.items()
        for other, _ in imported(path)
        if other in found and other != name
    ]
    assert crossing == []
