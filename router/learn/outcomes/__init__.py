"""Outcome tables: what models scored and cost, shrunk where data are few, and the order that follows."""
