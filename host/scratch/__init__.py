"""A database beside the live one: filled from a dump, and compared with it."""
