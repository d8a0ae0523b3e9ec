"""`python -m sandbox.host.dokku WORDS…`, which is what /usr/bin/dokku runs on a sandbox host."""

from sandbox.host.dokku.main import main

main()
