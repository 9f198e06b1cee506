"""The pages of the analysis' codes."""

from router.base.pages import Page

PAGES: tuple[Page, ...] = (
    Page("R401", "a rule that can never win",
         "Of `route`, `mode`, `profile` and `classify` the first rule that matches wins. Wherever this one matches, stronger\nrules match too, so it never counts.",
         "rule broad\n  route to openai\n  when task in (code, query)\nrule narrow\n  route to mistral\n  when task is code\n",
         "rule broad\n  route to openai\n  when task in (code, query)\nrule narrow\n  route to mistral\n  when task is code\n  over broad\n"),
    Page("R402", "a condition that can never be true", "Its parts exclude each other, so the rule never fires.",
         "rule a\n  tag x\n  when turn > 5 and turn < 3\n", "rule a\n  tag x\n  when turn > 5 or turn < 3\n"),
    Page("R403", "a rule that a lock overrules", "The organisation has locked this; the rule has no effect where it is locked.",
         "", "rule a\n  tag x\n", kind="file"),
    Page("R404", "a cap that can never bind", "A smaller cap of the same scope always holds where this one does.",
         "rule small\n  cap total at $5.00/day\nrule large\n  cap total at $50.00/day\n", "rule small\n  cap total at $5.00/day\nrule large\n  cap total at $50.00/month\n"),
    Page("R405", "a chain whose every member is denied", "Whenever the rule matches, a restriction stops all the models it names.",
         'rule no\n  deny provider mistral\n  because "x"\nrule a\n  route to mistral\n  when task is code\n',
         'rule no\n  deny provider mistral\n  because "x"\nrule a\n  route to mistral then openai\n  when task is code\n'),
    Page("R406", "two rules that can both match and disagree", "Which of them wins is decided by their order alone. `over` says it in words.",
         "", "rule a\n  tag x\n", kind="file"),
)  # fmt: skip
