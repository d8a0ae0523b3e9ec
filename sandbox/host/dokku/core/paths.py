"""Where Dokku keeps things, as on the real host, and the two folders that only the stand-in has."""

from pathlib import Path

HOME = Path("/home/dokku")
DOKKURC = HOME / ".dokkurc"
AUTHORIZED_KEYS = HOME / ".ssh" / "authorized_keys"
GLOBAL_VHOST = HOME / "VHOST"

LIB = Path("/var/lib/dokku")
CONFIG = LIB / "config"
DATA = LIB / "data"
PLUGINS = LIB / "plugins"
SERVICES = LIB / "services" / "postgres"
CRON = Path("/etc/cron.d")
HOSTS = Path("/etc/hosts")

# The stand-in's own: what Docker would know on the real thing, and what the tests steer and read.
SANDBOX = LIB / "sandbox"
RUN = Path("/run/petbase")
MACHINE = Path("/.petbase/machine.json")
BUN = Path("/.petbase/bun")
LOG = Path("/var/log/dokku-sandbox.log")
