"""Dumps: the bucket, archives and their passphrases, making and fetching one."""
