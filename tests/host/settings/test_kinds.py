"""Each kind of setting: set where it differs, left alone where it is as declared, reset when its line is gone."""

import pytest

from host.core.host import Host
from host.programs.runner import Answer
from host.settings.ensure import EnsureSettings
from host.settings.table import KINDS
from tests.host.recorder import Answers, RecordedRunner, Recorder
from tests.host.settings.server import DEPLOYED, GONE, RESTART, apply, missing, secrets

PORTS = EnsureSettings("fruits", ports=("http:80:3000", "https:443:3000"))
PORTS_REPORT = "ports:report fruits --ports-map"


def test_ports_that_are_gone_are_dokkus_own_again(server: Recorder) -> None:
    apply(server, PORTS)
    assert apply(server, EnsureSettings("fruits")) == ["ports:clear fruits"]
    assert apply(server, EnsureSettings("fruits")) == []


SCALE = EnsureSettings("fruits", scale=("web=2", "worker=1"))
SCALE_REPORT = "--quiet ps:scale fruits"
SCALED: Answers = {SCALE_REPORT: "cron:  0\nweb:  2\nworker: 1\n"}


def test_a_process_type_that_is_no_longer_named_goes_back(server: Recorder) -> None:
    apply(server, SCALE, {SCALE_REPORT: "web:  1\n"})
    fewer = EnsureSettings("fruits", scale=("web=2",))
    assert apply(server, fewer, SCALED)[1] == "ps:scale --skip-deploy fruits worker=0"
    assert apply(server, fewer, SCALED) == [SCALE_REPORT]


def test_removing_leaves_one_web_and_types_that_others_scaled(server: Recorder) -> None:
    apply(server, SCALE, SCALED)
    assert apply(server, GONE, SCALED)[1] == "ps:scale --skip-deploy fruits web=1 worker=0"


CHECKS = EnsureSettings("fruits", checks=("disabled", "wait-to-retire-seconds=0"))
WAIT_REPORT, DISABLED_REPORT = (f"checks:report fruits --checks-{name}" for name in ("wait-to-retire", "disabled-list"))
CHECKED: Answers = {WAIT_REPORT: "0\n", DISABLED_REPORT: "_all_\n"}


def test_checks_that_are_gone_go_back_once(server: Recorder) -> None:
    apply(server, CHECKS)
    assert apply(server, GONE) == ["checks:set fruits wait-to-retire", "checks:enable fruits"]
    assert apply(server, GONE) == []


STORAGE = EnsureSettings("fruits", storage=("uploads:/app/uploads", "/srv/media:/media:ro"))
STORAGE_REPORT = "--quiet storage:list fruits"
MOUNTED: Answers = {STORAGE_REPORT: "/var/lib/dokku/data/storage/uploads:/app/uploads\n/srv/media:/media:ro\n"}


def test_a_folder_of_that_name_is_taken_as_it_is(server: Recorder) -> None:
    assert "storage:create uploads" not in apply(server, STORAGE)


def test_a_named_folder_can_be_read_only(server: Recorder) -> None:
    lines = apply(server, EnsureSettings("fruits", storage=("uploads:/up:ro",)))
    assert "storage:mount fruits uploads --container-dir /up --volume-readonly" in lines


def test_a_mount_that_is_gone_is_unmounted_and_others_stay(server: Recorder) -> None:
    apply(server, STORAGE)
    fewer = EnsureSettings("fruits", storage=("uploads:/app/uploads",))
    assert apply(server, fewer, MOUNTED) == [STORAGE_REPORT, "storage:unmount fruits /srv/media:/media:ro", *RESTART]
    assert "fruits: /media is no longer mounted; what is in /srv/media stays\n" in server.printed
    assert apply(server, GONE, MOUNTED)[1] == "storage:unmount fruits uploads --container-dir /app/uploads"
    assert apply(server, GONE, MOUNTED) == []


def test_a_mount_that_becomes_read_only_takes_its_own_place(server: Recorder) -> None:
    apply(server, STORAGE)
    lines = apply(
        server, EnsureSettings("fruits", storage=("uploads:/app/uploads:ro", "/srv/media:/media:ro")), MOUNTED
    )
    assert lines[1:4] == [
        "storage:unmount fruits uploads --container-dir /app/uploads",
        "storage:info uploads",
        "storage:mount fruits uploads --container-dir /app/uploads --volume-readonly",
    ]


def test_two_folders_in_one_place_would_keep_the_app_from_starting(server: Recorder) -> None:
    other = {STORAGE_REPORT: "/srv/other:/media\n"}
    assert server.fails(STORAGE, DEPLOYED, other, secrets=secrets()) == (
        "fruits has /srv/other:/media mounted already, and only one folder can be at /media. To take it away, run on "
        "the server: dokku storage:unmount fruits /srv/other:/media"
    )
    assert "storage:mount fruits /srv/media:/media:ro" not in server.runner.lines


