"""A stand-in for the `docker` command, and the containers that Dokku's own verbs start."""
