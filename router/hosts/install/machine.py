"""The machine an installation is for: folders, the interpreter, the command that hosts start."""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from router.base.failures import RouterError
from router.base.shipped import shipped

NAME = "llm-router"
_MCP: tuple[str, ...] = ("mcp",)
_THROW_AWAY = ("/uv/archive-v", "/uv/environments-v", "/pipx/.cache/", "/pip-ephem")


@dataclass(frozen=True, slots=True)
class Machine:
    """`system` is linux, darwin or win32; `project` is the folder to install into, None for the user's own files."""

    home: Path
    environ: Mapping[str, str]
    system: str
    python: str
    hooks: Path
    command: str
    args: tuple[str, ...]
    project: Path | None = None

    @property
    def config(self) -> Path:
        """Where programs keep their settings on Linux."""
        return Path(self.environ.get("XDG_CONFIG_HOME") or self.home / ".config")

    @property
    def application_data(self) -> Path:
        """Where programs with windows keep their settings on this system."""
        if self.system == "darwin":
            return self.home / "Library" / "Application Support"
        if self.system == "win32":
            return Path(self.environ.get("APPDATA") or self.home / "AppData" / "Roaming")
        return self.config

    def folder(self, variable: str, usual: Path) -> Path:
        """The folder that an environment variable of the host moves, else the usual one."""
        return Path(self.environ[variable]) if self.environ.get(variable) else usual

    def has_command(self, name: str) -> bool:
        """Whether the host's program is on PATH."""
        return shutil.which(name, path=self.environ.get("PATH", "")) is not None

    def script(self, name: str) -> Path | None:
        """A hook script that ships with the program; None when there is no such script."""
        path = self.hooks / name
        return path if path.is_file() else None

    def server(self, **more: Any) -> dict[str, Any]:
        """The MCP entry that most hosts share; `more` are keys of one host."""
        return {"command": self.command, "args": list(self.args), **more}


def _run_from(folder: Path) -> str:
    """The program's own code as one line, wherever the package lies."""
    return f"import sys; sys.path.append({str(folder)!r}); from router.faces.cli.main import run; run()"


def this_machine(environ: Mapping[str, str], project: Path | None = None) -> Machine:
    """The machine this process runs on; raises `RouterError` when the interpreter will not be there tomorrow."""
    python = sys.executable
    where = python.replace("\\", "/")
    if any(part in where for part in _THROW_AWAY):
        raise RouterError(
            f"`{python}` belongs to an environment that is thrown away; install with `uv tool install {NAME}` "
            f"or `pipx install {NAME}` first"
        )
    beside = Path(python).parent / (f"{NAME}.exe" if sys.platform == "win32" else NAME)
    if beside.is_file():
        command, args = str(beside), _MCP
    else:
        # Isolated: hosts start it in folders that were cloned from anywhere, whose modules must not come first.
        command, args = python, ("-I", "-c", _run_from(Path(__file__).resolve().parents[3]), *_MCP)
    home = Path(environ.get("HOME") or "~").expanduser()
    return Machine(home, environ, sys.platform, python, shipped("hooks"), command, args, project)
