"""The grammar's terminals in words, and how what was expected is said."""

_SAID: dict[str, str] = {
    "NAME": "a name", "STRING": "a quoted text", "MODEL": "`provider/model`", "CHAIN": "`@chain`", "NUMBER": "a number",
    "PERCENT": "a percentage", "MONEY": "an amount such as $5.00", "DATE": "a date such as 2026-12-31",
    "REGEX": 'a pattern r"..."', "LPAR": "`(`", "RPAR": "`)`", "COMMA": "`,`", "EQUAL": "`=`", "ORDER": "a comparison",
    "$END": "the end", "RANGE": "`..`", "MODEL_WORD": "`model`",
}  # fmt: skip
RESERVED_NAMES = frozenset({
    "ALL", "ALLOW", "ALLOWED", "AND", "ANY", "APPROVAL", "AS", "AT", "AVOID", "BECAUSE", "BY", "CAP",
    "CLASSIFY", "COMPLEXITY", "COMPRESS", "CONTAINS", "DENIED", "DENY", "DOWNGRADE", "EXPECT",
    "FIRED", "GIVEN", "IN", "IS", "KNOWN", "LET", "LIKE", "LOCK", "MATCHES", "MODE", "NOT", "NOTHING",
    "OF", "ONLY", "OR", "OVER", "POLICY", "PREFER", "PROFILE", "PROVIDER", "REDACT", "REFUSE",
    "REFUSED", "REQUIRE", "ROLLOUT", "ROUTE", "RULE", "SESSIONS", "TAG", "TASK", "TEST", "THEN",
    "TIER", "TO", "TODO", "UNDER", "UNKNOWN", "UNLESS", "UNTIL", "VERSION", "WHEN",
})  # fmt: skip
"""Terminals that are a word, spelled as they are named."""
RESERVED = frozenset(name.lower() for name in RESERVED_NAMES)
EFFECTS = frozenset(
    [
        "CLASSIFY",
        "DENY",
        "ALLOW",
        "CAP",
        "REFUSE",
        "REQUIRE",
        "REDACT",
        "COMPRESS",
        "TAG",
        "DOWNGRADE",
        "ROUTE",
        "MODE",
        "PROFILE",
        "PREFER",
        "AVOID",
    ]
)
CLAUSES = frozenset(["WHEN", "UNLESS", "BECAUSE", "OVER", "UNTIL", "ROLLOUT", "LOCK"])
OPERATORS = frozenset(["IS", "IN", "NOT", "LIKE", "UNDER", "CONTAINS", "MATCHES", "ORDER"])
ITEMS = frozenset(["POLICY", "LET", "RULE", "TEST", "TODO"])
_WANTED = frozenset(
    ["TASK", "COMPLEXITY", "TIER", "FIRED", "REFUSED", "APPROVAL", "NOTHING", "DENIED", "ALLOWED", "NOT"]
) | {"MODE", "PROFILE", "DOWNGRADE", "ROUTE", "REDACT", "TAG", "COMPRESS", "CAP"}
_GROUPS = (
    (
        frozenset(["NAME", "STRING", "MODEL", "CHAIN", "PROVIDER", "MODEL_WORD"]),
        "a target (`provider/model`, a provider or `@chain`)",
    ),
    (EFFECTS, "an effect such as `route to`, `deny` or `cap`"),
    (CLAUSES, "a clause such as `when` or `because`"),
    (OPERATORS, "an operator such as `is` or `>=`"),
    (ITEMS, "`rule`, `let` or `test`"),
    (frozenset(["NAME", "KNOWN", "LPAR", "NOT"]), "a condition"),
    (frozenset(["NAME", "STRING", "REGEX", "NUMBER", "PERCENT", "MONEY", "DATE"]), "a value"),
)


def listed_words(expected: set[str]) -> str:
    """At most five alternatives in words."""
    left = set(expected)
    words: list[str] = []
    if "FIRED" in left:
        words.append("an outcome such as `task code`, `route openai` or `refused`")
        left -= _WANTED
    for group, said in _GROUPS:
        if len(group & left) >= min(3, len(group)):
            words.append(said)
            left -= group
    words += sorted(_SAID.get(name, f"`{name.lower()}`") for name in left)
    if len(words) > 5:
        words = words[:5]
    return (
        words[0]
        if len(words) == 1
        else f"{', '.join(words[:-1])} or {words[-1]}"
        if words
        else "something else"
    )
