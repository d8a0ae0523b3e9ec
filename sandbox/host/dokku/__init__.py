"""A stand-in for Dokku 0.38.27 with dokku-postgres 1.48.0: the verbs in use, inside the sandbox host.

Not Dokku. It answers as a real one was recorded to (tests/contract): same exit codes, outputs, refusals and files,
and the same weaknesses. The database is a real PostgreSQL, pushes are real git, dumps are real dumps; a "container" is
a process, nginx is the sandbox's router, and files have no owners, since the host has one user id.

`table.py` maps each verb to its function, imported when it is called; `main.py` is the way in. A folder per noun:

    core/       calls, what is printed, files, addresses, faults that tests order
    system/     version, plugins, SSH keys         apps/       from apps:create to a running deploy
    config/     variables, docker's options        domains/    names, ports, certificates, the proxy
    docker/     the command, and containers        processes/  ps:*, resource:*
    storage/    mounted folders                    postgres/   the plugin, its server/ and its backups/
"""
