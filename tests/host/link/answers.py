"""What a server answers about an app `fruits` and a service `db`, for the tests of links."""

from host.programs.runner import Answer
from tests.host.recorder import Answers, ByInput, RecordedRunner, psql

SUPERUSER = "postgres://postgres:5ec2e7@dokku-postgres-db:5432/db"
ROLE = "postgres://fruits:c0ffee@dokku-postgres-db:5432/db"
OPTION = "--link dokku.postgres.db:dokku-postgres-db"

LOOKS = ["--quiet apps:list", "apps:exists fruits", "--quiet postgres:list"]
DSN = "postgres:info db --dsn"
LINKS = "postgres:links db"
URL = "config:get fruits DATABASE_URL"
COVERED = "config:get fruits DOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD"
KEYS = "config:keys fruits"
DEPLOYED = "ps:report fruits --deployed"
OPTIONS = "docker-options:report fruits"
OPEN_BUILDS = f"docker-options:remove fruits build '{OPTION}'"
LINK = "postgres:link db fruits --no-restart"
IMPORT = "--quiet config:import --no-restart --format json fruits -"
RESTART = "ps:restart fruits"
SQL = psql()


def postgres(*, tables: str = "0", missing: str = "", users: str = "", taken: str = "[]") -> Answers:
    """What PostgreSQL says: tables in public, extensions that it lacks, roles that use a schema, schemas of others."""
    return {
        SQL: ByInput(
            {
                "relnamespace = 'public'": f"{tables}\n",
                "FROM pg_available_extensions)": missing,
                "WITH owner AS": users,
                "json_build_object('schema'": f"{taken}\n",
                "": "",
            }
        )
    }


_OPTIONS = "Docker options build: \nDocker options deploy: {0}\nDocker options run: {0}\n"
PRESENT: Answers = {"--quiet postgres:list": "db\n", DSN: f"{SUPERUSER}\n"}
UNLINKED: Answers = {
    **PRESENT,
    LINKS: "",
    URL: Answer(1),
    OPTIONS: f"Docker options build: {OPTION}\nDocker options deploy: {OPTION}\n",
}
LINKED: Answers = {
    **PRESENT,
    LINKS: "other\nfruits\n",
    URL: f"{ROLE}\n",
    COVERED: "hidden\n",
    OPTIONS: _OPTIONS.format(OPTION),
    "config:get fruits DOKKU_POSTGRES_GONE_URL": Answer(1),
    KEYS: "DATABASE_URL\nNO_VHOST\n",
}
PLAIN: Answers = {**LINKED, URL: f"{SUPERUSER}\n", COVERED: Answer(1)}
IS_DEPLOYED: Answers = {DEPLOYED: "true\n"}
RECORD = "/var/lib/petbase/apps/fruits/links/db.json"


def read(runner: RecordedRunner, line: str) -> list[str]:
    return [text for called, text in runner.calls if called.startswith(line)]
