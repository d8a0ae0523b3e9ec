"""An app's variables and ports: compared first, set once, removed by name, and one restart for all."""

from components.dokku import lifecycle
from components.spec import App
from tests.components.dokku.recorder import Answer, Recorder


def noun(**keys: object) -> lifecycle.Noun:
    return lifecycle.settings("petbase/prod", "fruits", App.model_validate(keys))


SOME = noun(env={"COLOR": "red"}, secrets=["API_KEY"], ports=["http:80:3000", "https:443:3000"])
SECRETS = {"linked": "d1gest", "secrets": "API_KEY=s3cr3t="}
READS = [
    "--quiet apps:list",
    "apps:exists fruits",
    "config:get fruits COLOR",
    "config:get fruits API_KEY",
]
UNSET: dict[str, Answer] = {"config:get fruits COLOR": (1, ""), "config:get fruits API_KEY": (1, "")}
SET: dict[str, Answer] = {
    "config:get fruits COLOR": (0, "red\n"),
    "config:get fruits API_KEY": (0, "s3cr3t=\n"),
    "ports:report fruits --ports-map": (0, "http:80:3000 https:443:3000\n"),
}
DEPLOYED: dict[str, Answer] = {"ps:report fruits --deployed": (0, "true\n")}


def test_variables_and_ports_are_set_and_the_app_restarts_once(host: Recorder) -> None:
    assert host.run(SOME.here, UNSET, DEPLOYED, secrets=SECRETS) == [
        *READS,
        "config:import --no-restart fruits -",
        "ports:report fruits --ports-map",
        "ports:set fruits http:80:3000 https:443:3000",
        "ps:report fruits --deployed",
        "ps:restart fruits",
    ]
    assert dict(host.sent)["config:import --no-restart fruits -"] == "COLOR=red\nAPI_KEY=s3cr3t=\n"


def test_settings_that_are_as_declared_write_nothing_and_restart_nothing(host: Recorder) -> None:
    assert host.run(SOME.here, SET, DEPLOYED, secrets=SECRETS) == [*READS, "ports:report fruits --ports-map"]


def test_only_what_differs_is_set(host: Recorder) -> None:
    host.run(SOME.here, SET, {"config:get fruits COLOR": (0, "blue\n")}, DEPLOYED, secrets=SECRETS)
    assert dict(host.sent)["config:import --no-restart fruits -"] == "COLOR=red\n"


def test_a_name_that_went_is_unset_and_others_stay(host: Recorder) -> None:
    host.run(SOME.here, SET, secrets=SECRETS)
    fewer = noun(env={"COLOR": "red"})
    verbs = host.run(fewer.here, SET, DEPLOYED, secrets={"linked": "x", "secrets": ""})
    assert [verb for verb in verbs if "unset" in verb] == ["config:unset --no-restart fruits API_KEY"]
    assert verbs[-1] == "ps:restart fruits"


def test_ports_that_went_are_dokkus_own_again(host: Recorder) -> None:
    host.run(SOME.here, UNSET, secrets=SECRETS)
    assert "ports:clear fruits" in host.run(noun(env={"COLOR": "red"}).here, SET, secrets=SECRETS)
    assert "ports:clear fruits" not in host.run(noun(env={"COLOR": "red"}).here, SET, secrets=SECRETS)


def test_going_removes_what_was_set_here(host: Recorder) -> None:
    host.run(SOME.here, UNSET, secrets=SECRETS)
    assert SOME.gone
    assert host.run(SOME.gone, SET, secrets=SECRETS) == [
        "--quiet apps:list",
        "apps:exists fruits",
        "config:unset --no-restart fruits COLOR",
        "config:unset --no-restart fruits API_KEY",
        "ports:clear fruits",
        "ps:report fruits --deployed",
    ]


def test_going_after_the_app_went_does_nothing(host: Recorder) -> None:
    assert SOME.gone
    assert host.run(SOME.gone, {"apps:exists fruits": (20, "")}, secrets=SECRETS) == [
        "--quiet apps:list",
        "apps:exists fruits",
    ]


def test_a_restart_that_was_cut_off_is_made_up_for(host: Recorder) -> None:
    host.attempt(SOME.here, UNSET, DEPLOYED, {"ps:restart fruits": (1, "")}, secrets=SECRETS)
    assert host.run(SOME.here, SET, DEPLOYED, secrets=SECRETS)[-1] == "ps:restart fruits"
    assert host.run(SOME.here, SET, DEPLOYED, secrets=SECRETS)[-1] == "ports:report fruits --ports-map"


def test_the_link_leaves_its_restart_to_the_settings(host: Recorder) -> None:
    link = lifecycle.link("petbase/prod", "db", "fruits", "fruits", "superuser", restart=False)
    url = "postgres://postgres:x@dokku-postgres-db:5432/db"
    present: dict[str, Answer] = {
        "--quiet postgres:list": (0, "db\n"),
        "postgres:info db --dsn": (0, f"{url}\n"),
        "config:get fruits DATABASE_URL": (1, ""),
    }
    assert "ps:restart fruits" not in host.run(link.here, present, DEPLOYED)
    assert host.run(SOME.here, SET, DEPLOYED, secrets=SECRETS)[-1] == "ps:restart fruits"


def test_secret_values_never_stand_in_an_argument_or_in_what_is_said(host: Recorder) -> None:
    done = host.attempt(SOME.here, UNSET, {"config:import": (1, "")}, secrets=SECRETS)
    assert done.returncode == 1
    assert "s3cr3t" not in done.stdout + done.stderr
    assert not [verb for verb in host.verbs if "s3cr3t" in verb]
    assert "s3cr3t" not in SOME.here.text
