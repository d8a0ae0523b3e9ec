"""Dumps that are made no more: what was set is forgotten, and those in the bucket stay."""

from host.backup.ensure import RemoveBackup
from tests.host.recorder import Recorder

GONE = RemoveBackup("db")
READS = ["--quiet apps:list", "--quiet postgres:list"]


def test_schedule_and_credentials_are_forgotten(server: Recorder) -> None:
    server.put("/var/lib/petbase/services/db/passphrase.json", '{"sha256": ""}\n')
    assert server.run(GONE, {"--quiet postgres:list": "db\n"}) == [
        *READS,
        "postgres:backup-unschedule db",
        "postgres:backup-deauth db",
    ]
    assert not server.file("/var/lib/petbase/services/db").exists()


def test_nothing_is_to_be_done_where_the_service_has_gone(server: Recorder) -> None:
    assert server.run(GONE) == READS
