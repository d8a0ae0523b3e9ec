"""The command `nginx -t`: whether nginx would take its configuration. A stand-in, of which only this much is here.

Looked at are the files under /etc/nginx/conf.d, each line one directive of those below, and the apps' certificates
(dokku/domains/proxy.py). The host's router answers the requests and reads none of it: no address is rewritten here.
"""

import ipaddress
import sys
from pathlib import Path

FOLDER = Path("/etc/nginx/conf.d")
_ONCE = {"real_ip_header", "real_ip_recursive"}
_MANY = {"set_real_ip_from", "include"}


def problem(folder: Path = FOLDER) -> str:
    """What nginx would say of the first line that it does not take; empty when it takes all."""
    seen: set[str] = set()
    for path in sorted(folder.glob("*.conf")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if line.strip() and not line.lstrip().startswith("#") and (found := _problem(line.strip(), seen)):
                return f"[emerg] {found} in {path}:{number}"
    return ""


def _problem(line: str, seen: set[str]) -> str:
    name, _, value = line.rstrip(";").partition(" ")
    if not line.endswith(";"):
        return f'directive "{name}" is not terminated by ";"'
    if name in _ONCE and name in seen:
        return f'"{name}" directive is duplicate'
    seen.add(name)
    if name not in _ONCE | _MANY:
        return f'unknown directive "{name}"'
    try:
        if name == "set_real_ip_from":
            ipaddress.ip_network(value)
    except ValueError:
        return f'host not found in set_real_ip_from "{value}"'
    return ""


def main() -> None:
    """`nginx -t`; everything else is refused."""
    from sandbox.host.dokku.domains import proxy

    if sys.argv[1:] != ["-t"]:
        sys.exit(f"(stand-in) nginx {' '.join(sys.argv[1:])}: only -t is here")
    broken = proxy.first_broken()
    said = problem() or (broken[1] if broken else "")
    if said:
        sys.exit(f"nginx: {said}\nnginx: configuration file /etc/nginx/nginx.conf test failed")
    print("nginx: configuration file /etc/nginx/nginx.conf test is successful", file=sys.stderr)


if __name__ == "__main__":
    main()
