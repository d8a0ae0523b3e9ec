"""The environment of an engine run: nothing of the user's accounts in it, and made-up tokens that open nothing.

The Automation API gives the process's own environment to the CLI and the program runs in this process, so what is real
has to leave `os.environ` itself while the engine works; it is put back afterwards.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.providers.cloud import write_private

_REAL = ("HCLOUD_", "CLOUDFLARE_", "AWS_", "PULUMI_")
HCLOUD_TOKEN = "sandbox0" * 8
"""64 characters, as hcloud wants them."""
CLOUDFLARE_TOKEN = "sandbox-token-that-opens-no-real-account"
"""40 characters, as cloudflare wants them."""
_LOOPBACK = "127.0.0.1,localhost"


def home(root: Path) -> Path:
    """The sandbox's own PULUMI_HOME: its plugins and no login."""
    return root / "pulumi"


@contextmanager
def scrubbed(root: Path) -> Iterator[None]:
    """`os.environ` without anything that could reach a real account, with the sandbox's own values instead."""
    before = dict(os.environ)
    try:
        for name in [name for name in before if name.startswith(_REAL)]:
            del os.environ[name]
        os.environ.update(_ours(root))
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _ours(root: Path) -> dict[str, str]:
    no_proxy = ",".join(filter(None, (os.environ.get("no_proxy"), os.environ.get("NO_PROXY"), _LOOPBACK)))
    return {
        "PULUMI_HOME": str(home(root)),
        # Without `metadata=skip` a run that is killed at the wrong moment leaves an empty file of attributes beside the
        # state, and the state cannot be read any more: "failed to load checkpoint: EOF" (tried with 3.259.0).
        "PULUMI_BACKEND_URL": f"file://{root / 'state'}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(_passphrase(root)),
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true",
        "PETBASE_SANDBOX": str(root),
        "HCLOUD_TOKEN": HCLOUD_TOKEN,
        "CLOUDFLARE_API_TOKEN": CLOUDFLARE_TOKEN,
        "no_proxy": no_proxy,
        "NO_PROXY": no_proxy,
    }


def _passphrase(root: Path) -> Path:
    """The state's passphrase, made once and readable by its owner only."""
    path = root / "passphrase"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32))
    return path
