"""Apps and services that a test makes on a host that others may use: names of its own, nothing left behind."""

from __future__ import annotations

import secrets

from tests.contract.target import Target


class Made:
    """What one test made."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._apps: list[str] = []
        self._services: list[str] = []

    def app(self) -> str:
        """A new app."""
        name = self.app_name()
        answer = self._target.root(f"dokku apps:create {name}")
        assert answer.rc == 0, answer
        return name

    def app_name(self) -> str:
        """A name for an app that the test makes itself."""
        self._apps.append(f"pb{secrets.token_hex(3)}a")
        return self._apps[-1]

    def service(self) -> str:
        """A new service."""
        name = self.service_name()
        answer = self._target.root(f"dokku postgres:create {name}")
        assert answer.rc == 0, answer
        return name

    def service_name(self) -> str:
        """A name for a service that the test makes itself."""
        self._services.append(f"pb{secrets.token_hex(3)}s")
        return self._services[-1]

    def remove(self) -> None:
        """Everything, linked or not."""
        words = [f"dokku apps:destroy --force {name}" for name in self._apps]
        words += [f"dokku postgres:destroy --force {name}" for name in self._services]
        self._target.root("; ".join([*words, "true"]))
