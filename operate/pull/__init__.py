"""A stack's data into a developer's own PostgreSQL."""
