"""A bucket's key given, rotated and taken away, cut at each call: before it, and when Dokku has done it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest

from host.bucket.record import ForgetBucket, ListBuckets
from host.core.command import Command
from host.programs.runner import Answer
from host.settings.ensure import EnsureSettings
from tests.host import recorder
from tests.host.recorder import RecordedRunner, Recorder
from tests.host.settings.server import GONE, secrets

KEY = "0123456789abcdef0123456789abcdef/fruits-example-com/default"
PLACE = {"S3_ENDPOINT": "https://s3.example.com", "S3_BUCKET": "fruits-example-com", "S3_REGION": "auto"}
OLD = {"S3_ACCESS_KEY_ID": "old-id", "S3_SECRET_ACCESS_KEY": "old-secret"}
NEW = {"S3_ACCESS_KEY_ID": "new-id", "S3_SECRET_ACCESS_KEY": "new-secret"}
GIVE = EnsureSettings("fruits", env=PLACE, secret_env=tuple(OLD), bucket=KEY)


class CutError(BaseException):
    """The power is gone."""


@dataclass
class Dokku:
    """The app fruits as Dokku has it: its variables, and those with which it runs. Cut at the `dies_at`-th call."""

    variables: dict[str, str] = field(default_factory=lambda: {"COLOR": "red"})
    running: dict[str, str] = field(default_factory=lambda: {"COLOR": "red"})
    opens: tuple[str, ...] = ("old-id", "new-id")
    calls: int = 0
    dies_at: int = 0
    when: str = "before"

    def call(self, line: str, stdin: str, env: Mapping[str, str]) -> str | Answer:
        self.calls += 1
        if (self.calls, self.when) == (self.dies_at, "before"):
            raise CutError
        answer = self._does(line, stdin, env)
        if (self.calls, self.when) == (self.dies_at, "after"):
            raise CutError
        return answer

    def _does(self, line: str, stdin: str, env: Mapping[str, str]) -> str | Answer:
        if line.startswith("config:export"):
            return json.dumps(self.variables)
        if "config:import" in line:
            self.variables |= json.loads(stdin)
        elif line.startswith("config:unset"):
            gone = line.split()[3:]
            self.variables = {name: value for name, value in self.variables.items() if name not in gone}
        elif line == "ps:restart fruits":
            self.running = dict(self.variables)
        elif "list-objects-v2" in line and env["AWS_ACCESS_KEY_ID"] not in self.opens:
            return Answer(254, "", "An error occurred (AccessDenied)\n")
        return "true\n" if line.startswith("ps:report") else ""


@dataclass
class Scene:
    server: Recorder
    dokku: Dokku

    def run(self, command: Command, key: Mapping[str, str]) -> None:
        self.dokku.dies_at = 0
        self.server.run(command, secrets=secrets(key))

    def cut(self, command: Command, key: Mapping[str, str], n: int, when: str) -> bool:
        """The same, cut at its n-th call; False where it has no such call."""
        self.dokku.calls, self.dokku.dies_at, self.dokku.when = 0, n, when
        try:
            self.server.run(command, secrets=secrets(key))
        except CutError:
            return True
        return False

    @property
    def remembered(self) -> list[str]:
        self.run(ListBuckets(), {})
        return [one["name"] for one in json.loads(self.server.printed)]

    def is_settled(self, **variables: str) -> bool:
        """Whether the app has these variables, runs with them, and owes no restart."""
        wanted = {"COLOR": "red", **variables}
        owed = self.server.file("/var/lib/petbase/apps/fruits/restart.json").exists()
        return (self.dokku.variables, self.dokku.running, owed) == (wanted, wanted, False)


@pytest.fixture
def scene(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = Scene(server, Dokku())

    class Runner(RecordedRunner):
        def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
            super().run(words, stdin=stdin, env=env)
            answer = made.dokku.call(self.lines[-1], stdin, env or {})
            return answer if isinstance(answer, Answer) else Answer(0, answer)

    monkeypatch.setattr(recorder, "RecordedRunner", Runner)
    return made


WHEN = pytest.mark.parametrize("when", ["before", "after"])


@WHEN
def test_a_first_key_that_was_cut_comes_with_the_next_run(scene: Scene, when: str) -> None:
    for n in count(1):
        if not scene.cut(GIVE, OLD, n, when):
            break
        if "S3_BUCKET" in scene.dokku.variables:
            assert scene.remembered == ["fruits-example-com"], n
        scene.run(GIVE, OLD)
        assert scene.is_settled(**PLACE, **OLD), n
        scene.run(GONE, {})
        scene.run(ForgetBucket("fruits-example-com"), {})
    assert n > 5


@pytest.mark.parametrize("then", [OLD, NEW], ids=["taken back", "run again"])
@WHEN
def test_a_rotation_that_was_cut_leaves_one_key_whole_and_ends_with_the_one_that_is_given_then(
    scene: Scene, when: str, then: dict[str, str]
) -> None:
    for n in count(1):
        scene.run(GIVE, OLD)
        if not scene.cut(GIVE, NEW, n, when):
            break
        assert scene.dokku.variables in ({"COLOR": "red", **PLACE, **OLD}, {"COLOR": "red", **PLACE, **NEW}), n
        scene.run(GIVE, then)
        assert scene.is_settled(**PLACE, **then), n
    assert n > 6


@WHEN
def test_a_key_whose_removal_was_cut_goes_with_the_next_run_or_comes_back(scene: Scene, when: str) -> None:
    for n in count(1):
        scene.run(GIVE, OLD)
        if not scene.cut(GONE, {}, n, when):
            break
        assert scene.remembered == ["fruits-example-com"], n
        scene.run(GIVE, OLD)
        assert scene.is_settled(**PLACE, **OLD), n
        assert scene.cut(GONE, {}, n, when)
        scene.run(GONE, {})
        assert scene.is_settled(), n
        assert scene.remembered == ["fruits-example-com"], n
    assert n > 4


def test_a_key_that_was_revoked_meanwhile_never_takes_the_place_of_one_that_works(scene: Scene) -> None:
    scene.run(GIVE, OLD)
    scene.dokku.opens = ("old-id",)
    for _ in range(2):
        said = scene.server.fails(GIVE, secrets=secrets(NEW))
        assert said.startswith("fruits: its new key does not open the bucket fruits-example-com at ")
        assert scene.is_settled(**PLACE, **OLD)
