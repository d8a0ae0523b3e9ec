"""What an app is beyond its names and its room: compared first, set once, removed by name, one restart for all."""

from components.config.app_spec import App
from components.dokku import lifecycle
from components.dokku.shell import Script
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


def test_ports_in_another_order_are_the_same_ports(host: Recorder) -> None:
    """Dokku keeps them in the order of their bytes: 8080 before 80."""
    said = noun(ports=["http:80:3000", "http:8080:3000"])
    kept = (0, "http:8080:3000 http:80:3000\n")
    verbs = host.run(said.here, {"ports:report fruits --ports-map": kept}, secrets=SECRETS)
    assert not [verb for verb in verbs if verb.startswith("ports:set")]
    verbs = host.run(said.here, {"ports:report fruits --ports-map": (0, "http:80:3000\n")}, secrets=SECRETS)
    assert "ports:set fruits http:80:3000 http:8080:3000" in verbs


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


NOTHING = {"linked": "d1gest", "secrets": ""}


def settled(host: Recorder, script: Script, *answers: dict[str, Answer]) -> list[str]:
    """The verbs but the two that come first in every script."""
    return host.run(script, DEPLOYED, *answers, secrets=NOTHING)[2:]


SCALED = noun(scale={"web": 2, "worker": 1})
SCALE: dict[str, Answer] = {"--quiet ps:scale fruits": (0, "cron:  0\nweb:  2\nworker: 1\n")}


def test_a_scale_is_set_without_a_deploy_of_its_own(host: Recorder) -> None:
    assert settled(host, SCALED.here, {"--quiet ps:scale fruits": (0, "web:  1\n")}) == [
        "--quiet ps:scale fruits",
        "ps:scale --skip-deploy fruits web=2 worker=1",
        "ps:report fruits --deployed",
        "ps:restart fruits",
    ]


def test_a_scale_that_is_as_declared_is_left_alone(host: Recorder) -> None:
    assert settled(host, SCALED.here, SCALE) == ["--quiet ps:scale fruits"]


def test_a_process_type_that_is_no_longer_named_goes_back(host: Recorder) -> None:
    settled(host, SCALED.here, {"--quiet ps:scale fruits": (0, "web:  1\n")})
    assert settled(host, noun(scale={"web": 2}).here, SCALE)[1] == "ps:scale --skip-deploy fruits worker=0"
    assert settled(host, noun(scale={"web": 2}).here, SCALE) == ["--quiet ps:scale fruits"]


def test_going_leaves_one_web_and_types_that_others_scaled(host: Recorder) -> None:
    settled(host, SCALED.here, {"--quiet ps:scale fruits": (0, "web:  1\n")})
    assert SCALED.gone
    assert settled(host, SCALED.gone, SCALE)[1] == "ps:scale --skip-deploy fruits web=1 worker=0"


CHECKED = noun(checks={"disabled": True, "wait-to-retire-seconds": 0})


def test_checks_are_set_and_need_no_restart(host: Recorder) -> None:
    assert settled(host, CHECKED.here, {"checks:report": (0, "\n")}) == [
        "checks:report fruits --checks-wait-to-retire",
        "checks:set fruits wait-to-retire 0",
        "checks:report fruits --checks-disabled-list",
        "checks:disable fruits",
    ]


def test_checks_that_are_as_declared_are_left_alone(host: Recorder) -> None:
    present: dict[str, Answer] = {
        "checks:report fruits --checks-wait-to-retire": (0, "0\n"),
        "checks:report fruits --checks-disabled-list": (0, "_all_\n"),
    }
    assert settled(host, CHECKED.here, present) == [*present]


def test_checks_that_are_no_longer_named_go_back_once(host: Recorder) -> None:
    settled(host, CHECKED.here)
    assert CHECKED.gone
    assert settled(host, CHECKED.gone) == ["checks:set fruits wait-to-retire", "checks:enable fruits"]
    assert settled(host, CHECKED.gone) == []


MOUNTED = noun(storage=["uploads:/app/uploads", "/srv/media:/media:ro"])
MOUNTS = "/var/lib/dokku/data/storage/uploads:/app/uploads\n/srv/media:/media:ro\n"


