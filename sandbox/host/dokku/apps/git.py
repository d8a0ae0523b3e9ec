"""`git push`: the pack is received into the app's bare repository, whose hook deploys the deploy branch."""

import contextlib
import os
import sys
from datetime import UTC, datetime

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.apps import apps as app_verbs
from sandbox.host.dokku.apps import build, deploy
from sandbox.host.dokku.config import env
from sandbox.host.dokku.core import report, say
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.core.paths import DATA

_BRANCH = "refs/heads/"
_GONE = "0" * 40


def receive(call: Call) -> int:
    """`git-receive-pack 'APP'`: an app that is not there yet is made."""
    name = app_named(call.words).strip("/").removesuffix(".git")
    if not apps.exists(apps.checked_name(name)):
        with contextlib.redirect_stdout(sys.stderr):  # stdout belongs to git's protocol
            app_verbs.made(name)
    return _git("git-receive-pack", name)


def upload(call: Call) -> int:
    """`git-upload-pack 'APP'`: a clone or fetch."""
    return _git("git-upload-pack", apps.verified(app_named(call.words).strip("/").removesuffix(".git")))


def _git(program: str, name: str) -> int:
    kept = {
        key: value
        for key, value in os.environ.items()
        if key in {"USER", "LOGNAME", "GIT_PROTOCOL", "DOKKU_SANDBOX_INNER"}
    }
    environment = {**build.GIT_ENVIRONMENT, "PATH": build.PATH, **kept}
    os.execvpe("git", ["git", program.removeprefix("git-"), str(apps.home(name))], environment)


def hook(call: Call) -> int:
    """`git-hook APP`, from pre-receive: old, new and ref on stdin. A refusal here refuses the push."""
    app = apps.verified(app_named(call.words))
    for row in sys.stdin.read().splitlines():
        _, new, ref = row.split(" ", 2)
        if new == _GONE or not ref.startswith(_BRANCH):
            continue
        branch = ref.removeprefix(_BRANCH)
        if _deploys(app, branch):
            _deploy(app, new)
        else:
            say.warn(f"{branch} is not the deploy branch of {app} ({_deploy_branch(app)}): pushed, not deployed")
    return 0


def _deploy_branch(app: str) -> str:
    return apps.get(app, "git", "deploy-branch", "master")


def _deploys(app: str, branch: str) -> bool:
    """Whether a push of the branch deploys; the first branch pushed to a new app becomes its deploy branch."""
    if not apps.get(app, "git", "deploy-branch") and not apps.is_deployed(app) and branch != "master":
        apps.put(app, "git", "deploy-branch", branch)
        (apps.home(app) / "HEAD").write_text(f"ref: {_BRANCH}{branch}\n")
        say.step(f"Set {branch} to DOKKU_DEPLOY_BRANCH.")
    return branch == _deploy_branch(app)


def _deploy(app: str, revision: str) -> None:
    if (DATA / "apps" / app / ".deploy.lock").exists():
        raise say.RefusedError(f"{app} currently has a deploy lock in place. Exiting...")
    build.check_out(app, apps.home(app), revision)
    image = build.image_of(app)
    build.announce(app, image)
    apps.put(app, "sandbox", "no-image", "")
    env.change(app, lambda values: values.update(GIT_REV=revision))
    apps.put(app, "git", "sha", revision)
    apps.put(app, "git", "last-updated-at", datetime.now(UTC).strftime("%s"))
    try:
        deploy.redeploy(app, image)
    except say.RefusedError:
        build.roll_back(app)
        raise


def set_(call: Call) -> int:
    """`git:set APP deploy-branch NAME`"""
    app = apps.verified(app_named(call.words))
    name, value = [*call.words[1:], "", ""][:2]
    if name not in {"deploy-branch", "keep-git-dir", "rev-env-var"}:
        raise say.RefusedError(
            "Invalid property specified, valid properties include: deploy-branch, keep-git-dir, rev-env-var"
        )
    apps.put(app, "git", name, value)
    say.title(f"Setting {name} to {value}" if value else f"Unsetting {name}")
    return 0


def show_report(call: Call) -> int:
    """`git:report APP`"""
    app = apps.verified(app_named(call.words))
    empty = ("global-archive-max-files", "global-archive-max-size", "global-deploy-branch", "global-keep-git-dir")
    values = {
        **dict.fromkeys(empty, ""),
        "computed-archive-max-files": "10000",
        "computed-archive-max-size": "1073741824",
        "computed-deploy-branch": _deploy_branch(app),
        "computed-keep-git-dir": "false",
        "deploy-branch": apps.get(app, "git", "deploy-branch"),
        "keep-git-dir": apps.get(app, "git", "keep-git-dir"),
        "last-updated-at": apps.get(app, "git", "last-updated-at"),
        "rev-env-var": "GIT_REV",
        "sha": apps.get(app, "git", "sha", "HEAD"),
        "source-image": "",
    }
    return report.show(call, f"{app} git information", "git", values)
