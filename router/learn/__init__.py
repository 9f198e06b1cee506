"""What is learned from use and from measurement."""
