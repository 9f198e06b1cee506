"""Where files lie: the user's folder, the cache, the repository."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """The folders one run works with; all are given, so a test can point them anywhere."""

    user: Path
    cache: Path
    repo: Path | None
    cwd: Path


def find_places(environ: Mapping[str, str], cwd: Path) -> Places:
    """The places for a working folder: `LLM_ROUTER_HOME` moves the user's folder, `XDG_CACHE_HOME` the cache."""
    home = Path(environ.get("HOME") or "~").expanduser()
    user = Path(environ["LLM_ROUTER_HOME"]) if environ.get("LLM_ROUTER_HOME") else home / ".llm-router"
    cache = (
        Path(environ["XDG_CACHE_HOME"]) / "llm-router" if environ.get("XDG_CACHE_HOME") else user / "cache"
    )
    return Places(user=user, cache=cache, repo=find_repo(cwd, home), cwd=cwd)


def find_repo(cwd: Path, home: Path) -> Path | None:
    """The nearest folder at or above `cwd` that holds a policy or a Git checkout; the home folder itself never counts."""
    for folder in (cwd, *cwd.parents):
        if folder == home:
            return None
        if (
            (folder / ".llm-router.yml").exists()
            or (folder / ".llm-router").is_dir()
            or (folder / ".git").exists()
        ):
            return folder
    return None
