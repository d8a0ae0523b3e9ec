"""What is asked of a server in one script that changes nothing; text only."""

from components.dokku.shell import session


def aside(service: str) -> str:
    """What stays of a service under a name of its own, as lines; operate/schemas/set_aside.py reads them."""
    return session(f"what was put aside of {service}", "aside", "aside_look", values={"service": service})
