"""A deployed app under another name: renamed, renamed without a deploy, cloned (records 592, 593; else documented)."""

from tests.contract.support.case import records
from tests.contract.support.made import Made
from tests.contract.support.normal import names_replaced, normal
from tests.contract.support.pushed import same_as
from tests.contract.support.target import Target


def _running(target: Target, app: str) -> str:
    return target.run("dokku", f"ps:report {app} --running").stdout.strip()


def test_a_rename_destroys_the_old_app_before_it_builds_the_new_one(target: Target, made: Made, deployed: str) -> None:
    shop, service = made.app_name(), made.service()
    assert target.run("dokku", f"postgres:link {service} {deployed} --no-restart").rc == 0
    url = target.run("dokku", f"config:get {deployed} DATABASE_URL").stdout
    answer = target.run("dokku", f"apps:rename {deployed} {shop}")
    assert answer.rc == 0, answer
    came = normal(names_replaced(answer.stdout, {deployed: "<app>", shop: "<shop>"}))
    right = normal(names_replaced(records()[592]["stdout"], {"webapp": "<app>", "shop": "<shop>"}))
    destroying = "-----> Destroying <app> (including all add-ons)\n"
    domain = target.root("dokku domains:report --global --domains-global-vhosts").stdout.strip()
    assert came.partition(destroying)[0].replace(domain, "dokku.test") == right.partition(destroying)[0]
    assert "-----> Building <shop> from Dockerfile" in came.partition(destroying)[2]
    same_as(593, deployed, target.run("dokku", f"postgres:links {service}").stdout.replace(shop, "shop"))
    assert target.run("dokku", f"config:get {shop} DATABASE_URL").stdout == url
    assert _running(target, shop) == "true"
    assert target.run("dokku", f"apps:exists {deployed}").rc == 20


def test_an_app_renamed_without_a_deploy_wants_a_rebuild_before_any_restart(
    target: Target, made: Made, deployed: str
) -> None:
    shop = made.app_name()
    assert target.run("dokku", f"apps:rename --skip-deploy {deployed} {shop}").rc == 0
    assert _running(target, shop) == "false"
    assert target.run("dokku", f"ps:report {shop} --deployed").stdout == "true\n"
    assert target.run("dokku", f"ps:restart {shop}").rc == 1
    assert _running(target, shop) == "false"
    assert target.run("dokku", f"ps:rebuild {shop}").rc == 0
    assert _running(target, shop) == "true"
    assert target.run("dokku", f"ps:restart {shop}").rc == 0


def test_a_clone_leaves_the_old_app_running_and_is_built_by_a_rebuild(
    target: Target, made: Made, deployed: str
) -> None:
    shop = made.app_name()
    before = target.run("dokku", f"ps:report {deployed} --status-web.1").stdout
    assert target.run("dokku", f"apps:clone --skip-deploy {deployed} {shop}").rc == 0
    assert target.run("dokku", f"ps:report {deployed} --status-web.1").stdout == before
    assert target.run("dokku", f"ps:report {shop} --deployed").stdout == "false\n"
    assert target.run("dokku", f"ps:restart {shop}").rc == 0
    assert _running(target, shop) == "false"
    assert target.run("dokku", f"ps:rebuild {shop}").rc == 0
    assert (_running(target, shop), _running(target, deployed)) == ("true", "true")


def test_settings_of_a_deployed_app_restart_nothing_until_it_is_restarted(target: Target, deployed: str) -> None:
    before = target.run("dokku", f"ps:report {deployed} --status-web.1").stdout
    for command in (
        f"ps:scale --skip-deploy {deployed} web=2",
        f"ps:scale --skip-deploy {deployed} web=1",
        f"checks:set {deployed} wait-to-retire 5",
        f"checks:skip {deployed}",
        f"resource:limit --memory 512 {deployed}",
        f"storage:mount {deployed} /tmp/none-of-ours:/a",
        f"storage:unmount {deployed} /tmp/none-of-ours:/a",
        f"ps:scale {deployed} web=1",
    ):
        assert target.run("dokku", command).rc == 0, command
    assert target.run("dokku", f"ps:report {deployed} --status-web.1").stdout == before
