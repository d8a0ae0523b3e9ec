"""Does nginx take its configuration? While it runs it keeps the earlier one, and no change of an app counts.

And does it serve each name once? Of two sites with one name it takes the first and says so in a warning.
"""

import re

from host.check.apps.running import DEPLOYING_SECONDS, own_apps
from host.check.findings import Findings
from host.core import files
from host.core.host import Host
from host.values.text import last_words

# ngx_http_server_names (src/http/ngx_http.c): a warning, with which the test still succeeds.
_CONFLICT = re.compile(r'conflicting server name "([^"]*)" on ')


def look_at_nginx(found: Findings) -> None:
    """Asked twice, since a deploy writes one file after the other."""
    if not found.host.has("nginx") or not _problems(found.host):
        return
    found.host.sleep(DEPLOYING_SECONDS)
    for about, text in _problems(found.host).items():
        found.problem(about, f"{text}. On the server: nginx -t")


def _problems(host: Host) -> dict[str, str]:
    """What is wrong, by what it is about."""
    answer = host.ask("nginx", "-t")
    if not answer.ok:
        text = "nginx refuses its configuration, so no change of an app counts, and it would not start again"
        return {"nginx": f"{text}: {last_words(answer.stderr)}"}
    conflicts = set(_CONFLICT.findall(answer.stderr))
    return {
        f"nginx {name}": f"nginx has two sites for {name} of {app}, and ignores one of them"
        for app in (own_apps(host) if conflicts else ())
        for name in files.read(host.path(f"/home/dokku/{app}/VHOST")).split()
        if name in conflicts
    }
