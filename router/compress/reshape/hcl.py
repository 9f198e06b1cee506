"""Plans of Terraform and its kin: of each resource what is done to it and which attributes become what."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_RESOURCE = re.compile(r"^\s*# (\S.*?) (will be|must be|is tainted|has moved|has changed|has been)\b.*$")
_SIGNED = re.compile(r"^\s*([+~-]|[-+]/[-+]|<=) (.*)$")
_OPENS = re.compile(r"[{\[(]$")
_BLOCK = re.compile(r'^(resource|data) "[^"]*" "[^"]*" \{$')


def reshape(lines: Sequence[str]) -> Reshaped:
    """The plan with one line for a resource and one for each attribute that is set or changed to something known."""
    out: list[str] = []
    quoted: set[str] = set()
    before: set[str] = set()
    at = 0
    while at < len(lines):
        out.append(lines[at])
        head = _RESOURCE.match(lines[at])
        at += 1
        if head is None:
            continue
        end = _end(lines, at)
        told = [line for line in _attributes(lines[at:end]) if line]
        quoted.update(plain(line) for line in lines[at:end] if line.strip() and plain(line) not in told)
        alike = sum(line in before for line in told)
        if alike >= 2:
            out[-1] += f"  [+{alike} alike]"
        out += [f"  {line}" for line in told if alike < 2 or line not in before]
        before = set(told)
        at = end
    return Reshaped(out, quoted=quoted)


def _end(lines: Sequence[str], at: int) -> int:
    """Past the resource's block: the line after the brace that closes it."""
    depth = 0
    for number in range(at, len(lines)):
        text = lines[number].strip()
        depth += (1 if _OPENS.search(text) else 0) - (1 if text[:1] in ("}", "]", ")") else 0)
        if depth <= 0 and text[:1] == "}":
            return number + 1
        if depth == 0 and text and not text.startswith("#"):
            return number
    return len(lines)


def _attributes(block: Sequence[str]) -> list[str]:
    out: list[str] = []
    openers: list[int] = []
    for line in block:
        text = plain(line)
        if text[:1] in ("}", "]", ")"):
            start = openers.pop() if openers else len(out)
            if text.endswith(("(known after apply)", "-> null")):
                del out[start:]
            continue
        if _OPENS.search(text):
            openers.append(len(out))
        out.append(_attribute(line, text))
    return out


def _attribute(line: str, text: str) -> str:
    """What is told of one line; nothing of what stays as it is, goes with its resource or is not known yet."""
    if text.startswith("# ("):
        return text if "unchanged" not in text else ""
    signed = _SIGNED.match(line)
    if signed is None or _BLOCK.match(plain(signed[2])):
        return ""
    unknown = text.endswith("(known after apply)") and "->" not in text
    return "" if unknown or text.endswith(("-> null", "(known after apply),")) else text
