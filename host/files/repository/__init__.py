"""The repository: restic itself, its snapshots, and what goes into and out of it."""