def listed(host: Recorder, text: str) -> dict[str, Answer]:
    """The list as the pretend host's own folder makes it."""
    return {"--quiet storage:list fruits": (0, text.replace("/var/lib/", f"{host.folder}/var/lib/"))}


def test_folders_are_made_and_mounted(host: Recorder) -> None:
    assert settled(host, MOUNTED.here, {"storage:info": (1, "")}) == [
        "--quiet storage:list fruits",
        "--quiet storage:list fruits",
        "storage:info uploads",
        "storage:create uploads",
        "storage:mount fruits uploads --container-dir /app/uploads",
        "storage:mount fruits /srv/media:/media:ro",
        "ps:report fruits --deployed",
        "ps:restart fruits",
    ]


def test_a_folder_of_that_name_is_taken_as_it_is(host: Recorder) -> None:
    assert "storage:create uploads" not in settled(host, MOUNTED.here)


def test_a_named_folder_can_be_read_only(host: Recorder) -> None:
    verbs = settled(host, noun(storage=["uploads:/up:ro"]).here)
    assert "storage:mount fruits uploads --container-dir /up --volume-readonly" in verbs


def test_mounts_that_are_there_are_left_alone(host: Recorder) -> None:
    assert settled(host, MOUNTED.here, listed(host, MOUNTS)) == ["--quiet storage:list fruits"] * 2


def test_a_mount_that_is_no_longer_named_goes_and_others_stay(host: Recorder) -> None:
    settled(host, MOUNTED.here)
    done = host.attempt(noun(storage=["uploads:/app/uploads"]).here, listed(host, MOUNTS), DEPLOYED, secrets=NOTHING)
    assert "fruits: /media is no longer mounted; what lies in /srv/media stays\n" in done.stdout
    assert [verb for verb in host.verbs if "mount " in verb] == ["storage:unmount fruits /srv/media:/media:ro"]
    assert MOUNTED.gone
    verbs = settled(host, MOUNTED.gone, listed(host, MOUNTS.splitlines()[0] + "\n"))
    assert "storage:unmount fruits uploads --container-dir /app/uploads" in verbs
    assert settled(host, MOUNTED.gone) == []


def test_two_folders_in_one_place_would_keep_the_app_from_starting(host: Recorder) -> None:
    done = host.attempt(MOUNTED.here, listed(host, "/srv/other:/media\n"), secrets=NOTHING)
    assert done.returncode == 1
    assert (
        "fruits has /srv/other:/media mounted already; one folder in one place. "
        "To take it away: dokku storage:unmount fruits /srv/other:/media" in done.stdout
    )
    assert "storage:mount fruits /srv/media:/media:ro" not in host.verbs


LIMITED = noun(resources={"memory-mb": 512, "cpu": 0.5})
LIMITS: dict[str, Answer] = {
    "resource:report fruits --resource-_default_.limit.memory": (0, "512\n"),
    "resource:report fruits --resource-_default_.limit.cpu": (0, "0.5\n"),
}


def test_limits_are_set_and_the_app_restarts_once(host: Recorder) -> None:
    """Dokku answers 1 where none is set (its own tests: resource.bats)."""
    assert settled(host, LIMITED.here, {"resource:report": (1, "")}) == [
        "resource:report fruits --resource-_default_.limit.memory",
        "resource:limit --memory 512 fruits",
        "resource:report fruits --resource-_default_.limit.cpu",
        "resource:limit --cpu 0.5 fruits",
        "ps:report fruits --deployed",
        "ps:restart fruits",
    ]


def test_limits_that_are_as_declared_are_left_alone(host: Recorder) -> None:
    assert settled(host, LIMITED.here, LIMITS) == [*LIMITS]


def test_a_limit_that_is_no_longer_named_is_lifted_and_reservations_stay(host: Recorder) -> None:
    settled(host, LIMITED.here, LIMITS)
    assert LIMITED.gone
    assert settled(host, LIMITED.gone)[:2] == [
        "resource:limit --memory clear fruits",
        "resource:limit --cpu clear fruits",
    ]
    assert settled(host, LIMITED.gone) == []
