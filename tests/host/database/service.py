"""A recorded server's database service, as the plugin leaves it on the disk."""

from tests.host.recorder import Known, Recorder, psql

ROOT = "/var/lib/dokku/services/postgres/db"
ASKS, ASKS_POSTGRES = psql(), psql("postgres")
PRESENT: dict[str, Known] = {
    "--quiet postgres:list": "db\n",
    "postgres:info db --status": "running\n",
    ASKS: "1\n",
    ASKS_POSTGRES: "",
    "docker exec petbase.trial.db": "",
}
"""The service runs answers, and its collation is the image's."""
WELL = ["postgres:info db --status", ASKS, ASKS_POSTGRES, ASKS]
"""What is asked of a service that is as declared: whether it answers, its collation, its apps' connections."""
RESERVE = "-c reserved_connections=7"
ABSENT: dict[str, Known] = {**PRESENT, "--quiet postgres:list": ""}


def put_service(server: Recorder, version: str = "18.4", options: str = "", memory: str = "") -> None:
    server.put(f"{ROOT}/IMAGE_VERSION", version)
    server.put(f"{ROOT}/CONFIG_OPTIONS", f"{options}\n")
    server.file(f"{ROOT}/SERVICE_MEMORY").unlink(missing_ok=True)
    if memory:
        server.put(f"{ROOT}/SERVICE_MEMORY", f"{memory}\n")


def put_dumps(server: Recorder, variables: str = "") -> dict[str, Known]:
    """The service has dumps and its own variables; what the plugin answers about their schedule."""
    server.put(f"{ROOT}/ENV", variables)
    server.put(f"{ROOT}/backup/AWS_ACCESS_KEY_ID", "id\n")
    return {"postgres:backup-schedule-cat db": "0 3 * * * dokku /usr/bin/dokku postgres:backup db b/prod \n"}


def put_owner(server: Recorder, how: str, service: str = "db", stack: str = "prod") -> None:
    server.put(f"/var/lib/petbase/services/{service}/owner.json", f'{{"how": "{how}", "stack": "{stack}"}}\n')


def owner(server: Recorder, service: str = "db") -> str:
    """The same as it is written down; "" for nothing."""
    file = server.file(f"/var/lib/petbase/services/{service}/owner.json")
    return file.read_text() if file.exists() else ""


def trial(*options: str, image: str = "postgres:18.4", before: str = "") -> list[str]:
    return [
        "docker rm --force --volumes petbase.trial.db",
        "docker run --detach --name petbase.trial.db --network none --env POSTGRES_HOST_AUTH_METHOD=trust "
        + " ".join([*([before] if before else []), image, *options]),
        "docker exec petbase.trial.db pg_isready --quiet",
        "docker rm --force --volumes petbase.trial.db",
    ]
