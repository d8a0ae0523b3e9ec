"""Databases beside the live one: filled from a dump, and compared with it; and dumps of some schemas between them."""
