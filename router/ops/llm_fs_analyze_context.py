"""`llm_fs_analyze_context`: what kind of project a folder is, for later calls of the session."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.ops.asked import ASKS, in_loop
from router.ops.operation import Operation, Parameter, Result, Surroundings

_FIELDS = ("language", "framework", "project_type", "summary")
_TOLD_BY = (
    "README.md", "README.rst", "pyproject.toml", "package.json", "Cargo.toml", "go.mod", "pom.xml", "build.gradle", "Gemfile",
    "composer.json", "Makefile", "Dockerfile", "tsconfig.json", "setup.py", "CMakeLists.txt",
)  # fmt: skip
_MOST_CHARACTERS = 2_000


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Language, framework, kind and a summary; follow-ups of this session in this repository are told them."""
    from router.ops.inside import files_below, inside, listing, read_inside
    from router.ops.structured import structured

    folder = inside(values["path"], around)
    if not folder.is_dir():
        raise UsageError(f"`{values['path'][:120]}` is no folder")
    files, _ = files_below(folder)
    told = []
    for name in _TOLD_BY:
        if name in files:
            try:
                told.append(f"<file path={name!r}>\n{read_inside(str(folder / name), around, 1 << 20)[1][:_MOST_CHARACTERS]}\n</file>")
            except UsageError:
                continue
    schema = {
        "type": "object", "properties": {name: {"type": "string"} for name in _FIELDS}, "required": list(_FIELDS),
        "additionalProperties": False,
    }  # fmt: skip
    prompt = "What kind of project is this?\n\n" + "\n\n".join([listing(files, 4_000), *told])
    plain, call = await structured(around, "llm_fs_analyze_context", prompt, schema, {}, task="query")
    found = {name: str(plain.get(name, ""))[:_MOST_CHARACTERS] for name in _FIELDS}
    result = {**found, **{name: call.plain[name] for name in ("model", "cost_usd", "id")}}
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in found.items()]
    _remember(around, str(folder), found)
    return Result(result, lambda _: "\n".join([*lines, "", call.text(False).rpartition("\n\n")[2]]))


def _remember(around: Surroundings, folder: str, found: Mapping[str, str]) -> None:
    """Among what the session said, from where a follow-up is told it unless the policy keeps sessions apart."""
    if around.desk is None or around.session is None:
        return
    from router.base.places import find_places
    from router.engine.session_context import repo_key

    told = ", ".join(found[name] for name in _FIELDS[:3] if found[name])
    key = repo_key(find_places(around.environ, around.cwd))
    around.desk.context.remember(around.session, key, f"What kind of project is {folder}?", f"{told}. {found['summary']}")


OPERATION = Operation(
    name="llm_fs_analyze_context",
    summary="what kind of project a folder is",
    description="Says what kind of project a folder is, and tells it to this session's follow-ups.",
    parameters=(Parameter("path", "", default="."),),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output={"language": {"type": "string"}, "summary": {"type": "string"}},
    example="llm-router llm_fs_analyze_context",
)
