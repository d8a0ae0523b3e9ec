"""teardown, end to end, in a protected sandbox, cut off where it hurts most."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from operate.stack import pulumi_cli, stack_files, state
from sandbox.host.machine import Machine
from sandbox.providers.cloud import Cloud
from sandbox.store import account, objects
from tests.operate.whole.protected import protected_sandbox
from tests.support.operate import Petbase
from tests.support.pulumi.own_sandbox import REAL

BUCKET = "db-backups"
KEEP = ["teardown", "--keep-dumps", "--yes", "--i-know", "tear down sandbox"]
ALL = ["teardown", "--everything", "--yes", "--i-know", "tear down sandbox and db-backups with every dump"]
_SECONDS = 240.0


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    with protected_sandbox() as made:
        yield made


@pytest.fixture(autouse=True)
def no_terminal(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There is no terminal, and downloads come into the test's own folder."""
    assert root.exists()
    monkeypatch.setattr(sys, "stdin", StringIO(""))
    monkeypatch.chdir(tmp_path)


def things(root: Path) -> list[str]:
    """What the pretend accounts hold, by the last word of its kind; but for the zone's settings, which always exist."""
    found = []
    for name in ("hcloud", "cloudflare"):
        held = Cloud(root, name).look()["things"]
        found += [kind.rpartition(":")[2] for kind, many in held.items() for _ in many]
    return sorted(kind for kind in found if kind != "ZoneSetting")


def keys(root: Path) -> list[str]:
    """The names of all objects in the bucket; none where it is gone."""
    if not account.bucket_dir(root / "store", BUCKET).exists():
        return []
    return sorted(one.key for one in objects.listing(root / "store", BUCKET))


def protected(root: Path) -> int:
    """How many resources no destroy may take."""
    assert root.exists()
    return pulumi_cli.pulumi("sandbox", "stack", "export").count('"protect": true')


