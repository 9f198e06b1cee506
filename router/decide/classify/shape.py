"""What a prompt looks like beyond its words, as a fixed row of small numbers."""

import re
from math import log2

from router.decide.classify.lexicon import EMPTY, GROUPS_OF, ORDER

_FILE = re.compile(
    r"\.(?:py|tsx?|jsx?|go|rs|java|kt|cs|cpp|cc|[ch]|rb|php|swift|sql|sh|ya?ml|json|toml|md|html?|s?css|vue|svelte"
    r"|ipynb|csv|txt|xml|lock|env|ini|cfg)\b"
)
_CAMEL = re.compile("[a-z][A-Z]")
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_OTHER = re.compile("[^\x00-\x7f]")

_TRACES = (
    "Traceback",
    "\n    at ",
    "Exception",
    "panic",
    "Error",
    "error",
    "ERROR",
    "FAIL",
    "fail",
    "exit code",
    "undefined",
)
_LIST_STARTS = ("- ", "* ", "• ", "1.", "2.", "3.", "4.", "5.", "6.", "7.", "1)", "2)", "3)", "4)")
_CODE_STARTS = (
    "def ", "class ", "import ", "from ", "const ", "let ", "var ", "function ", "public ", "private ", "return ", "if (",
    "for (", "while (", "SELECT ", "#include", "async ", "export ", "func ", "fn ", "@", "//", "/*", "$ ", "<", "{", "}",
)  # fmt: skip
_CODE_ENDS = (";", "{", "}", ");", "},", "],", "(", "/>")
_NUMBERED = re.compile(r"\s*(?:\d{1,2}|[a-dA-D]|Q\d)\s*[.):]\s")
"""The start of an answer to numbered questions."""
_DIFF_STARTS = ("@@ ", "+++ ", "--- ", "diff --git", "+ ", "+\t")

MAX_LINES = 200
OPENING_WORDS = 3
HEAD_WORDS = 30

LEANING = ("numbered", "named", "share_named", "none_named", "one_named", "words_3", "words_6", "words_12")
LEANING_GROUPS = ("assent", "deictic", "pick")
"""What tells a follow-up; of the size of the work it tells nothing, and grouped validation falls when it may."""
NAMES: tuple[str, ...] = (
    "chars", "words", "lines", "chars_squared", "short", "fences", "ticks", "files", "slashes", "traces", "names",
    "camels", "urls", "questions", "ends_question", "ends_colon", "ends_stop", "exclamations", "digits", "capitals",
    "braces", "quotes", "commas", "at_signs", "han", "kana", "hangul", "cyrillic", "other_scripts",
    "dated", "diffs", "items", "headings", "code_starts", "code_ends", "blank_lines", "first_line", "last_line",
    "slash_first", "starts_lower", "word_length", "distinct",
    *LEANING, *(f"share_{name}" for name in ORDER), *(f"count_{name}" for name in ORDER), *(f"open_{name}" for name in ORDER),
)  # fmt: skip

LEANING_NAMES: frozenset[str] = frozenset(
    (*LEANING, *(f"{kind}_{name}" for kind in ("share", "count", "open") for name in LEANING_GROUPS))
)


def shape(text: str, found: list[str]) -> list[float]:
    """Numbers in the order of NAMES, about 0 to 3 each; `found` are the words of `text`."""
    return (
        _marks(text, found) + _scripts(text) + _lines(text, found) + _leaning(text, found) + _lexical(found)
    )


def _log(count: int) -> float:
    return log2(1 + count) / 4


def _share(count: int, size: int) -> float:
    """A share of the characters, stretched: a tenth of a text is much."""
    return min(2.0, 5 * count / size)


def _marks(text: str, found: list[str]) -> list[float]:
    size, count = max(len(text), 1), text.count
    long, end = log2(1 + len(text)) / 4, text.rstrip()[-1:]
    return [
        long, _log(len(found)), _log(count("\n")), long * long / 3, float(len(text) < 40), _log(count("```")),
        _log(count("`")), _log(len(_FILE.findall(text))), _log(count("/")), _log(sum(map(count, _TRACES))),
        _log(count("_") + count("()") + count("--")), _log(len(_CAMEL.findall(text))), _log(count("://")),
        _log(count("?") + count("？")), float(end in ("?", "？")), float(end in (":", "：")), float(end in (".", "。")),
        _log(count("!") + count("！")), _share(sum(map(count, "0123456789")), size), _share(_capitals(text), size),
        _share(sum(map(count, "{}();=<>[]")), size), _log(count('"') + count("“")), _log(count(",") + count("，")),
        _log(count("@")),
    ]  # fmt: skip


def _capitals(text: str) -> int:
    raw = text.encode("ascii", "ignore")
    return len(raw) - len(raw.translate(None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _scripts(text: str) -> list[float]:
    if text.isascii():
        return [0.0] * 5
    size = len(text) / 2
    return [len(script.findall(text)) / size for script in (_HAN, _KANA, _HANGUL, _CYRILLIC, _OTHER)]


def _lines(text: str, found: list[str]) -> list[float]:
    lines = [line.strip() for line in text.strip().split("\n", MAX_LINES)[:MAX_LINES]]
    size = max(len(found), 1)
    return [
        _log(sum(line[:4].isdigit() or line[1:5].isdigit() for line in lines)), _starting(lines, _DIFF_STARTS),
        _starting(lines, _LIST_STARTS), _starting(lines, ("#",)), _starting(lines, _CODE_STARTS),
        _log(sum(line.endswith(_CODE_ENDS) for line in lines)), _log(lines.count("")), _log(len(lines[0])),
        _log(len(lines[-1])), float(lines[0][:1] == "/"), float(lines[0][:1].islower()),
        sum(map(len, found)) / size / 4, len(set(found)) / size,
    ]  # fmt: skip


def _starting(lines: list[str], starts: tuple[str, ...]) -> float:
    return _log(sum(line.startswith(starts) for line in lines))


def _leaning(text: str, found: list[str]) -> list[float]:
    """How far a turn stands by itself: whether it answers a list, how many things its first words name, how short it is."""
    head, size = found[:HEAD_WORDS], len(found)
    named = len(head) - len([word for word in head if word in EMPTY])
    return [
        float(_NUMBERED.match(text) is not None), log2(1 + named) / 3, named / max(len(head), 1), float(named == 0),
        float(named <= 1), float(size <= 3), float(size <= 6), float(size <= 12),
    ]  # fmt: skip


def _lexical(found: list[str]) -> list[float]:
    """For each group of the lexicon: share of the first words, count in them, and whether it opens the prompt."""
    head = found[:HEAD_WORDS]
    opening, counts = [0.0] * len(ORDER), [0] * len(ORDER)
    for at, word in enumerate(head):
        for group in GROUPS_OF.get(word, ()):
            counts[group] += 1
            if at < OPENING_WORDS:
                opening[group] = 1.0
    size = max(len(head), 1)
    return [*(2 * n / size for n in counts), *(log2(1 + n) / 2 for n in counts), *opening]
