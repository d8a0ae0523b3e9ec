"""Schemas of the shared database: whose they are, what is in them, which are left over."""
