"""python -m sandbox.host.systemd: the host's `systemctl`."""

import sys

from sandbox.host.systemd.systemctl import main

sys.exit(main(sys.argv[1:]))
