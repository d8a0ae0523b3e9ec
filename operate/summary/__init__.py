"""A plan in words: what it changes, what restarts, what is refused."""
