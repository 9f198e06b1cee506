"""What no filter drops unless it names it outright: causes, failures, totals."""

FAILURE = (
    r"(?i)\b(errors?|errored|err!|fail(s|ed|ure|ures|ing)?|fatal(ly)?|panic(ked|s)?|exceptions?|traceback|abort(ed|ing|s)?)\b",
    r"(?i)\b(denied|refused|rejected|forbidden|unauthori[sz]ed|unreachable|not found|no such|not exist|does ?n.t exist|not a)\b",
    r"(?i)\b(cannot|can.?t|could ?n.t|could not|unable to|did not|does not|is not|was not|not allowed|not supported|must be)\b",
    r"(?i)\b(invalid|illegal|undefined|unknown|unresolved|unrecogni[sz]ed|missing|conflicts?|mismatch|unexpected|corrupt(ed)?|broken)\b",
    r"(?i)\b(killed|segfault|segmentation fault|core dumped|out of memory|oom(killed)?|timed? ?out|timeout|deadlock|crash(ed|es|ing)?|backoff|evicted|unhealthy)\b",
    r"(?i)\b(assert(ion)?s?|exit(ed)?( with)?( code| status)?:? [1-9]\d*|returned (non-zero|[1-9]\d*)|status(=|: ?|\s)[45]\d\d|unauthenticated)\b",
    r"[a-z](Error|Exception|Failure|Fault|Panic|BackOff)\b",
    r"\b[A-Z][A-Z0-9]*_(ERROR|FAILED|REFUSED|TIMEOUT|INVALID)\b|\bE[A-Z]{4,}\b",
    r"^\s*(✗|✘|✕|×|✖|❌|●|❯)\s",
    r"^(npm|pnpm|yarn) (ERR!|error)",
    r"^(E  |> +\S|not ok\b|CONFLICT)",
)
"""A line that may say why something failed (RE2)."""

TOTALS = (
    r"(?i)^\W*\d+ (passed|failed|skipped|passing|failing|pending|errors?|warnings?|problems?|tests?|examples?|files? changed|issues?|vulnerabilities)\b",
    r"(?i)^\W*(tests?|test suites|test files|tests run|suites|snapshots|assertions|summary|total|result|results|coverage)\b ?:",
    r"(?i)\b(found|generated|emitted|reported) \d+ (errors?|warnings?|problems?|issues?|vulnerabilities)\b",
    r"(?i)^(plan|apply complete!|destroy complete!|ran \d+ tests?|test result|build (failed|successful|success)|no changes)\b",
    r"^=+ .*\b(passed|failed|errors?|skipped|no tests ran)\b.* =+$",
    r"(?i)\b\d+ (insertions?|deletions?)\b",
)
"""A line that says how many."""
