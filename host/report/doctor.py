"""`report doctor`: everything that ./petbase doctor asks of the server, in one call and one JSON object."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass

from host.check.status import report_watch
from host.copy.proof import read_proof
from host.copy.settings import find_settings, read_status
from host.core import files
from host.core.command import Command
from host.core.errors import HostError
from host.core.fact import Fact, fact
from host.core.host import Host
from host.dokku.containers import containers
from host.dokku.services import schedule_file
from host.dumps.bucket import Bucket, BucketError
from host.dumps.write_probe import write_and_remove
from host.files.status import report_files
from host.postgres.passwords import verifiers
from host.postgres.psql import live
from host.report.apps import Declared, report_apps, undeclared, undeclared_services
from host.report.database import report_database
from host.report.leftovers import busy, report_leftovers
from host.report.model.doctor import BackupsReport, BucketReport, CopyReport, DoctorReport, WriteProof
from host.report.server import report_dokku, report_machine
from host.server.hardening.drift import Drift, drift
from host.server.machine import has_systemd
from host.values.json_values import from_json, to_json


@dataclass(frozen=True)
class ReportDoctor(Command, noun="report", verb="doctor"):
    """Everything that ./petbase doctor asks of this server, as JSON. Changes nothing.

    With --proves-writing a small file is written to the bucket and removed again.
    """

    service: str
    _: KW_ONLY
    app: tuple[str, ...] = ()
    bucket: str = ""
    prefix: str = ""
    endpoint: str = ""
    proves_writing: bool = False
    hardened: bool = False

    secrets = ("declared",)
    """What the stack file sets of each app, as one JSON object: compared here, so that no value leaves the server."""

    def run(self, host: Host) -> None:
        """Never fails for what the server is like: a question without an answer says why."""
        declared = from_json(dict[str, Declared], json.loads(host.secrets.get("declared") or "{}"), "declared")
        host.out.result(to_json(_report(host.limited(), self, declared)))


def _report(host: Host, asked: ReportDoctor, declared: Mapping[str, Declared]) -> DoctorReport:
    """What takes longest begins first: the bucket is asked through a separate container."""
    question = BucketQuestion(asked.bucket, asked.prefix, asked.endpoint, asked.proves_writing)
    with ThreadPoolExecutor(8) as pool:
        bucket = pool.submit(report_bucket, host, asked.service, question)
        docker = pool.submit(fact, host, lambda: containers(host))
        watch = pool.submit(report_watch, host, asked.service)
        hardening = pool.submit(_hardening, host, asked)
        dokku = pool.submit(report_dokku, host)
        leftovers = pool.submit(report_leftovers, host, asked.service, docker.result())
        database = pool.submit(report_database, host, asked.service, docker.result())
        passwords = pool.submit(fact, host, lambda: verifiers(live(host, asked.service)))
        on_server = dokku.result().apps.value or ()
        own = [app for app in asked.app if app in on_server]
        apps = report_apps(host, own, declared, docker.result(), passwords.result())
    return DoctorReport(
        machine=report_machine(host),
        dokku=dokku.result(),
        apps=apps,
        undeclared_apps=undeclared(host, on_server, asked.app),
        undeclared_services=undeclared_services(host, dokku.result().services.value or (), asked.service),
        database=database.result(),
        backups=BackupsReport(
            schedule(host, asked.service),
            bucket.result(),
            watch.result(),
            report_copy(host, asked.service),
            report_files(host, asked.service),
        ),
        hardening=hardening.result(),
        leftovers=leftovers.result(),
        busy=busy(host),
    )


def _hardening(host: Host, asked: ReportDoctor) -> Fact[tuple[Drift, ...]] | None:
    """A server without systemd is not hardened either."""
    if not asked.hardened or not has_systemd(host):
        return None
    return fact(host, lambda: tuple(drift(host) or ()))


@dataclass(frozen=True)
class BucketQuestion:
    """Where the stack's dumps are. `proves`: write a small file there, to see that a dump could be written."""

    name: str
    prefix: str
    endpoint: str
    proves: bool


def report_bucket(host: Host, service: str, asked: BucketQuestion) -> BucketReport:
    """As the server itself opens the bucket, with what the plugin has.

    None of Petbase's locks holds the proof, so it goes again; `pulumi up` writes the same one.
    """
    bucket = Bucket(host, service, asked.name, asked.prefix, asked.endpoint)
    if problem := bucket.problem():
        return BucketReport(Fact(reason=problem), Fact(reason=problem) if asked.proves else None)
    with ThreadPoolExecutor(2) as pool:
        opens = pool.submit(fact, host, lambda: _opens(bucket))
        writes = pool.submit(fact, host, lambda: _writes(bucket)) if asked.proves else None
    return BucketReport(opens.result(), writes.result() if writes else None)


def report_copy(host: Host, service: str) -> CopyReport | None:
    """The second store, without asking it."""
    if find_settings(host, service) is None:
        return None
    return CopyReport(read_status(host, service), read_proof(host, service))


def _opens(bucket: Bucket) -> bool:
    try:
        bucket.dumps()
    except BucketError as problem:
        raise HostError(problem.reason) from None
    return True


def _writes(bucket: Bucket) -> WriteProof:
    try:
        return WriteProof(write_and_remove(bucket))
    except BucketError as problem:
        raise HostError(problem.reason) from None


def schedule(host: Host, service: str) -> Fact[str]:
    """Cron's line that makes dumps, as postgres:backup-schedule-cat prints it; "" for none."""
    file = host.path(schedule_file(service))
    return fact(host, lambda: " ".join(files.read(file).split()))
