"""Is it up?"""

import shlex
from collections.abc import Callable

from host.app import answers
from host.programs.runner import Answer
from host.watch.limits import CHECK_SECONDS
from tests.host.check.failures.failure import SAYS_NO, Failure, answer
from tests.host.check.scene import Scene

_PATIENCE = 180
_HELD_BACK = '{"verdicts": [{"name": "fruits", "schemas": ["fruits"], "error": "no", "at": "", "repair": ""}]}'


def _app_answers(name: str, status: str) -> Callable[[Scene], object]:
    line = shlex.join([*answers.CURL, "--resolve", f"{name}:443:127.0.0.1"])
    return answer(line, status)


def _without(file: str) -> Callable[[Scene], object]:
    """One of Dokku's files about an app."""
    return lambda scene: scene.server.file(f"/home/dokku/shop/{file}").unlink()


def _another_site(scene: Scene) -> None:
    pem = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"
    scene.put("/home/dokku/fruits/tls/server.crt", pem.format("own"))
    scene.answers["openssl s_client"] = f"Server certificate\n{pem.format('of the default site')}"


def _restarts(scene: Scene) -> None:
    scene.note("restarts", counts={"c1": 0, "c2": 5, "dokku.postgres.db": 0}, looping=[])
    scene.restarts(shop=8)


UP = (
    Failure(
        "PostgreSQL answers no query",
        "db does not answer a query: psql: error: the database system is starting up. Look at: dokku postgres:logs db",
        answer("docker exec", Answer(2, "", "psql: error: the database system is starting up\n")),
    ),
    Failure(
        "PostgreSQL takes a query and does not answer it",
        "db does not answer a query: docker did not answer within 180 seconds",
        answer("docker exec", Answer(124, "", "docker did not answer within 180 seconds\n")),
        _PATIENCE,
        "after three minutes",
    ),
    Failure(
        "PostgreSQL takes no writes: it is in recovery, or a database is set to read only",
        "db takes no writes",
        lambda scene: scene.sessions.update(takes_no_write=True),
    ),
    Failure(
        "an upgrade held an app back, so its data is only in the old service",
        "fruits was held back by an upgrade: its data is only in db-before-18, since it could not be loaded: no. To "
        "bring it over: docs/upgrades.md",
        lambda scene: scene.server.put("/var/lib/petbase/services/db-before-18/held-back.json", _HELD_BACK),
    ),
    Failure("Docker does not answer", "{{.State}}' failed with exit code 1 (no)", answer("docker ps", SAYS_NO)),
    Failure(
        "an app does not run, and was not stopped by `dokku ps:stop`",
        "shop does not run (exited)",
        lambda scene: scene.containers(shop="exited"),
    ),
    Failure(
        "an app answers 500 or more at one of its names, through nginx",
        "shop answers 502 at https://shop.example.com",
        _app_answers("shop.example.com", "502"),
    ),
    Failure(
        "an app does not answer within 10 seconds",
        "shop does not answer at https://shop.example.com",
        _app_answers("shop.example.com", "000"),
    ),
    Failure(
        "an app answers anything but 2xx or 3xx at its `health-path`",
        "fruits answers 404 at https://fruits.example.com/healthz",
        _app_answers("fruits.example.com", "404"),
    ),
    Failure(
        "nginx shows another certificate than the app's: its default site or another app took the name, or nginx was "
        "not reloaded",
        "nginx shows another certificate for fruits.example.com than the one of fruits",
        _another_site,
    ),
    Failure(
        "Dokku's note of an app's container is gone",
        "CONTAINER.web.1 is gone, so Dokku does not know of the container. Try: dokku ps:rebuild shop",
        _without("CONTAINER.web.1"),
    ),
    Failure(
        "nginx's configuration of an app is gone or empty",
        "shop is not reached: nginx has no configuration of it. Try: dokku proxy:build-config shop",
        _without("nginx.conf"),
    ),
    Failure(
        "the names of an app are gone on the server",
        "shop answers to no name",
        _without("VHOST"),
    ),
    Failure(
        "a container of an app, or the database's, restarts in a loop",
        "shop restarted 3 times since the last check",
        _restarts,
        CHECK_SECONDS,
        "after three restarts between two checks",
    ),
    Failure(
        "the last deploy of an app failed (reported for a week)",
        "the last deploy of shop failed (git-hook)",
        lambda scene: scene.deploy("shop", "failed"),
    ),
    Failure(
        "the last push of an app did not build, or was cut off",
        "the last deploy of shop failed or was cut off (git-hook)",
        lambda scene: scene.deploy("shop", "running", pid=4711),
    ),
)
