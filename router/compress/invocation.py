"""What a command line runs: its segments, each reduced to the program and the words that choose a filter."""

from typing import NamedTuple

_WRAPPERS = frozenset(
    {"sudo", "time", "nice", "nohup", "command", "exec", "env", "stdbuf", "unbuffer", "xvfb-run"}
)
_RUNNERS = {
    "npx": 0, "bunx": 0, "uvx": 0, "pnpx": 0, "pipx": 1,
    "uv": 1, "poetry": 1, "pipenv": 1, "pdm": 1, "hatch": 1, "rye": 1, "bundle": 1, "pnpm": 1, "yarn": 1, "npm": 1,
}  # fmt: skip
_RUN_WORDS = frozenset({"run", "exec", "dlx"})
_VALUE_OPTIONS = {
    "git": frozenset({"-C", "-c", "--git-dir", "--work-tree"}),
    "docker": frozenset({"-H", "--host", "--context", "-c", "-f", "--file", "-p", "--project-name"}),
    "kubectl": frozenset({"-n", "--namespace", "--context", "--kubeconfig", "-s", "--server"}),
    "make": frozenset({"-C", "-f", "-j"}),
    "gh": frozenset({"-R", "--repo"}),
    "go": frozenset({"-C"}),
    "timeout": frozenset({"-s", "-k"}),
    "mvn": frozenset({"-f", "-pl"}),
    "npm": frozenset({"-w", "--workspace", "--prefix"}),
    "pnpm": frozenset({"-C", "--dir", "--filter", "-F"}),
}
_FILTERED_BY = frozenset({"cat", "tee", "tail", "head", "less", "more"})
_QUIET = frozenset({
    "cd", "export", "set", "source", ".", "mkdir", "rm", "cp", "mv", "touch", "sleep", "true", "pushd", "popd",
    "unset", "ulimit", "umask", "chmod", "trap", "wait", "exit", "alias", "test", "[",
})  # fmt: skip
MAX_COMMAND_CHARS = 8_000


class Segment(NamedTuple):
    """One program of a command line: `words` without options (`git log`), all `arguments`, whether a pipe cut it."""

    words: tuple[str, ...]
    arguments: tuple[str, ...]
    piped_into: str | None = None

    @property
    def program(self) -> str:
        return self.words[0] if self.words else ""


def segments(command: str) -> tuple[Segment, ...]:
    """The programs whose output a command line shows, in order; those that print nothing are left out."""
    found = []
    for pipeline in _pipelines(_tokens(command[:MAX_COMMAND_CHARS])):
        segment = _of_pipeline(pipeline)
        if segment is not None and segment.program not in _QUIET:
            found.append(segment)
    return tuple(found)


def _of_pipeline(stages: list[list[str]]) -> Segment | None:
    """The stage whose words shape the output: `pytest | tail` is pytest's, `ps | grep x` is grep's."""
    shaping, cut = 0, None
    for at, stage in enumerate(stages[1:], 1):
        words = _unwrapped(stage)
        if words and words[0] not in _FILTERED_BY:
            shaping, cut = at, None
        elif words:
            cut = words[0]
    words = _unwrapped(stages[shaping]) if stages else []
    return Segment(_named(words), tuple(words), cut) if words else None


def _tokens(command: str) -> list[str]:
    """Words and operators of a shell command; quotes are taken off, redirections left out."""
    out: list[str] = []
    word, quote, open_word, at = "", "", False, 0
    while at < len(command):
        char = command[at]
        if quote:
            if char == quote:
                quote = ""
            elif char == "\\" and quote == '"' and at + 1 < len(command):
                at += 1
                word += command[at]
            else:
                word += char
        elif char in "'\"":
            quote, open_word = char, True
        elif char == "\\" and at + 1 < len(command):
            at += 1
            if command[at] != "\n":
                word, open_word = word + command[at], True
        elif char in " \t" or char in ";|&\n()":
            if open_word:
                out.append(word)
            word, open_word = "", False
            if char not in " \t":
                at = _operator(command, at, out)
        elif char == "<" and command.startswith("<<", at):
            break
        elif char in "<>":
            if not (open_word and word.isdigit()) and open_word:
                out.append(word)
            word, open_word = "", False
            at = _past_redirection(command, at)
        else:
            word, open_word = word + char, True
        at += 1
    if open_word:
        out.append(word)
    return out


