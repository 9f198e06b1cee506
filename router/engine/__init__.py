"""The run paths: from sources to a table, from a request to a decision."""
