"""The stack file that describes a server as it was found: every line true there, and the rest as comments."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.config.values.network_types import Fqdn
from components.config.values.server_types import Release
from host.core.state import FOLDER
from host.report.model.adopt import AdoptReport, FoundService
from operate.adopt import apps as adopt_apps
from operate.adopt import data as adopt_data
from operate.adopt.account_inventory import Owned
from operate.adopt.apps import belongs_to_other
from operate.adopt.data import said
from operate.adopt.new_stack_file import SCHEMA_LINE
from operate.core.errors import RefusedError
from operate.core.yaml_text import plain
from operate.stack import estate
from operate.stack.outputs import Server

_NOTHING = Owned()


@dataclass(frozen=True)
class Adoption:
    """What a stack file is made of: where the server is, all that was found there, and which service it describes.
    `domain` counts where Dokku has no global one; `stack` is whose the marks on the server may be; `owned` is of the
    accounts.
    """

    server: Server
    found: AdoptReport
    service: FoundService
    domain: str | None = None
    stack: str | None = None
    owned: Owned = _NOTHING

    @property
    def missing(self) -> str:
        """What a person must write before the program can take the file; empty for nothing."""
        return "backups.account-id" if self.service.dumps.endpoint is None else ""


def text(adoption: Adoption) -> str:
    """The whole file. RefusedError where something that counts cannot be said in one."""
    _refuse(adoption)
    server, found, service = adoption.server, adoption.found, adoption.service
    domain = _domain(adoption)
    lines = [
        SCHEMA_LINE,
        f"# Written by ./petbase adopt {server.user}@{server.address}: what was found there. Unedited, pulumi up",
        "# adds its program and notes to that server and changes nothing else there. How to go on: docs/adopting.md.",
        "config:",
        "  petbase:estate:",
        f"    domain: {domain}",
        *_server(adoption),
        *_dokku(found),
        *adopt_data.database(service),
        *adopt_data.backups(service),
        *_edge(adoption.owned),
        *adopt_apps.apps(found, service, adoption.stack, domain),
    ]
    whole = "\n".join(lines) + "\n"
    _check(whole, adoption.missing)
    return whole


def _refuse(adoption: Adoption) -> None:
    service = adoption.service
    if belongs_to_other(service.owner, adoption.stack):
        raise RefusedError(
            f"{service.name} belongs to the stack {service.owner} already, so nothing was written. For that stack: "
            f"--write {service.owner}. To hand it over, run on the server: rm "
            f"{FOLDER}/services/{service.name}/owner.json"
        )
    if service.status != "running":
        raise RefusedError(
            f"{service.name} is {service.status}, not running, and pulumi up would start it. Start it first: "
            f"dokku postgres:start {service.name}"
        )


def _check(whole: str, missing: str) -> None:
    found = estate.problems(whole)
    if problems := [problem for problem in found if not missing or not problem.startswith(f"{missing}:")]:
        raise RefusedError(
            f"What was found does not fit into a stack file, so nothing was written: {'; '.join(problems)}"
        )


def _domain(adoption: Adoption) -> str:
    found = adoption.found.domains
    if len(found) == 1 and adoption.domain in (None, found[0]):
        return said("domain", Fqdn, found[0])
    if adoption.domain is None:
        told = f"is {' '.join(found)}" if found else "is not set"
        raise RefusedError(
            f"Dokku's global domain {told}, and a stack file says one, under which new apps are found. Name it: "
            "--domain NAME. pulumi up then sets it, and the apps that are there keep their names."
        )
    return said("--domain", Fqdn, adoption.domain)


def _server(adoption: Adoption) -> Iterator[str]:
    server = adoption.server
    yield "    server:"
    yield f"      host: {plain(server.address)}"
    yield f"      host-key: {plain(server.host_key)}"
    if server.user != "root":
        yield f"      user: {plain(server.user)}"
    if server.port != 22:
        yield f"      ssh-port: {server.port}"
    yield from _imports(adoption.owned)
    if adoption.found.keys:
        yield "      # No authorized-keys: who may push stays as it is, which is"
    for key in adoption.found.keys:
        yield f"      #   {key.name} {key.fingerprint}"


def _imports(owned: Owned) -> Iterator[str]:
    if owned.server is None:
        return
    yield "      import:                    # what Hetzner has of it; it comes into the state as it is"
    yield f'        server: "{owned.server}"'
    if owned.address:
        yield f'        address: "{owned.address}"'
    if owned.keys:
        yield "        ssh-keys:"
    yield from (f'          {plain(name)}: "{key}"' for name, key in owned.keys.items())


def _edge(owned: Owned) -> Iterator[str]:
    yield "    edge:"
    yield "      dns: none                  # DNS records and certificates stay as they are: docs/names.md"
    if owned.records:
        yield "      import:                    # the records that lead here; they come into the state as they are"
    yield from (f"        {record}: {key}" for record, key in owned.records.items())


def _dokku(found: AdoptReport) -> Iterator[str]:
    yield "    dokku:"
    yield f"      version: {said('dokku.version', Release, found.dokku)}"
    yield f"      postgres-plugin: {said('dokku.postgres-plugin', Release, found.plugins['postgres'])}"
    others = ", ".join(f"{name} {version}" for name, version in found.plugins.items() if name != "postgres")
    if others:
        yield f"      # Other plugins, left alone: {others}"
