"""An app that leaves: destroyed if this stack made it, forgotten if it was found."""

from host.app.ensure import EnsureApp
from host.app.remove import RemoveApp
from host.core.runner import Answer
from tests.host.recorder import Recorder

FRUITS, GONE = EnsureApp("fruits"), RemoveApp("fruits")
ABSENT = {"apps:exists fruits": Answer(20)}
LOOKS = ["--quiet apps:list", "apps:exists fruits"]


def test_removing_destroys_what_was_made_here(server: Recorder) -> None:
    server.run(FRUITS, ABSENT)
    assert server.run(GONE) == [*LOOKS, "apps:destroy fruits --force"]
    assert not server.file("/var/lib/petbase/apps/fruits").exists()


def test_removing_twice_does_nothing(server: Recorder) -> None:
    assert server.run(GONE, ABSENT) == LOOKS


def test_removing_only_forgets_what_was_found(server: Recorder) -> None:
    server.run(FRUITS)
    assert server.run(GONE) == LOOKS
    assert not server.file("/var/lib/petbase/apps/fruits").exists()
