"""Restores: a dump loaded beside the live data, compared, and put in its place; what it replaced is set aside."""
