"""The command line: finds the operation, turns flags into values, prints the result."""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from router import __version__
from router.base.clock import system_clock
from router.base.failures import PolicyError, RouterError, UsageError
from router.faces.cli.commands import COMMANDS

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from router.ops.operation import Operation, Parameter, Result, Surroundings

PROGRAM = "llm-router"


def run() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """The exit code of one command: 0 done, 1 the user's text or the world is at fault, 2 wrong usage."""
    _make_streams_total()
    try:
        return _dispatch(argv)
    except UsageError as fault:
        print(f"{PROGRAM}: {fault}", file=sys.stderr)
        return fault.exit_code
    except PolicyError as fault:
        print(_problem_text(fault), file=sys.stderr)
        return fault.exit_code
    except RouterError as fault:
        print(f"{PROGRAM}: {fault}", file=sys.stderr)
        return fault.exit_code
    except BrokenPipeError:
        # The reader has gone; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as fault:
        # The world again: a folder that is gone, a file that may not be written.
        place = f"`{fault.filename}`: " if fault.filename is not None else ""
        print(f"{PROGRAM}: {place}{fault.strerror or type(fault).__name__}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        if os.environ.get("LLM_ROUTER_DEBUG"):
            raise
        where = fault.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        place = f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else "?"
        print(f"{PROGRAM}: this is a fault of ours: {type(fault).__name__} at {place}", file=sys.stderr)
        print("set LLM_ROUTER_DEBUG=1 to see all of it", file=sys.stderr)
        return 70


def _make_streams_total() -> None:
    """No character the user's text may hold can make printing fail."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _problem_text(fault: PolicyError) -> str:
    from router.base.render import render_text

    return render_text(fault.problems, fault.texts, colour=wants_colour(sys.stderr, os.environ))


def _dispatch(argv: Sequence[str]) -> int:
    words = list(argv)
    if not words and not sys.stdin.isatty():
        # A host that starts the program with nothing but pipes wants the server.
        words = ["mcp"]
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview())
        return 0 if words else 2
    if words[0] in ("-V", "--version"):
        print(f"{PROGRAM} {__version__}")
        return 0
    name, rest = _find_command(words)
    operation = _operation(name)
    parser = build_parser(operation)
    namespace = parser.parse_args(rest)
    values = {p.name: _value(p, getattr(namespace, p.name)) for p in operation.parameters}
    return _show(operation.run(values, _surroundings(live=not namespace.json)), as_json=namespace.json)


def _operation(name: str) -> "Operation":
    if name in COMMANDS:
        found: Operation = import_module(COMMANDS[name][0]).OPERATION
        return found
    from router.ops.tools import tool

    return tool(name)


def _find_command(words: list[str]) -> tuple[str, list[str]]:
    for count in (2, 1):
        name = " ".join(words[:count])
        if name in COMMANDS and len(words) >= count:
            return name, words[count:]
    if words[0].startswith("llm_"):
        from router.ops.tools import TOOLS

        if words[0] in TOOLS:
            return words[0], words[1:]
    inner = [name for name in COMMANDS if name.startswith(f"{words[0]} ")]
    if inner:
        lines = "\n".join(f"  {name:<18}{COMMANDS[name][1]}" for name in inner)
        if len(words) > 1 and words[1] in ("-h", "--help"):
            print(f"usage: {PROGRAM} {words[0]} COMMAND\n\n{lines}")
            raise SystemExit(0)
        raise UsageError(f"`{words[0]}` needs one of these:\n{lines}")
    from difflib import get_close_matches

    near = get_close_matches(words[0], COMMANDS, 1, 0.5)
    hint = f"; did you mean `{near[0]}`?" if near else f"; `{PROGRAM} --help` lists the commands"
    raise UsageError(f"unknown command `{words[0]}`{hint}")


def overview() -> str:
    """The help of the whole program."""
    lines = "\n".join(f"  {name:<18}{summary}" for name, (_, summary) in COMMANDS.items())
    return (
        f"{PROGRAM} {__version__}: policy in Git decides which model answers each prompt\n\n"
        f"usage: {PROGRAM} COMMAND [options]\n\n{lines}\n\n"
        f"Every MCP tool is a command by its name too, such as `{PROGRAM} llm_query`.\n"
        f"`{PROGRAM} COMMAND --help` shows a command's options. Every command takes --json.\n"
        "Exit codes: 0 done, 1 a fault in the policy or the world, 2 wrong usage."
    )


def build_parser(operation: "Operation") -> "ArgumentParser":
    """The argument parser of one operation, made from its parameters."""
    from argparse import ArgumentParser, RawDescriptionHelpFormatter

    parser = ArgumentParser(
        prog=f"{PROGRAM} {operation.name}",
        description=operation.description,
        epilog=f"example:\n  {operation.example}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for parameter in operation.parameters:
        _add(parser, parameter)
    parser.add_argument("--json", action="store_true", help="print plain data instead of text")
    return parser


def _add(parser: "ArgumentParser", parameter: "Parameter") -> None:
    options: dict[str, Any] = {"help": parameter.help.replace("%", "%%"), "default": parameter.default}
    if parameter.kind == "flag":
        options |= {"action": "store_true", "default": False}
    else:
        options |= {"metavar": parameter.metavar or parameter.name.upper(), "type": _TYPES[parameter.kind]}
        if parameter.choices:
            options |= {"choices": parameter.choices, "metavar": parameter.metavar}
    if parameter.positional:
        options["nargs"] = (
            ("+" if parameter.required else "*") if parameter.many else None if parameter.required else "?"
        )
        parser.add_argument(parameter.name, **options)
        return
    if parameter.many:
        options |= {"action": "append", "default": None}
    flags = [f"-{parameter.short}"] if parameter.short else []
    flags.append(f"--{parameter.name.replace('_', '-')}")
    parser.add_argument(*flags, dest=parameter.name, required=parameter.required, **options)


_TYPES: dict[str, Any] = {"text": str, "number": float, "whole": int, "path": Path}


def _value(parameter: "Parameter", value: Any) -> Any:
    return tuple(value or ()) if parameter.many else value


def _surroundings(live: bool) -> "Surroundings":
    from router.ops.operation import Surroundings

    try:
        cwd = Path.cwd()
    except FileNotFoundError:
        raise RouterError("the working folder is gone: change to one that exists") from None
    return Surroundings(
        os.environ, cwd, system_clock, sys.stdin.buffer.read, _progress, sys.stdout, _warn, _aside, live
    )


def _progress(line: str) -> None:
    """Progress goes to the terminal only, so that pipes and logs stay clean."""
    if sys.stderr.isatty():
        print(line, file=sys.stderr)


def _warn(line: str) -> None:
    print(f"{PROGRAM}: warning: {line}", file=sys.stderr)


def _aside(line: str) -> None:
    print(line, file=sys.stderr)


def _show(result: "Result", as_json: bool) -> int:
    if result.streamed:
        return result.exit_code
    if as_json:
        from json import dumps

        print(dumps(result.plain, indent=2, ensure_ascii=False))
    else:
        text = result.text(wants_colour(sys.stdout, os.environ))
        if text:
            print(text)
    sys.stdout.flush()
    return result.exit_code


def wants_colour(stream: Any, environ: Mapping[str, str]) -> bool:
    """Colour only on terminals, and never when `NO_COLOR` is set to anything (https://no-color.org)."""
    return not environ.get("NO_COLOR") and environ.get("TERM") != "dumb" and bool(stream.isatty())