def _operator(command: str, at: int, out: list[str]) -> int:
    """Append the operator that stands at `at`; where its last character stands."""
    two = command[at : at + 2]
    if two in ("&&", "||", "|&"):
        out.append("|" if two == "|&" else ";")
        return at + 1
    out.append("|" if command[at] == "|" else ";")
    return at


def _past_redirection(command: str, at: int) -> int:
    """The last character of a redirection such as `2>&1`, `> file`, `>>log`."""
    while at < len(command) and command[at] in "<>&":
        at += 1
    while at < len(command) and command[at] == " ":
        at += 1
    while at < len(command) and command[at] not in " \t;|&\n()":
        at += 1
    return at - 1


def _pipelines(tokens: list[str]) -> list[list[list[str]]]:
    pipelines: list[list[list[str]]] = [[[]]]
    for token in tokens:
        if token == ";":
            pipelines.append([[]])
        elif token == "|":
            pipelines[-1].append([])
        else:
            pipelines[-1][-1].append(token)
    return [[stage for stage in pipeline if stage] for pipeline in pipelines if any(pipeline)]


def _unwrapped(words: list[str]) -> list[str]:
    """Words from the program on: assignments, `sudo`, `timeout 5`, `npx`, `uv run`, `python -m` taken off."""
    words = list(words)
    for _ in range(8):
        before = len(words)
        words = _past_assignments(words)
        if not words:
            return []
        words[0] = _program(words[0])
        words = _past_wrapper(words)
        if len(words) == before:
            break
    return words


def _past_assignments(words: list[str]) -> list[str]:
    at = 0
    while at < len(words) and "=" in words[at] and words[at].partition("=")[0].isidentifier():
        at += 1
    return words[at:]


def _program(word: str) -> str:
    """`/usr/bin/python3.11` is python, `.venv/bin/pytest` pytest, `./gradlew` gradle."""
    name = word.replace("\\", "/").rpartition("/")[2].removesuffix(".exe").removesuffix(".cmd")
    if name.startswith(("python", "pip", "pypy")):
        name = name.rstrip("0123456789.")
    return {"gradlew": "gradle", "mvnw": "mvn", "pypy": "python", "pip": "pip", "py.test": "pytest"}.get(
        name, name
    )


def _past_wrapper(words: list[str]) -> list[str]:
    program, rest = words[0], words[1:]
    if program in _WRAPPERS:
        return _past_options(rest, frozenset({"-n", "-u"})) or words
    if program == "xargs":
        return _past_options(rest, frozenset({"-n", "-I", "-P", "-L", "-d", "-a", "-E", "-s"})) or words
    if program == "timeout":
        return _past_options(rest, _VALUE_OPTIONS["timeout"])[1:] or words
    if program == "python" and "-m" in rest[:4]:
        return rest[rest.index("-m") + 1 :] or words
    if program in _RUNNERS:
        inner = _past_options(rest, frozenset({"-p", "--package", "--with", "--python", "-C", "--filter"}))
        if _RUNNERS[program] == 0:
            return inner or words
        if inner and inner[0] in _RUN_WORDS and len(inner) > 1 and program not in ("npm", "pnpm", "yarn"):
            return (
                _past_options(inner[1:], frozenset({"--with", "--python", "-p", "--extra", "--group"}))
                or words
            )
        if inner and inner[0] in ("exec", "dlx") and len(inner) > 1:
            return _past_options(inner[1:], frozenset({"-p", "--package"})) or words
    return words


def _past_options(words: list[str], with_value: frozenset[str]) -> list[str]:
    at = 0
    while at < len(words) and words[at].startswith("-"):
        if words[at] == "--":
            return words[at + 1 :]
        at += 2 if words[at] in with_value else 1
    return words[at:]


def _named(words: list[str]) -> tuple[str, ...]:
    """The program and its first two words that are no options: what filters are chosen by."""
    if not words:
        return ()
    with_value = _VALUE_OPTIONS.get(words[0], frozenset())
    named, at = [words[0]], 1
    while at < len(words) and len(named) < 3:
        word = words[at]
        if word in with_value:
            at += 1
        elif not word.startswith("-"):
            named.append(word)
        at += 1
    return tuple(named)
