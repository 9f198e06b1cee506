"""Every command: its words, the module that holds its operation, and its line in the help."""

COMMANDS: dict[str, tuple[str, str]] = {
    "test": (
        "router.ops.dry_run",
        "decide a prompt by the policy and show why; without a prompt, run the policy's tests",
    ),
    "check": ("router.ops.check", "report faults in the policy"),
    "fmt": ("router.ops.fmt", "write rule files in their one canonical form"),
    "explain": ("router.ops.explain", "the page behind a problem's code, such as R301"),
    "config show": ("router.ops.config_show", "every effective setting, with --origin where it comes from"),
    "config lint": ("router.ops.config_lint", "report faults in the YAML layers alone"),
    "config init": ("router.ops.config_init", "write a commented .llm-router.yml and a first rule file"),
    "policy show": ("router.ops.policy_show", "the rules in force, strongest first"),
    "policy diff": ("router.ops.policy_diff", "what changes in meaning between two policies, with witnesses"),
    "policy coverage": (
        "router.ops.policy_coverage",
        "which rules and conditions the policy's tests exercise",
    ),
    "policy convert": ("router.ops.policy_convert", "turn a YAML layer into rules, or rules into YAML"),
    "policy replay": (
        "router.ops.policy_replay",
        "recorded decisions made again: how many change, and what that costs",
    ),
    "audit list": ("router.ops.audit_list", "recorded decisions, outcomes and acts, the newest first"),
    "audit show": ("router.ops.audit_show", "everything recorded of one decision"),
    "audit stats": ("router.ops.audit_stats", "how many events of which kind, and what they cost"),
    "audit export": ("router.ops.audit_export", "the events as JSON Lines or CSV, the oldest first"),
    "audit verify": (
        "router.ops.audit_verify",
        "whether the log is what was written, and the first place where it is not",
    ),
    "audit prune": ("router.ops.audit_prune", "remove events that are older than the policy keeps them"),
    "compress": ("router.ops.compress", "shorten a command's output without losing a fact"),
    "compress answer": (
        "router.ops.compress_answer",
        "shorten a model's answer by whole sentences that say nothing",
    ),
    "compress page": (
        "router.ops.compress_page",
        "shorten a page's accessibility snapshot to what one can act on",
    ),
    "raw": ("router.ops.raw", "the whole output behind a shortened one"),
    "raw show": ("router.ops.raw_show", "the same as `raw ID`"),
    "raw list": ("router.ops.raw_list", "the raw outputs that are stored"),
    "raw prune": ("router.ops.raw_prune", "remove raw outputs by age and size"),
    "providers": ("router.ops.providers", "who can be called: keys, addresses, models discovered"),
    "budget list": ("router.ops.budget_list", "every cap in force, where it stands, and how full it is"),
    "budget set": ("router.ops.budget_set", "cap what one provider may cost a month"),
    "budget remove": ("router.ops.budget_remove", "lift a provider's cap that `budget set` made"),
    "approve list": ("router.ops.approve_list", "the calls that wait for a person"),
    "approve yes": ("router.ops.approve_yes", "let a waiting call through once"),
    "approve no": ("router.ops.approve_no", "turn a waiting call down"),
    "train": (
        "router.ops.train",
        "train the classifier again from the shipped corpus, files and corrections",
    ),
    "outcomes import": (
        "router.ops.outcomes_import",
        "measured scores and costs of models become the table that orders chains",
    ),
    "outcomes show": (
        "router.ops.outcomes_show",
        "what is expected of each model at each kind of work, and the order that follows",
    ),
}
