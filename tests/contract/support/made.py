"""Apps and services that a test makes on a host that others may use: unused names, nothing left behind."""

import secrets

from tests.contract.support.target import Target

_MARKS = "/run/petbase-contract"
_HOUR_OLD = "-mmin +60"


class Run:
    """One run of these tests on a host: all names that it makes begin with its own prefix, `pb` and six hex digits.

    A run that is killed leaves what it made; the next one removes what is of runs that began more than an hour ago.
    """

    def __init__(self, target: Target) -> None:
        self.prefix = f"pb{secrets.token_hex(3)}"
        target.root(f"mkdir -p {_MARKS} && touch {_MARKS}/{self.prefix}")
        for prefix in target.root(f"find {_MARKS} -type f {_HOUR_OLD} -printf '%f\\n'").stdout.split():
            _remove(target, prefix)

    def end(self, target: Target) -> None:
        _remove(target, self.prefix)


def _remove(target: Target, prefix: str) -> None:
    # A linked service cannot go, so the apps go first.
    for listed, verb in (("apps:list", "apps:destroy --force"), ("postgres:list", "postgres:destroy --force")):
        names = [name for name in target.root(f"dokku --quiet {listed}").stdout.split() if name.startswith(prefix)]
        target.root("; ".join([*(f"dokku {verb} {name}" for name in names), "true"]))
    target.root(f"rm -f {_MARKS}/{prefix}")


class Made:
    def __init__(self, target: Target, run: Run) -> None:
        self._target, self._run = target, run
        self._apps: list[str] = []
        self._services: list[str] = []

    def app(self) -> str:
        name = self.app_name()
        answer = self._target.root(f"dokku apps:create {name}")
        assert answer.rc == 0, answer
        return name

    def app_name(self) -> str:
        self._apps.append(f"{self._run.prefix}{secrets.token_hex(3)}a")
        return self._apps[-1]

    def service(self) -> str:
        name = self.service_name()
        answer = self._target.root(f"dokku postgres:create {name}")
        assert answer.rc == 0, answer
        return name

    def service_name(self) -> str:
        self._services.append(f"{self._run.prefix}{secrets.token_hex(3)}s")
        return self._services[-1]

    def remove(self) -> None:
        """Everything, linked or not."""
        words = [f"dokku apps:destroy --force {name}" for name in self._apps]
        words += [f"dokku postgres:destroy --force {name}" for name in self._services]
        self._target.root("; ".join([*words, "true"]))
