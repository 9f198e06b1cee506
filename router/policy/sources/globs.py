"""Which rule files a layer's `rules:` names."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from router.base.pages import Page
from router.base.problems import Problem, Span, error, warning
from router.policy.sources.schema_words import one_line
from router.policy.sources.values import Part
from router.policy.sources.yaml_nodes import ListNode, MapNode, Scalar
from router.table.manifest import look_at_file, look_at_folder

MAX_FILES = 1000
SUFFIX = ".rules"
_WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Named:
    """One entry of `rules:`; `span` is None for a layer's default, which may match nothing."""

    text: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Base:
    """Where entries are looked for: relative to `folder`, shown behind `prefix`; `fence`: the folder they must stay in."""

    folder: Path
    prefix: str
    fence: Path | None = None


def named_in(node: MapNode, default: str | None) -> tuple[Named, ...]:
    """A layer's entries, or its default."""
    rules = node.get("rules")
    if isinstance(rules, ListNode):
        return tuple(Named(item.text, item.span) for item in rules.items if isinstance(item, Scalar))
    return (Named(default, None),) if default else ()


def find_rule_files(entries: tuple[Named, ...], base: Base) -> tuple[tuple[tuple[Path, str], ...], Part]:
    """The files that the entries name, each once, sorted by name, with how each is shown."""
    found: dict[str, tuple[Path, str]] = {}
    part = Part()
    for entry in entries:
        of_entry, looked = _of_entry(entry, base)
        part += looked
        for path, shown in of_entry:
            found.setdefault(shown, (path, shown))
    files = tuple(found[shown] for shown in sorted(found))
    if len(files) > MAX_FILES:
        span = entries[0].span or Span.point(base.prefix or str(base.folder))
        message = f"`rules` names {len(files)} files; at most {MAX_FILES} are read"
        part += Part(problems=(error("R005", message, span, "put more rules into each file"),))
    return files[:MAX_FILES], part


def _of_entry(entry: Named, base: Base) -> tuple[list[tuple[Path, str]], Part]:
    problem = _fault(entry, base)
    if problem:
        return [], Part(problems=(problem,))
    folder, _, name = entry.text.rpartition("/")
    if not _WILD & set(name):
        return _one_file(entry, base)
    where = base.folder / Path(folder).expanduser()
    looked = look_at_folder(str(where), name)
    found = [(where / n, _shown(base, folder, n)) for n in looked.names]
    kept, problems = _inside(found, base, entry.span)
    if not found and entry.span:
        problems += (warning("R005", f"`{one_line(entry.text)}` matches no file", entry.span),)
    return kept, Part(problems=problems, globs=(looked,))


def _one_file(entry: Named, base: Base) -> tuple[list[tuple[Path, str]], Part]:
    folder, _, name = entry.text.rpartition("/")
    path = base.folder / Path(entry.text).expanduser()
    if not path.is_file():
        reason = "is a symbolic link to nothing" if path.is_symlink() else "is no file"
        problem = error("R001", f"`{one_line(entry.text)}` {reason}", entry.span)
        return [], Part(problems=(problem,), seen=(look_at_file(str(path)),))
    kept, problems = _inside([(path, _shown(base, folder, name))], base, entry.span)
    return kept, Part(problems=problems, seen=(look_at_file(str(path)),) if problems else ())


def _fault(entry: Named, base: Base) -> Problem | None:
    """What is wrong with an entry before any file is looked at."""
    shown, span = f"`{one_line(entry.text)}`", entry.span
    folder, _, name = entry.text.rpartition("/")
    if "\\" in entry.text:
        return error("R006", f"{shown} holds a backslash", span, "separate folders by `/`")
    if not name.endswith(SUFFIX):
        return error("R006", f"{shown} does not end in `{SUFFIX}`", span, "rule files are named `NAME.rules`")
    if _WILD & set(folder):
        help = "a wildcard may stand in the file's name only; list each folder"
        return error("R006", f"{shown} has a wildcard in a folder's name", span, help)
    leaves = os.path.normpath(entry.text).split("/")[0] == ".." or entry.text.startswith(("/", "~"))
    if base.fence and leaves:
        help = "a repository's rules lie inside it"
        return error("R004", f"{shown} leaves the repository", span, help)
    return None


def _inside(
    found: list[tuple[Path, str]], base: Base, span: Span | None
) -> tuple[list[tuple[Path, str]], tuple[Problem, ...]]:
    """The files that lie inside the fence once symbolic links are followed, and a problem for each other."""
    if base.fence is None:
        return found, ()
    kept: list[tuple[Path, str]] = []
    problems: list[Problem] = []
    for path, shown in found:
        problem = leaves_fence(path, shown, base.fence)
        if problem is None:
            kept.append((path, shown))
        else:
            problems.append(problem if span is None else replace(problem, span=span))
    return kept, tuple(problems)


def leaves_fence(path: Path, shown: str, fence: Path) -> Problem | None:
    """The problem of a file that a symbolic link leads out of the repository, or None."""
    real, root = os.path.realpath(path), os.path.realpath(fence)
    if real == root or real.startswith(root.rstrip(os.sep) + os.sep):
        return None
    message = f"`{shown}` is a symbolic link that leads out of the repository"
    return error(
        "R004", message, Span.point(shown), "copy the file, or move what it shares to the user's layer"
    )


def _shown(base: Base, folder: str, name: str) -> str:
    if folder.startswith(("/", "~")):
        return f"{folder}/{name}"
    return os.path.normpath("/".join(part for part in (base.prefix, folder, name) if part))


PAGES = (
    Page(
        code="R004",
        title="a path that leaves the repository",
        why="A repository is cloned from anywhere; a path or a link that leads out of it would read, and show in messages, files that are none of its own.",
        bad='rules: ["../shared/*.rules"]\n',
        good='rules: [".llm-router/*.rules"]\n',
        kind="repo.yml",
    ),
    Page(
        code="R005",
        title="`rules` names no file, or too many",
        why="A pattern that matches nothing is most often mistyped, and the rules meant are then not in force.",
        bad='rules: ["policies/*.rules"]\n',
        good="# without `rules`, `.llm-router/*.rules` is read\nprofile: balanced\n",
        kind="repo.yml",
    ),
    Page(
        code="R006",
        title="an entry of `rules` that is no path of rule files",
        why="Rule files end in `.rules`, and a wildcard stands in the file's name only, so that finding them never means searching a whole tree.",
        bad='rules: ["**/*.rules"]\n',
        good='rules: [".llm-router/*.rules"]\n',
        kind="repo.yml",
    ),
)
