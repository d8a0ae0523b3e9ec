"""A stand-in for a Hetzner server with Dokku on it: one namespace on this machine, reached by real SSH.

Outside: `machine.py` makes, starts, stops and finds a host; `boot/namespace.py` builds what it sees.
Inside: `boot/init.py` is process 1, `boot/boot.py` the first seconds; then ssh/, timing/ and web/ run until it stops.
`dokku/`, `systemd/`, `aws/` and `apt.py` are the programs that stand in for the real ones there.
"""