def killed(root: Path, words: list[str], when: Callable[[], bool], folder: Path) -> None:
    """The verb in a separate process, killed with the engine under it as soon as `when` is true."""
    checkout = stack_files.CHECKOUT
    code = (
        "import sys; from pathlib import Path; from operate.stack import stack_files; from sandbox import workspace; "
        f"stack_files.CHECKOUT = workspace.CHECKOUT = Path({str(checkout)!r}); "
        "from operate.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    out, deadline = folder / "killed.txt", time.monotonic() + _SECONDS
    with out.open("w") as said:
        verb = subprocess.Popen(
            [sys.executable, "-c", code, *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(REAL)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            while not when():
                assert verb.poll() is None, out.read_text()
                assert time.monotonic() < deadline
                time.sleep(0.02)
        finally:
            os.killpg(verb.pid, 9)
            verb.wait()
    assert root.exists()


@pytest.mark.parametrize("words", [[], ["--keep-dumps", "--everything"]])
def test_what_becomes_of_the_dumps_must_be_said(petbase: Petbase, words: list[str]) -> None:
    ran = petbase("teardown", *words)
    problem = "petbase: Choose what happens to your backups: pass --keep-dumps or --everything.\n"
    assert (ran.code, ran.out, ran.err) == (2, "", problem)


def test_without_the_sentence_nothing_is_touched(petbase: Petbase, root: Path) -> None:
    for verb in ("backup", "backup", "drill"):
        assert petbase(verb).code == 0
    before, held = things(root), protected(root)
    ran = petbase("teardown", "--keep-dumps")
    assert ran.code == 2
    assert ran.err == (
        "Type tear down sandbox to take it down: \npetbase: Cancelled: there was no answer. Nothing was changed. "
        "In a script: --yes --i-know 'tear down sandbox'\n"
    )
    said = " ".join(ran.out.split())
    assert said.startswith(
        f"deleted the server {Machine.all(root)[0].address}, with the database db; apps: fruits, notes, tasks "
    )
    assert "stays the bucket db-backups: 2 dumps, " in said
    ran = petbase("teardown", "--everything", "--yes", "--i-know", "tear down sandbox")
    assert (ran.code, ran.out, ran.err) == (
        2,
        "",
        "petbase: --yes takes down a stack without a question, so it needs: "
        "--i-know 'tear down sandbox and db-backups with every dump'\n",
    )
    assert (things(root), protected(root)) == (before, held)
    assert held > 10


def test_a_server_that_holds_what_is_another_stacks_stays(petbase: Petbase, root: Path) -> None:
    (machine,) = Machine.all(root)
    owner = """'{"how": "made", "stack": "staging"}' >/var/lib/petbase/apps/blog/owner.json"""
    others = f"mkdir -p /var/lib/petbase/apps/blog && echo {owner}"
    machine.run(["sh", "-c", f"dokku apps:create blog && dokku apps:create byhand && {others}"])
    before = things(root)
    ran = petbase(*KEEP)
    assert (ran.code, ran.out, ran.err) == (
        2,
        "",
        "petbase: The server is deleted, and with it what does not belong to the stack sandbox: the app blog "
        "(staging), the app byhand. No dump of this stack holds that, so nothing was touched. Tear that stack down "
        "first, or remove it by hand (dokku apps:destroy, dokku postgres:destroy).\n",
    )
    assert things(root) == before
    machine.run(
        [
            "sh",
            "-c",
            "dokku apps:destroy blog --force; dokku apps:destroy byhand --force; rm -r /var/lib/petbase/apps/blog",
        ]
    )


def test_a_bucket_that_holds_what_is_not_the_stacks_stays(petbase: Petbase, root: Path) -> None:
    body = root / "body"
    body.write_bytes(b"a photo")
    objects.put(root / "store", BUCKET, body, objects.Description("photo.jpg", 7, "0" * 32, time.time()))
    ran = petbase(*ALL)
    assert (ran.code, ran.out, ran.err) == (
        2,
        "",
        "petbase: The bucket db-backups holds what is not of this stack: photo.jpg. It would go with the bucket, so "
        "nothing was touched. Take it out, or: --keep-dumps\n",
    )
    objects.path_of(root / "store", BUCKET, "photo.jpg").unlink()


def test_cut_off_when_the_server_is_gone_it_is_finished_and_the_dumps_stay(
    petbase: Petbase, root: Path, tmp_path: Path
) -> None:
    killed(root, KEEP, lambda: not Cloud(root, "hcloud").all("hcloud:index/server:Server"), tmp_path)
    ran = petbase(*KEEP)
    assert ran.code == 0, ran.err
    # The bucket of the app fruits outlives the stack.
    assert things(root) == ["AccountToken", "R2Bucket", "R2Bucket"]
    kinds = sorted(one.kind for one in state.read("sandbox").resources if "$" in one.types)
    assert kinds == ["AccountToken", "R2Bucket", "R2BucketLifecycle", "R2BucketLock"]
    listed = petbase("backups")
    assert listed.out.count("✓") == 2
    dump = max(key for key in keys(root) if key.startswith("postgres-db-"))
    assert f"verified/{dump}" in keys(root)
    assert petbase("download", "--output", "again.tgz").code == 0
    assert petbase("recovery-sheet").code == 0
    again = petbase(*KEEP)
    assert (again.code, again.err) == (0, "Nothing to do: only the dumps are left.\n")
    assert "billed  the storage of the bucket" in again.out


def test_everything_goes_with_its_locked_dumps_and_one_of_them_comes_here(
    petbase: Petbase, root: Path, tmp_path: Path
) -> None:
    dump = max(key for key in keys(root) if key.startswith("postgres-db-"))
    killed(root, ALL, lambda: dump not in keys(root), tmp_path)
    ran = petbase(*ALL)
    assert ran.code == 0, ran.err
    assert (things(root), keys(root), state.read("sandbox").resources) == (["R2Bucket"], [], ())
    assert (tmp_path / dump).stat().st_mode & 0o777 == 0o600
    assert ran.out.startswith("deleted")
    assert "sandbox is down.\n" in ran.out
    assert (stack_files.CHECKOUT / "Pulumi.sandbox.yaml").read_text().count("protect: true") == 1
    again = petbase(*ALL)
    assert (again.code, again.out) == (0, "Nothing is left of sandbox.\n")
