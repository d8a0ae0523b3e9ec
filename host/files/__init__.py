"""Backups of files: the folders that apps mount and write to, in a repository of restic's beside the dumps."""
