"""What the contract runs against: a new sandbox host, or a real one that the options name."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.store import Store, account
from tests.contract.support.made import Made, Run
from tests.contract.support.pushed import IMAGE, dockerfile, push
from tests.contract.support.target import StoreAccess, Target
from tests.support.hosts.sandbox_host import start_host

_BUCKET, _KEY, _SECRET = "contract-dumps", "c" * 32, "d" * 64
_PLUGIN = "plugin:install https://github.com/dokku/dokku-postgres.git --committish 1.48.0 --name postgres"

# The sandbox's store refuses checksum headers, as R2 does; for another store, a real host may need another image.
_PLAIN_CHECKSUMS = """docker build --tag contract/s3backup:1 - <<'END'
FROM dokku/s3backup:0.18.0
ENV AWS_REQUEST_CHECKSUM_CALCULATION=when_required
ENV AWS_RESPONSE_CHECKSUM_VALIDATION=when_required
END
echo 'export PLUGIN_S3BACKUP_IMAGE=contract/s3backup:1' > /home/dokku/.dokkurc/CONTRACT"""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract", "the host that the contract's cases run against (default: the sandbox's)")
    group.addoption("--dokku-host", help="root@HOST of a real Dokku host")
    group.addoption("--dokku-port", type=int, default=22, help="its SSH port")
    group.addoption("--dokku-key", type=Path, help="the private key that opens root@HOST and dokku@HOST")
    group.addoption("--image", default=IMAGE, help=f"an image with Python that the host has or can pull ({IMAGE})")
    for name in ("endpoint", "key", "secret", "bucket"):
        group.addoption(f"--s3-{name}", help=f"the {name} of an S3 store that the host reaches")


def _option(config: pytest.Config, name: str) -> str | None:
    found = config.getoption(name, default=None)
    return None if found is None else str(found)


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The host, with the plugin, a global domain, and a connection that is kept."""
    scratch = Path(tempfile.mkdtemp(prefix="pbc-"))
    name = _option(request.config, "--dokku-host")
    if name is None:
        found = _sandbox(request, scratch)
    else:
        key = _option(request.config, "--dokku-key")
        assert key, "--dokku-host needs --dokku-key"
        port = int(_option(request.config, "--dokku-port") or 22)
        options = ["-o", "StrictHostKeyChecking=accept-new", "-o", f"UserKnownHostsFile={scratch}/known_hosts"]
        image = _option(request.config, "--image") or IMAGE
        found = Target(name.removeprefix("root@"), port, Path(key), scratch, False, options, image)
    without_domain = not found.root("dokku domains:report --global --domains-global-vhosts").stdout.strip()
    if without_domain:
        found.root("dokku domains:set-global dokku.test")
    yield found
    if without_domain and not found.sandbox:
        found.root("dokku domains:clear-global")
    found.close()
    shutil.rmtree(scratch, ignore_errors=True)


def _sandbox(request: pytest.FixtureRequest, scratch: Path) -> Target:
    root: Path = request.getfixturevalue("sandbox_root")
    host = start_host(root, "contract", request.getfixturevalue("sandbox_key"))
    address, options = host.machine.address, host.ssh_options
    at = options.index("-o")
    found = Target(address, host.machine.ssh_port, host.key, scratch, sandbox=True, options=options[at:])
    for command in (f"dokku {_PLUGIN}", f"echo '{host.public_key}' | dokku ssh-keys:add contract"):
        answer = found.root(command)
        assert answer.rc == 0, answer
    found.root(_PLAIN_CHECKSUMS)
    return found


@pytest.fixture(scope="session")
def run(target: Target) -> Iterator[Run]:
    """This run of the tests, and the removal of what a killed one has left."""
    found = Run(target)
    yield found
    found.end(target)


@pytest.fixture
def made(target: Target, run: Run) -> Iterator[Made]:
    """Names for what a test makes: made.app(), made.service(); all of it is removed afterwards."""
    found = Made(target, run)
    yield found
    found.remove()


@pytest.fixture
def deployed(target: Target, made: Made, tmp_path: Path) -> str:
    app = made.app()
    target.root(f"dokku domains:set {app} {app}.example.test")
    (tmp_path / "Dockerfile").write_text(dockerfile(target.image))
    pushed = push(target, app, tmp_path)
    assert pushed.returncode == 0, pushed.stderr
    assert f"http://{app}.example.test" in pushed.stderr
    return app


@pytest.fixture(scope="session")
def s3(request: pytest.FixtureRequest, target: Target) -> Iterator[StoreAccess]:
    """A bucket for the cases that upload; skipped against a real host when the options do not name one."""
    if target.sandbox:
        store = Store(request.getfixturevalue("sandbox_root") / "contract-store")
        store.start()
        account.create_bucket(store.root, _BUCKET)
        account.put_token(store.root, _KEY, _SECRET, _BUCKET, write=True)
        yield StoreAccess(store.endpoint, _KEY, _SECRET, _BUCKET)
        store.stop()
        return
    values = [_option(request.config, f"--s3-{name}") for name in ("endpoint", "key", "secret", "bucket")]
    if None in values:
        pytest.skip("needs a store: --s3-endpoint, --s3-key, --s3-secret and --s3-bucket")
    yield StoreAccess(*[str(value) for value in values])
