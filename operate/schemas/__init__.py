"""Schemas of the shared database: who uses them, what lies in them, isolation, data that was set aside."""
