"""Restored data in the place of the live data, and what that sets aside."""
