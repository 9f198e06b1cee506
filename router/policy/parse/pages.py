"""The pages of the parser's codes."""

from router.base.pages import Page
from router.policy.parse.characters import PAGES as CHARACTERS

_DEEP = "(" * 70 + "turn > 3" + ")" * 70

PAGES: tuple[Page, ...] = (
    Page("R101", "something else was expected",
         "Every item, effect and clause begins with a reserved word, and each allows only certain words after it.",
         "rule a\n  route to\n", "rule a\n  route to openai\n"),
    Page("R102", "a sign or word of another language",
         "Conditions are written in words: `is`, `in`, `and`, `or`, `not`. Items need no braces or semicolons.",
         "rule a\n  tag x\n  when task == code\n", "rule a\n  tag x\n  when task is code\n"),
    Page("R103", "a text that is not closed", "A text begins and ends with a double quote on one line.",
         'rule a\n  tag x\n  when branch is "main\n', 'rule a\n  tag x\n  when branch is "main"\n'),
    Page("R104", "an amount without its period",
         "A cap is an amount per call, session, day or month; without the period it would not be a limit on anything.",
         "rule a\n  cap total at $10\n", "rule a\n  cap total at $10.00/day\n"),
    Page("R105", "a period that does not exist", "Money is counted per call, session, day (UTC) or month (UTC).",
         "rule a\n  cap total at $10/week\n", "rule a\n  cap total at $10.00/month\n"),
    Page("R106", "a day that is not in the calendar", "Dates are written year-month-day and must exist.",
         "rule a\n  tag x\n  until 2026-02-30\n", "rule a\n  tag x\n  until 2999-02-28\n"),
    Page("R107", "a path without quotes", "Paths hold signs that mean other things in a rule, so they are quoted.",
         "rule a\n  tag x\n  when path under src/payments\n", 'rule a\n  tag x\n  when path under "src/payments"\n'),
    Page("R108", "a misspelled word", "The word is not one of those that may stand here, but is much like one.",
         "rule a\n  rout to openai\n", "rule a\n  route to openai\n"),
    Page("R109", "a condition that is nested too deep", "Nesting is bounded, so that no policy can exhaust memory or time.",
         f"rule a\n  tag x\n  when {_DEEP}\n", "rule a\n  tag x\n  when turn > 3\n"),
    Page("R110", "a clause that stands twice",
         "A rule has one condition, one reason, one end, and a file one name; a second would hide the first.",
         "rule a\n  tag x\n  when turn > 3\n  when turn > 4\n", "rule a\n  tag x\n  when turn > 3 and turn > 4\n"),
    Page("R111", "a file that is too large", "A rule file has at most 4 Mi characters and 25,000 items.",
         "", "rule a\n  tag x\n"),
    Page("R112", "single quotes", "Texts stand in double quotes.",
         "rule a\n  tag x\n  when branch is 'main'\n", 'rule a\n  tag x\n  when branch is "main"\n'),
    Page("R113", "a number that is too large", "Beyond some 300 digits a number is no number to a computer.",
         f"rule a\n  tag x\n  when turn > {'9' * 400}\n", "rule a\n  tag x\n  when turn > 9\n"),
    *CHARACTERS,
)  # fmt: skip
