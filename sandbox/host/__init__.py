"""A stand-in for a Hetzner server with Dokku on it: one namespace on this machine, reached by real SSH.

Outside: `machine.py` makes, starts, stops and finds a host, `namespace.py` builds what it sees.
Inside: `init.py` is process 1, `boot.py` the first seconds; then `sshd.py`, `cron.py`, `router.py` till it stops.
`dokku/` is what stands in for Dokku there.
"""
