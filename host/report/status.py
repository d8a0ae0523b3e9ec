"""`report status`: what ./petbase status shows, by the questions of `report doctor` that take little time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass
from functools import partial

from host.check import history
from host.check.status import report_watch
from host.core.command import NONE, Command
from host.core.fact import fact
from host.core.host import Host
from host.dokku.containers import app_container_ids, containers, was_deployed
from host.files.status import report_files
from host.postgres.psql import live
from host.programs.together import together
from host.report.apps import Containers, certificate, last_deploy, running
from host.report.database import report_postgres, service_status
from host.report.model.status import AppStatus, DrillStatus, StatusReport
from host.report.server import report_machine
from host.schema.list import read
from host.values.json_values import to_json
from host.watch.settings import folder, moment


@dataclass(frozen=True)
class ReportStatus(Command, noun="report", verb="status"):
    """What ./petbase status asks of this server, as JSON. Changes nothing, and asks Dokku and the bucket nothing.

    With --page also what its page draws: every check of the last weeks, and the sizes of all tables.
    """

    service: str
    _: KW_ONLY
    app: tuple[str, ...] = ()
    page: bool = False
    stdin = NONE

    def run(self, host: Host) -> None:
        """Never fails for what the server is like: a question without an answer says why."""
        host.out.result(to_json(_report(host.limited(), self)))


def _report(host: Host, asked: ReportStatus) -> StatusReport:
    service = asked.service
    with ThreadPoolExecutor(4) as pool:
        docker = pool.submit(fact, host, lambda: containers(host))
        postgres = pool.submit(fact, host, lambda: report_postgres(host, service))
        watch = pool.submit(report_watch, host, service)
        schemas = pool.submit(fact, host, lambda: read(live(host, service)).schemas if asked.page else ())
        apps = tuple(together(*(partial(_app, host, name, docker.result()) for name in asked.app)))
    return StatusReport(
        machine=report_machine(host),
        apps=apps,
        database=service_status(service, docker.result()),
        postgres=postgres.result(),
        watch=watch.result(),
        drill=_drill(host, service),
        history=tuple(history.read(host, service)) if asked.page else (),
        schemas=schemas.result(),
        files=report_files(host, service),
    )


def _app(host: Host, name: str, found: Containers) -> AppStatus:
    return AppStatus(
        name=name,
        exists=host.path(f"/home/dokku/{name}").is_dir(),
        deployed=fact(host, lambda: was_deployed(host, name)),
        running=found.then(lambda every: running(app_container_ids(host, name), every)),
        last_deploy=fact(host, lambda: last_deploy(host, name)),
        certificate=fact(host, lambda: certificate(host, name)),
    )


def _drill(host: Host, service: str) -> DrillStatus:
    noted = host.state.read(f"{folder(service)}/drilled") or {}
    return DrillStatus(moment(host, service, "drilled"), str(noted.get("dump", "")))
