"""A server that backs up two folders: how restic is called there, and what it answers."""

import json
from collections.abc import Sequence
from typing import Any

from host.files.ensure import EnsureFiles
from host.programs.runner import Answer
from tests.host.recorder import Answers, Recorder, aws

STATE, STORAGE = "/var/lib/petbase/services/db/files", "/var/lib/dokku/data/storage"
UPLOADS, SHARED = f"{STORAGE}/uploads", "/srv/shared"
PASSPHRASE = "c0rrect h0rse"
CRON = "/etc/cron.d/petbase_files-db"
LISTED = aws()
ENSURE = EnsureFiles(
    "db",
    folder=(f"fruits={UPLOADS}", f"fruits={SHARED}", f"shop={SHARED}"),
    bucket="b",
    endpoint="https://store",
    schedule="0 3 * * *",
    keep_days=35,
)
NO_REPOSITORY = Answer(1, "", "Fatal: unable to open config file\nIs there a repository at the following location?\n")
WRONG = Answer(1, "", "Fatal: wrong password or no key found\n")
DAY = 86_400


def restic(
    server: Recorder, *words: str, read: Sequence[str] = (), write: Sequence[str] = (), key: str = "passphrase"
) -> str:
    passphrase, cache = f"{server.root}{STATE}/{key}", "/var/cache/petbase/restic"
    seen = [f"{one}:{one}:ro" for one in (passphrase, *read)] + [f"{one}:{one}" for one in (cache, *write)]
    rights = ("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "MKNOD", "SETFCAP") if write else ("DAC_READ_SEARCH",)
    limit = "300" if "config" in words else "21600"
    return " ".join(
        [
            "docker run --rm --log-driver none --name petbase.files.db --cap-drop ALL",
            *(f"--cap-add {right}" for right in rights),
            "--env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY --env AWS_DEFAULT_REGION",
            *(f"--volume {one}" for one in seen),
            f"--entrypoint /usr/bin/timeout petbase/s3backup:0.18.0 --signal INT {limit} /usr/bin/restic",
            f"--repo s3:https://store/b/files/db --password-file {passphrase} --cache-dir {cache} --cleanup-cache",
            *words,
        ]
    )


def set_up(server: Recorder) -> Recorder:
    """Credentials, restic, and the folders with a file each; then `files ensure`, on a repository that is there."""
    for name, value in (("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "s3cr3t")):
        server.put(f"/var/lib/dokku/services/postgres/db/backup/{name}", value)
    server.answers = {"dpkg-query": "installed"}
    for folder in (UPLOADS, SHARED):
        server.put(f"{folder}/photo", "apple")
    server.run(ENSURE, secrets={"passphrase": PASSPHRASE})
    return server


def state(server: Recorder, name: str) -> dict[str, Any] | None:
    file = server.file(f"{STATE}/{name}.json")
    return json.loads(file.read_text()) if file.exists() else None


def folder_status(server: Recorder, path: str) -> dict[str, Any]:
    found = state(server, "status") or {}
    return next(one for one in found["folders"] if one["path"] == path)


def made(snapshot: str, count: int = 5) -> str:
    """What `restic backup` prints."""
    status = {"message_type": "status", "percent_done": 1}
    return "\n".join(
        json.dumps(one)
        for one in (status, {"message_type": "summary", "total_bytes_processed": count, "snapshot_id": snapshot})
    )


def listed(*rows: tuple[str, int, str, str]) -> str:
    """What `restic snapshots` prints of (id, seconds of the epoch, folder, apps)."""
    from datetime import UTC, datetime

    return json.dumps(
        [
            {
                "id": one,
                "time": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.123456789Z"),
                "paths": [folder],
                "hostname": "prod",
                "tags": apps.split(),
            }
            for one, at, folder, apps in rows
        ]
    )


def snapshots(server: Recorder, *rows: tuple[str, int, str, str]) -> Answers:
    return {restic(server, "--json", "--no-lock", "snapshots"): listed(*rows)}


def backs_up(server: Recorder, **answers: str | Answer) -> Answers:
    """What `restic backup` answers for each folder: uploads, shared."""
    paths = {"uploads": UPLOADS, "shared": SHARED}
    return {restic(server, "--json", "backup", read=[paths[name]]): answer for name, answer in answers.items()}


def verbs(server: Recorder) -> list[str]:
    lines = [line.partition("--cleanup-cache ")[2] for line in server.runner.lines]
    return [line for line in lines if line]
