"""A stand-in for Dokku 0.38.27 with dokku-postgres 1.48.0: the verbs in use, inside the sandbox host.

Not Dokku. It answers as a real one was recorded to (tests/contract): same exit codes, outputs, refusals and files,
and the same weaknesses. The database is a real PostgreSQL, pushes are real git, dumps are real dumps; a "container" is
a process, nginx is the sandbox's router, and files have no owners, since the host has one user id.

`table.py` maps each verb to its function, imported when it is called; `main.py` is the way in.
"""