RESOURCES = EnsureSettings("fruits", resources=("memory-mb=512", "cpu=0.5"))
MEMORY_REPORT, CPU_REPORT = (f"resource:report fruits --resource-_default_.limit.{name}" for name in ("memory", "cpu"))
LIMITED: Answers = {MEMORY_REPORT: "512\n", CPU_REPORT: "0.5\n"}


SET_PORTS = "ports:set fruits http:80:3000 https:443:3000"
DECLARED: dict[str, tuple[EnsureSettings, Answers, list[str]]] = {
    "ports are set and need no restart": (PORTS, {}, [PORTS_REPORT, SET_PORTS]),
    # Dokku keeps them in the order of their bytes: 8080 before 80.
    "ports in another order are the same": (PORTS, {PORTS_REPORT: "https:443:3000 http:80:3000\n"}, [PORTS_REPORT]),
    "a port more is a difference": (
        PORTS,
        {PORTS_REPORT: "http:80:3000 https:443:3000 http:8080:3000\n"},
        [PORTS_REPORT, SET_PORTS],
    ),
    "a scale is set without a deploy": (
        SCALE,
        {SCALE_REPORT: "web:  1\n"},
        [SCALE_REPORT, "ps:scale --skip-deploy fruits web=2 worker=1", *RESTART],
    ),
    "a scale as declared is left alone": (SCALE, SCALED, [SCALE_REPORT]),
    "checks are set and need no restart": (
        CHECKS,
        {"checks:report": "\n"},
        [WAIT_REPORT, "checks:set fruits wait-to-retire 0", DISABLED_REPORT, "checks:disable fruits"],
    ),
    "checks as declared are left alone": (CHECKS, CHECKED, [WAIT_REPORT, DISABLED_REPORT]),
    "folders are made and mounted": (
        STORAGE,
        missing("storage:info"),
        [
            STORAGE_REPORT,
            "storage:info uploads",
            "storage:create uploads",
            "storage:mount fruits uploads --container-dir /app/uploads",
            "storage:mount fruits /srv/media:/media:ro",
            *RESTART,
        ],
    ),
    "mounts that are there are left alone": (STORAGE, MOUNTED, [STORAGE_REPORT]),
    # Dokku answers 1 where none is set (its own tests: resource.bats).
    "limits are set in one go and the app restarts once": (
        RESOURCES,
        missing("resource:report"),
        [MEMORY_REPORT, CPU_REPORT, "resource:limit --memory 512 --cpu 0.5 fruits", *RESTART],
    ),
    "limits as declared are left alone": (RESOURCES, LIMITED, [MEMORY_REPORT, CPU_REPORT]),
}


@pytest.mark.parametrize("case", DECLARED)
def test_what_differs_is_set_and_what_does_not_is_left_alone(server: Recorder, case: str) -> None:
    settings, answers, lines = DECLARED[case]
    assert apply(server, settings, answers) == lines


def test_a_limit_that_is_gone_is_lifted_and_reservations_stay(server: Recorder) -> None:
    apply(server, RESOURCES, LIMITED)
    one = EnsureSettings("fruits", resources=("cpu=0.5",))
    assert apply(server, one, LIMITED) == [CPU_REPORT, "resource:limit --memory clear fruits", *RESTART]
    assert apply(server, GONE) == ["resource:limit --cpu clear fruits", *RESTART]
    assert apply(server, GONE) == []


@pytest.mark.parametrize(
    ("command", "answers"),
    [
        (PORTS, {PORTS_REPORT: "http:80:3000 https:443:3000\n"}),
        (SCALE, SCALED),
        (CHECKS, CHECKED),
        (STORAGE, MOUNTED),
        (RESOURCES, LIMITED),
    ],
)
def test_what_is_present_is_said_in_the_words_of_the_stack_file(
    server: Recorder, command: EnsureSettings, answers: Answers
) -> None:
    ((name, words),) = command.declared().items()
    host = Host("prod", RecordedRunner(dict(answers)), root=server.root)
    assert set(words) <= set(KINDS[name].present(host, "fruits"))


def test_a_kind_that_cannot_be_read_is_an_error_and_changes_nothing(server: Recorder) -> None:
    for command in (PORTS, SCALE, CHECKS, STORAGE):
        reports = {
            name: Answer(1) for name in ("ports:report", "--quiet ps:scale", "checks:report", "--quiet storage:list")
        }
        assert "failed with exit code 1" in server.fails(command, reports, secrets=secrets())
        assert not [line for line in server.runner.lines if ":set" in line or ":mount" in line or "skip-deploy" in line]
