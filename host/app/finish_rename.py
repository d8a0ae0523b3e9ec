"""The end of a rename: the app is built under its new name while its old self serves, then takes its place.

Only then it gets certificate and domains: of two apps with one domain nginx takes the first in the alphabet, which
would answer 502 until it is built.
"""

from dataclasses import replace

from host.app.answers import questions
from host.app.rename_state import Rename, forget, pending, write
from host.certificate.shown import Pair, shown_certificate, shown_key
from host.core.errors import HostError
from host.core.host import PROXY_LOCK, SERVICES_LOCK, Host
from host.dokku.apps import app_exists, destroy_app
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql
from host.postgres.renamed_role import finish_role_rename
from host.watch.baseline import forget_schemas

_LOOKS, _PAUSE_SECONDS = 6, 2.0
"""nginx takes a moment to reload, and so may an app to open its pool."""


def finish_rename(host: Host, app: str) -> bool:
    """Finish the rename that gave the app its name; whether there was one."""
    rename = pending(host, app)
    if not rename or rename.target != app:
        return False
    if not rename.built:
        _build(host, rename)
        # From here on the old app may be half gone, and has nothing to give any more.
        write(host, app, replace(rename, built=True))
    # apps:destroy writes to the LINKS of every service of the host.
    with host.lock(SERVICES_LOCK):
        if app_exists(host, rename.source):
            host.step(f"{rename.source}: goes, now that {app} is here")
            destroy_app(host, rename.source)
        rename_data(host, rename)
    forget(host, app)
    return True


def rename_data(host: Host, rename: Rename) -> None:
    """Role and schema get the new name. Both apps used the old one's until here."""
    note = f"apps/{rename.target}/links/{rename.service}"
    link = host.state.read(note)
    if link is None or link.get("role") != rename.target:
        return
    psql = Psql(host, rename.service)
    finish_role_rename(psql, rename.source, rename.target, rename.schema)
    restore_owners(psql)
    if rename.schema == rename.target:
        forget_schemas(host, rename.service, [rename.source])
    host.state.write(note, **{**link, "schema": rename.schema})


def _build(host: Host, rename: Rename) -> None:
    if rename.deployed:
        host.step(f"{rename.target}: building it under its new name")
        host.dokku("ps:rebuild", rename.target)
    if not app_exists(host, rename.source):
        return
    with host.lock(PROXY_LOCK):
        if certificate := shown_certificate(host, rename.source):
            pair = Pair.of(certificate, shown_key(host, rename.source))
            host.dokku("certs:add", rename.target, stdin=pair.packed())
    if rename.domains:
        host.dokku("domains:set", rename.target, *rename.domains)
    if rename.deployed:
        _hand_over(host, rename)


def _hand_over(host: Host, rename: Rename) -> None:
    """The old app leaves nginx, and stays until the new one is seen to answer there by each of its names. One that did
    not answer well before need not do so now.
    """
    was_well = all(one.is_well(one.ask(host)) for one in questions(host, rename.source))
    host.ask("dokku", "proxy:clear-config", rename.source)
    asked = questions(host, rename.target) if was_well else []
    for _ in range(_LOOKS):
        silent = [(one, status) for one in asked if not one.is_well(status := one.ask(host))]
        if not silent:
            return
        host.sleep(_PAUSE_SECONDS)
    host.ask("dokku", "proxy:build-config", rename.source)
    question, status = silent[0]
    raise HostError(
        f"{rename.target} was built and {question.outcome(status)}, so {rename.source} stays and serves. "
        f"Look at: dokku logs {rename.target}. Then run pulumi up again"
    )
