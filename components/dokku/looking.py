"""What is asked of a server in one script that changes nothing; text only."""

from collections.abc import Mapping, Sequence

from components.dokku import hardening
from components.dokku.lifecycle import DUMP_IMAGE, yes
from components.dokku.shell import session


def look(
    service: str,
    apps: Sequence[str],
    bucket: str,
    path: str | None,
    endpoint: str,
    *,
    stack: str = "",
    proves: bool = False,
    settled: Mapping[str, Mapping[str, str]] | None = None,
    hardened: bool = False,
) -> str:
    """Everything that ./petbase doctor wants to know of the host, as lines; no prelude, since nothing is begun.

    `proves`: with a small file in the bucket, which goes again, that `stack` may write there.
    `settled`: the apps whose settings are asked for, each with its plain variables.
    `hardened`: whether the server is to be as hardening.py says.
    """
    settled = settled or {}
    values = {
        "service": service,
        "apps": " ".join(apps),
        "settled": " ".join(settled),
        "plain": "\n".join(f"{app} {name}={value}" for app, env in settled.items() for name, value in env.items()),
        "bucket": bucket,
        "prefix": f"{path}/" if path else "",
        "target": f"{bucket}/{path}" if path else bucket,
        "endpoint": endpoint,
        "image": DUMP_IMAGE,
        "stack": stack,
        "proves": yes(proves),
        "hardened": yes(hardened),
        **(hardening.values() if hardened else {}),
    }
    asked = ("store", "proven", "aside", "definers", "settings_look", "booted", "apt", "docker_says", "harden_look")
    return session(f"a look at {service}", *asked, "look", values=values)


def aside(service: str) -> str:
    """What stays of a service under a name of its own, as lines; operate/schemas/set_aside.py reads them."""
    return session(f"what was put aside of {service}", "aside", "aside_look", values={"service": service})
