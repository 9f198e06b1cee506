"""What every other part stands on: places, files, problems, failures, clock and environment."""
