"""A restore: what is asked for, the dump's way to the server, the work there, what is reported."""
