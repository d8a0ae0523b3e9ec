"""Dumps that are made no more: what was set is forgotten, and those in the bucket stay."""

from host.backup.remove import RemoveBackup
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


def test_the_schedule_of_the_files_and_their_passphrase_go_with_the_keys(server: Recorder) -> None:
    """Seen on a real Dokku: after a teardown cron called a program that was gone, once a day."""
    server.put("/etc/cron.d/petbase_files-db", "0 3 * * * root nice …\n")
    server.put("/etc/cron.d/petbase_files-other", "0 3 * * * root nice …\n")
    server.put("/var/lib/petbase/services/db/files/settings.json", "{}\n")
    server.put("/var/lib/petbase/services/db/files/passphrase", "secret\n")
    server.run(GONE, {"--quiet postgres:list": "db\n"})
    assert [file.name for file in server.file("/etc/cron.d").iterdir()] == ["petbase_files-other"]
    assert not server.file("/var/lib/petbase/services/db/files").exists()


def test_nothing_is_to_be_done_where_the_service_has_gone(server: Recorder) -> None:
    assert server.run(GONE) == READS
