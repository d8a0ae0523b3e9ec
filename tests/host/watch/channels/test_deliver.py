"""Channels are told what began and what ended, once; one that does not answer is a problem that the others hear of."""

import json
from collections.abc import Mapping

import pytest

from host.backup.watch import EnsureWatch
from host.core.host import Host
from host.programs.runner import Answer
from host.watch.channels.deliver import tell_changes
from tests.host.recorder import ByInput, Known, Recorder

PHONE, TEAM = "https://ntfy.sh/t0pic-phone", "https://hooks.slack.com/services/t0ken-team"
URLS = {"phone": PHONE, "team": TEAM}
ENSURE = EnsureWatch(
    "db",
    bucket="b",
    endpoint="https://store",
    schedule="0 3 * * *",
    max_age=90_000,
    channel={"phone": "ntfy", "team": "slack"},
)
CURL = (
    "curl --config - --silent --globoff --fail --output /dev/null --write-out '%{http_code}' --max-time 10 --retry 1 "
    "--retry-delay 2 --retry-max-time 20"
)
SHOP, DISK = {"app shop": "shop does not run"}, {"disk": "the disk is 91 % full"}
UNREACHED = {"alert team": "alerts do not reach team (slack): it answered 404. Try: ./petbase alert --test"}


@pytest.fixture
def server(server: Recorder) -> Recorder:
    server.run(ENSURE, secrets=secrets(URLS))
    return server


def secrets(urls: Mapping[str, str]) -> dict[str, str]:
    return {"alert_url": "", "channels": json.dumps(urls)}


def tell(server: Recorder, problems: Mapping[str, str], answer: Known = "200") -> dict[str, str]:
    found: dict[str, str] = {}
    server.part(lambda host: found.update(tell_changes(host, "db", problems)), {"curl": answer})
    return found


def heard(server: Recorder) -> list[tuple[str, str]]:
    """Who was told what in the last run: the address, and the lines about problems."""
    found = []
    for line, stdin in server.runner.calls:
        assert line == CURL
        address = stdin.partition('"')[2].partition('"')[0]
        text = stdin.replace("\\\\n", "\n").replace("\\n", "\n").replace('"', "\n")
        lines = [part for part in text.splitlines() if part.startswith(("NEW", "ENDED", "db:"))]
        found.append((address, "; ".join(part.strip("\\") for part in lines)))
    return sorted(found)


def test_a_problem_is_told_once_when_it_begins_and_once_when_it_ends(server: Recorder) -> None:
    assert tell(server, SHOP) == {}
    assert heard(server) == [(TEAM, "NEW db: shop does not run"), (PHONE, "NEW db: shop does not run")]
    assert tell(server, SHOP) == {}
    assert heard(server) == []
    assert tell(server, {}) == {}
    assert heard(server) == [(TEAM, "ENDED db: shop does not run"), (PHONE, "ENDED db: shop does not run")]
    assert tell(server, {}) == {}
    assert heard(server) == []


def test_another_figure_is_no_news(server: Recorder) -> None:
    tell(server, DISK)
    tell(server, {"disk": "the disk is 92 % full"})
    assert heard(server) == []


def test_a_channel_that_does_not_answer_is_a_problem_and_hears_all_once_it_does(server: Recorder) -> None:
    dead = ByInput({TEAM: "404", "": "200"})
    assert tell(server, SHOP, dead) == UNREACHED
    assert tell(server, {**SHOP, **UNREACHED}, dead) == UNREACHED
    assert heard(server)[1] == (PHONE, f"NEW db: {UNREACHED['alert team']}")
    # It is tried at each check, and the other hears nothing twice.
    assert tell(server, SHOP, dead) == UNREACHED
    assert heard(server) == [(TEAM, "NEW db: shop does not run")]
    assert tell(server, SHOP) == {}
    assert heard(server) == [(TEAM, "NEW db: shop does not run"), (PHONE, f"ENDED db: {UNREACHED['alert team']}")]


def test_a_channel_that_failed_gets_a_word_also_where_nothing_is_left_to_tell(server: Recorder) -> None:
    tell(server, SHOP, Answer(28, "000"))
    assert tell(server, {}, Answer(28, "000"))["alert phone"] == (
        "alerts do not reach phone (ntfy): it did not answer. Try: ./petbase alert --test"
    )
    assert tell(server, {}) == {}
    assert heard(server) == [(TEAM, "db: alerts arrive here again"), (PHONE, "db: alerts arrive here again")]


def test_another_address_is_told_everything_anew_and_a_channel_that_goes_is_forgotten(server: Recorder) -> None:
    tell(server, SHOP)
    server.run(ENSURE, secrets=secrets({**URLS, "team": f"{TEAM}-2"}))
    tell(server, SHOP)
    assert heard(server) == [(f"{TEAM}-2", "NEW db: shop does not run")]
    one = EnsureWatch(**{**vars(ENSURE), "channel": {"phone": "ntfy"}})
    server.run(one, secrets=secrets({"phone": PHONE}))
    assert [path.name for path in server.file("/var/lib/petbase/services/db/watch/channels").iterdir()] == ["phone"]


def test_an_address_is_in_no_word_and_no_output_and_only_root_reads_it(server: Recorder) -> None:
    tell(server, SHOP, "500")
    for secret in ("t0pic", "t0ken"):
        assert not [line for line in server.runner.lines if secret in line]
        assert secret not in server.printed

    def quote(host: Host) -> None:
        tell_changes(host, "db", {})
        host.step(f"it said: {PHONE}")

    server.part(quote, {"curl": "200"})
    assert "it said: ***" in server.printed
    files = [path for path in server.file("/var/lib/petbase").rglob("*.json") if "t0" in path.read_text()]
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600, 0o600]


def test_a_message_that_could_not_be_noted_is_sent_again(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("host.core.files.write", no_room)
        assert tell(server, SHOP) == {}
    tell(server, SHOP)
    assert len(heard(server)) == 2


def test_addresses_that_do_not_fit_the_channels_change_nothing(server: Recorder) -> None:
    assert server.fails(ENSURE, secrets=secrets({"phone": PHONE})) == (
        "watch ensure db: addresses of phone came on standard input instead of phone team; nothing was done. Run "
        "pulumi up again"
    )


def test_without_channels_no_url_is_called(server: Recorder) -> None:
    server.run(EnsureWatch(**{**vars(ENSURE), "channel": {}}), secrets=secrets({}))
    found: list[object] = []

    def part(host: Host) -> None:
        found.append(tell_changes(host, "db", SHOP))

    assert server.part(part) == []
    assert found == [{}]
