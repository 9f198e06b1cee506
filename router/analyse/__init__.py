"""What a policy means: traces, tests, coverage, reachability, differences."""
