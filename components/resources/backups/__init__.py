"""Backups: the bucket, the schedule, copies in a second store, and what watches over all of it."""
