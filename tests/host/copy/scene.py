"""A server whose verified dumps have a second home: what Docker is called with, and what the two stores answer."""

import json
from typing import Any

from host.programs.runner import Answer
from tests.host.recorder import IN_IMAGE, Recorder, aws

WATCH, COPY = (f"/var/lib/petbase/services/db/{name}" for name in ("watch", "copy"))
FIRST, SECOND = aws("https://first"), aws("https://second")
LIST_FIRST = f"{FIRST} s3api list-objects-v2 --bucket b --prefix prod/verified/postgres-db-"
LIST_SECOND = f"{SECOND} s3api list-objects-v2 --bucket c --prefix prod/postgres-db-"
PUT_SMALL = f"{SECOND} s3 cp --only-show-errors --content-type"
SEND = f"{IN_IMAGE} sh petbase/s3backup:0.18.0 -c"
NEW, OLD = "postgres-db-2026-11-18-03-00-01.tgz", "postgres-db-2026-11-11-03-00-01.tgz"
SHA = "5a" * 32
KEYS = {"key_id": "COPYKEY", "secret_key": "c0py-s3cr3t"}
DENIED = Answer(1, "", "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied\n")


def set_up(server: Recorder) -> Recorder:
    """Backups, their watch and their second store, as `pulumi up` leaves them."""
    for name, value in (("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "s3cr3t")):
        server.put(f"/var/lib/dokku/services/postgres/db/backup/{name}", value)
    settings = {"bucket": "b", "prefix": "prod/", "endpoint": "https://first", "schedule": "0 3 * * *"}
    put(server, f"{WATCH}/settings", **settings, max_age=90_000, drill="weekly", paused=False)
    second = {"bucket": "c", "prefix": "prod/", "endpoint": "https://second", "region": "auto", "keep_days": 30}
    put(server, f"{COPY}/settings", **second)
    put(server, f"{COPY}/key", access_key_id=KEYS["key_id"], secret_access_key=KEYS["secret_key"])
    put(server, f"{COPY}/since", at=int(server.now))
    return server


def put(server: Recorder, name: str, **values: object) -> None:
    server.put(f"{name}.json", json.dumps(values))


def state(server: Recorder, name: str) -> dict[str, Any] | None:
    file = server.file(f"{COPY}/{name}.json")
    return json.loads(file.read_text()) if file.exists() else None


def listed(*names: str, under: str = "", size: int = 1234, etag: str = "e7a9") -> str:
    rows = [[f"prod/{under}{name}", size, f'"{etag}"', "2031-01-01T00:00:00+00:00"] for name in names]
    return json.dumps(rows)
