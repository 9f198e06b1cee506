"""The entry of hook processes."""
