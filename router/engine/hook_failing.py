"""Failing commands in fewer words: shell functions around commands the person lists, in the host's own shell.

No hook may replace the output of a command that failed, and a rewritten command line would meet other permission rules
than the one the person sees. So the command line stays as it is: where a host lets a hook prepare its shells, a function
of each listed program's name runs that very program, in that shell's place and with the same words, and shortens what it
printed when it failed. Whatever is not a plain call whose output goes straight to the host runs untouched.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

MARK = "# llm-router: failing commands in fewer words"
MOST = 40
"""More functions would make every command of the session slower to start."""
_FIRST = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_OTHERS = _FIRST | frozenset("0123456789_-")
_SHELLS_OWN = (
    " alias autoload bg bind break builtin caller case cd command compgen complete compopt continue coproc declare dirs disown"
    " do done echo elif else enable esac eval exec exit export false fc fg fi for foreach function getopts hash help history if"
    " in jobs kill let local logout mapfile noglob popd print printf pushd pwd read readarray readonly repeat return select set"
    " setopt shift shopt source suspend test then time times trap true type typeset ulimit umask unalias unset unsetopt until"
    " wait whence where which while zmodload "
)
"""Words that are the shell's own: a function of that name would break it, or change what the shell does."""

_COMMON = """{mark}
__llm_router_1=$(readlink "/proc/$$/fd/1" 2>/dev/null)
__llm_router_2=$(readlink "/proc/$$/fd/2" 2>/dev/null)
__llm_router_run() {{
  if [ "${{BASH_SUBSHELL:-${{ZSH_SUBSHELL:-0}}}}" != 0 ] || [ -z "$__llm_router_1" ] || [ "$__llm_router_1" != "$__llm_router_2" ] ||
    [ "$(readlink "/proc/$$/fd/1")" != "$__llm_router_1" ] || [ "$(readlink "/proc/$$/fd/2")" != "$__llm_router_2" ]; then
    command "$@"
    return
  fi
  (
    kept=$(mktemp) || {{ command "$@"; exit; }}
    trap 'cat "$kept"; rm -f "$kept"; exit 143' TERM INT HUP
    code=0
    command "$@" >"$kept" 2>&1 || code=$?
    short=
    if [ "$code" != 0 ]; then
      short=$({program} compress --exit-code "$code" --command "$*" <"$kept" 2>/dev/null) || short=
    fi
    if [ -n "$short" ]; then printf '%s\\n' "$short"; else cat "$kept"; fi
    rm -f "$kept"
    exit "$code"
  )
}}
"""
_EACH = """typeset -f {name} >/dev/null 2>&1 || alias {name} >/dev/null 2>&1 || eval '{name}() {{ __llm_router_run {name} "$@"; }}' 2>/dev/null
"""


def prepare_shells(environ: Mapping[str, str], variable: str, names: Iterable[str]) -> bool:
    """Adds the functions to the file that the host's shells read first, once; whether they are there now.

    `variable` is where the host says that file's place. Names that are no plain program's are passed over, and what
    the person's own shell calls by such a name stays theirs. Only where `/proc` tells where a shell's output goes.
    """
    path = environ.get(variable)
    usable = plain_names(names)
    if not path or not usable or not Path("/proc/self/fd/1").exists():
        return False
    text = shell_text(usable, sys.executable)
    try:
        with Path(path).open("a+", encoding="utf-8") as file:
            file.seek(0)
            if MARK not in file.read():
                file.write(f"\n{text}")
    except (OSError, ValueError):
        return False
    return True


def plain_names(names: Iterable[str]) -> list[str]:
    """The names that can be a function of a shell without harm, each once, at most `MOST`."""
    found = [
        name
        for name in dict.fromkeys(names)
        if name[:1] in _FIRST and _OTHERS.issuperset(name) and f" {name} " not in _SHELLS_OWN
    ]
    return found[:MOST]


def shell_text(names: Iterable[str], python: str) -> str:
    """What a shell is to read: for bash and for zsh."""
    quoted = "'" + python.replace("'", "'\\''") + "'"
    program = f"{quoted} -c 'from router.faces.cli.main import run; run()'"
    return _COMMON.format(mark=MARK, program=program) + "".join(_EACH.format(name=name) for name in names)
