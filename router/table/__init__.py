"""The compiled policy as plain data: all that the slow and the fast half share."""
