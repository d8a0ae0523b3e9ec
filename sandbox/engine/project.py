"""The sandbox's copy of the project files: the engine writes salts and secrets into it, never into the checkout."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pulumi.automation import ConfigValue

from sandbox.providers.cloud import write_private

_ENGINES_OWN = ("encryptionsalt", "encryptedkey", "secretsprovider")


class SecretsError(Exception):
    """The checkout's stack file holds secrets; the sentence says where they belong."""


class Project:
    """Pulumi.yaml and Pulumi.STACK.yaml, copied from `checkout` into `folder`, with configuration on top."""

    def __init__(self, folder: Path, checkout: Path, stack: str, config: Mapping[str, Any]) -> None:
        self.folder, self.checkout, self.stack, self.config = folder, checkout, stack, config
        self.file = folder / f"Pulumi.{stack}.yaml"
        self._mark, self._own = folder / f".{stack}.copied", folder / f".{stack}.own-secrets"

    def copy(self) -> bool:
        """Bring the copy up to date; whether it had to change (then `set_secrets` comes next)."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(self.folder / "Pulumi.yaml", (self.checkout / "Pulumi.yaml").read_text())
        if self.file.exists() and self._mark.exists() and self._mark.read_text() == self._digest():
            return False
        content = yaml.safe_load(self._source()) or {}
        old = (yaml.safe_load(self.file.read_text()) if self.file.exists() else None) or {}
        if any(key in content for key in _ENGINES_OWN):
            raise SecretsError(
                f"Pulumi.{self.stack}.yaml holds secrets, which the sandbox's own key does not open. Take them and the "
                f"line encryptionsalt out, and set them in its copy: pulumi --cwd {self.folder} config set --secret KEY"
            )
        content |= {key: old[key] for key in _ENGINES_OWN if key in old}
        held = {key: value for key, value in (old.get("config") or {}).items() if self._set_by_hand(key, value)}
        content["config"] = held | (content.get("config") or {}) | self._open()
        write_private(self.file, yaml.safe_dump(content, sort_keys=False))
        return True

    def set_secrets(self, set_all: Callable[[dict[str, ConfigValue]], object]) -> None:
        """Encrypt the secret values into the copy, by the CLI, and note that the copy is complete."""
        hidden = {key: value for key, value in self.config.items() if _is_secret(value)}
        if hidden:
            set_all(hidden)
        write_private(self._own, "\n".join(hidden))
        write_private(self._mark, self._digest())

    def _set_by_hand(self, key: str, value: object) -> bool:
        """A secret that a person set in the copy, and not an earlier run of the sandbox."""
        ours = self._own.read_text().splitlines() if self._own.exists() else []
        return isinstance(value, dict) and "secure" in value and key not in ours

    def _open(self) -> dict[str, Any]:
        plain = {key: value for key, value in self.config.items() if not _is_secret(value)}
        return {key: value.value if isinstance(value, ConfigValue) else value for key, value in plain.items()}

    def _source(self) -> str:
        path = self.checkout / f"Pulumi.{self.stack}.yaml"
        return path.read_text() if path.exists() else ""

    def _digest(self) -> str:
        values = {key: [v.value, v.secret] if isinstance(v, ConfigValue) else v for key, v in self.config.items()}
        text = self._source() + json.dumps(values, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def _is_secret(value: object) -> bool:
    return isinstance(value, ConfigValue) and bool(value.secret)
