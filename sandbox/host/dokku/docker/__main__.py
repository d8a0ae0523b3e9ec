"""`python -m sandbox.host.dokku.docker WORDS…`, which is what /usr/bin/docker runs on a sandbox host."""

import sys

from sandbox.host.dokku.docker.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
