"""python -m sandbox.host.aws: one command."""

import sys

from sandbox.host.aws.main import main

sys.exit(main(sys.argv[1:]))
