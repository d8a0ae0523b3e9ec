"""What concerns a whole stack: teardown, a major upgrade, a new token."""
