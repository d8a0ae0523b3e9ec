"""A pushed app: deployed, restarted by every setting of a variable, stopped and started (records 551-571)."""

import subprocess
from pathlib import Path

from tests.contract.support.case import records
from tests.contract.support.made import Made
from tests.contract.support.normal import cut, normal
from tests.contract.support.pushed import dockerfile, push, same_as
from tests.contract.support.target import Target


def test_a_pushed_app_runs_and_is_reported(target: Target, deployed: str) -> None:
    same_as(553, deployed, target.run("dokku", f"ps:report {deployed}").stdout)
    assert target.run("dokku", f"ps:report {deployed} --running").stdout == "true\n"
    assert target.run("dokku", f"git:report {deployed} --git-deploy-branch").stdout == "main\n"


def test_a_variable_set_to_the_value_that_it_has_restarts_the_app(target: Target, deployed: str) -> None:
    for number in (556, 557):
        answer = target.run("dokku", f"config:set {deployed} X=1")
        assert answer.rc == 0
        same_as(number, deployed, answer.stdout)
    before = target.run("dokku", f"ps:report {deployed} --status-web.1").stdout
    assert target.run("dokku", f"config:set --no-restart {deployed} X=2").stdout == records()[558]["stdout"]
    assert target.run("dokku", f"ps:report {deployed} --status-web.1").stdout == before


def test_a_restart_takes_a_new_process(target: Target, deployed: str) -> None:
    before = target.run("dokku", f"ps:report {deployed} --status-web.1").stdout
    answer = target.run("dokku", f"ps:restart {deployed}")
    assert answer.rc == 0
    same_as(560, deployed, answer.stdout)
    assert target.run("dokku", f"ps:report {deployed} --status-web.1").stdout != before


def test_a_link_restarts_a_deployed_app_unless_told_not_to(target: Target, made: Made, deployed: str) -> None:
    service = made.service()
    url = target.root(f"dokku postgres:info {service} --dsn").stdout.strip()
    answer = target.run("dokku", f"postgres:link {service} {deployed}")
    recorded = "postgres://postgres:f59d55cb5dd5d021a30b977359a8df78@dokku-postgres-db:5432/db"
    head, _ = cut(records()[562]["stdout"])
    right = normal(head.replace(recorded, url).replace("webapp", deployed))
    assert normal(answer.stdout)[: len(right)] == right
    found = target.run("dokku", f"run {deployed} env").stdout
    assert f"DATABASE_URL={url}" in found.split()
    # Docker's --link gives every linked app the superuser's password, whatever DATABASE_URL says (record 554).
    assert "_ENV_POSTGRES_PASSWORD=" in found
    rows = target.root("docker ps --no-trunc --format '{{.Names}}'").stdout.splitlines()
    (names,) = (row.split(",") for row in rows if f"dokku.postgres.{service}" in row)
    host = f"dokku-postgres-{service.replace('_', '-')}"
    assert sorted(names) == [f"dokku.postgres.{service}", f"{deployed}.web.1/{host}"]


def test_a_stopped_app_is_stopped_and_starts_again(target: Target, deployed: str) -> None:
    assert target.run("dokku", f"ps:stop {deployed}").stdout == f"-----> Stopping {deployed}\n"
    assert target.run("dokku", f"ps:report {deployed} --running").stdout == "false\n"
    assert target.run("dokku", f"ps:restart {deployed}").rc == 0
    again = target.run("dokku", f"ps:start {deployed}")
    assert (again.rc, again.stderr) == (0, f" !     App {deployed} already running\n")


def test_what_runs_is_in_the_files_that_its_report_reads(target: Target, deployed: str) -> None:
    """By plugins/common (IsDeployed) and scheduler-docker-local/scheduler-app-status; host/report reads them."""

    def state() -> str:
        (identity,) = target.root(f"cat /home/dokku/{deployed}/CONTAINER.*").stdout.split()
        rows = target.root("docker ps --all --no-trunc --format '{{.ID}} {{.Names}} {{.State}}'").stdout.splitlines()
        (row,) = (row.split() for row in rows if row.startswith(f"{identity} "))
        assert row[1] == f"{deployed}.web.1"
        return row[2]

    assert target.run("dokku", f"ps:report {deployed} --deployed").stdout == "true\n"
    assert target.root(f"cat /var/lib/dokku/config/common/{deployed}/deployed").stdout.strip() == "true"
    assert state() == "running"
    target.run("dokku", f"ps:stop {deployed}")
    assert state() == "exited"


def test_a_push_to_an_unknown_key_is_refused(target: Target, made: Made, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    stranger = Target(target.host, target.port, tmp_path / "key", tmp_path, target.sandbox, target.without_key())
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text(dockerfile(target.image))
    pushed = push(stranger, made.app(), tmp_path / "app")
    assert pushed.returncode == 128
    assert "Permission denied" in pushed.stderr
