"""The part of cloud-init's user data that a sandbox host applies on its first boot, as cloud-init 22+ on Debian does.

Applied: `ssh_keys` (host keys), `ssh_authorized_keys`, `users` (root only), `disable_root`, `write_files`, `timezone`.
Known but not done, and logged as such: what installs or runs things, since the image comes with Dokku. Anything else
fails the boot: cloud-init would only warn, and a typo in `ssh_keys` would go unnoticed.
"""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

NOT_RUN = frozenset(
    {
        *(
            "apt",
            "bootcmd",
            "final_message",
            "fqdn",
            "growpart",
            "hostname",
            "locale",
            "manage_etc_hosts",
            "mounts",
            "ntp",
        ),
        *("package_reboot_if_required", "package_update", "package_upgrade", "packages", "power_state"),
        *("preserve_hostname", "runcmd", "ssh_deletekeys", "ssh_genkeytypes", "ssh_pwauth", "swap"),
    }
)
# cloud-init's own text for a root that may not log in (cloudinit/ssh_util.py, DISABLE_USER_OPTS).
_DISABLED = (
    "no-port-forwarding,no-agent-forwarding,no-X11-forwarding,"
    'command="echo \'Please login as the user \\"debian\\" rather than the user \\"root\\".\';echo;sleep 10;exit 142" '
)


class BadUserDataError(ValueError):
    """User data that cloud-init could not use, or that this stand-in does not know."""


def parse(text: str) -> dict[str, Any]:
    """The settings in `text`; none for empty text."""
    if not text.strip():
        return {}
    if text.split("\n", 1)[0].strip() != "#cloud-config":
        raise BadUserDataError('user data must begin with the line "#cloud-config"')
    try:
        settings = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise BadUserDataError(f"user data is no YAML: {error}") from None
    if not isinstance(settings, dict):
        raise BadUserDataError("user data must hold a mapping")
    if unknown := sorted(set(settings) - NOT_RUN - set(_APPLY) - {"disable_root"}):
        raise BadUserDataError(f"user data: unknown key {', '.join(map(str, unknown))}")
    return settings


def apply(text: str, project_keys: list[str], root: Path = Path("/")) -> list[str]:
    """Do what the user data `text` says to the disk under `root`.

    `project_keys` are those that Hetzner itself hands to root, beside the user data. Returns
    what to log. Raises BadUserDataError.
    """
    settings = parse(text)
    keys = [*project_keys, *_root_keys(settings)]
    for name, do in _APPLY.items():
        if name in settings:
            do(root, settings[name])
    # Last, as in cloud-init: a file that write_files put there keeps its lines.
    _authorize(root / "root/.ssh/authorized_keys", keys, _DISABLED if settings.get("disable_root", False) else "")
    return [f"{name}: not run in the sandbox" for name in settings if name in NOT_RUN]


def _authorize(path: Path, keys: list[str], prefix: str) -> None:
    lines = path.read_text().splitlines() if path.exists() else []
    lines += [f"{prefix}{key.strip()}" for key in keys if key.strip() not in lines]
    _write(path, "".join(f"{line}\n" for line in lines), 0o600)


def _root_keys(settings: dict[str, Any]) -> list[str]:
    """On Hetzner's images root is the default user, so the top-level keys are root's."""
    keys = list(settings.get("ssh_authorized_keys", []))
    for user in settings.get("users", []):
        if user == "default":
            continue
        if not isinstance(user, dict) or user.get("name") != "root":
            raise BadUserDataError(f"user data: users: {user!r}; only root exists in the sandbox")
        keys += user.get("ssh_authorized_keys", [])
    return keys


def _host_keys(root: Path, pairs: dict[str, str]) -> None:
    for name, text in pairs.items():
        kind, _, half = name.partition("_")
        if half not in {"private", "public"}:
            raise BadUserDataError(f"user data: ssh_keys: unknown key {name}")
        path = root / "etc/ssh" / f"ssh_host_{kind}_key{'.pub' if half == 'public' else ''}"
        _write(path, text.rstrip("\n") + "\n", 0o600 if half == "private" else 0o644)


def _write_files(root: Path, files: list[dict[str, Any]]) -> None:
    for entry in files:
        content = entry.get("content", "")
        data = base64.b64decode(content) if entry.get("encoding") in {"b64", "base64"} else content.encode()
        path = root / str(entry["path"]).lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab" if entry.get("append") else "wb") as file:
            file.write(data)
        path.chmod(int(str(entry.get("permissions", "0644")), 8))


def _timezone(root: Path, name: str) -> None:
    if name not in {"UTC", "Etc/UTC"} and not Path("/usr/share/zoneinfo", name).is_file():
        raise BadUserDataError(f"user data: timezone: no such zone {name}")
    (root / "etc/timezone").write_text(f"{name}\n")
    (root / "etc/localtime").unlink(missing_ok=True)
    (root / "etc/localtime").symlink_to(f"/usr/share/zoneinfo/{name}")


def _nothing(root: Path, keys: Any) -> None:
    """Root's keys are written after everything else."""


def _write(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


_APPLY: dict[str, Callable[[Path, Any], None]] = {
    "ssh_keys": _host_keys,
    "write_files": _write_files,
    "timezone": _timezone,
    "ssh_authorized_keys": _nothing,
    "users": _nothing,
}
