"""A pair that the stack sends: checked before Dokku sees it, sent once, never over somebody else's unasked."""

import io
import json
import tarfile

import pytest

from host.certificate.ensure import EnsureCertificate, RemoveCertificate
from host.programs.runner import Answer
from tests.host.recorder import Recorder

FRUITS, GONE = EnsureCertificate("fruits"), RemoveCertificate("fruits")
PAIR = {"certificate": "-----BEGIN CERTIFICATE-----\r\nAAAA\r\n-----END CERTIFICATE-----", "key": "\nKEY\n\n"}
CERTIFICATE, KEY = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "KEY\n"
OTHER, OTHER_KEY = "-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n", "OTHER\n"
ASKS = ["--quiet apps:list", "apps:exists fruits"]
CHECKS = ["openssl x509 -noout -pubkey", "openssl pkey -pubout -passin pass:", "openssl x509 -noout -checkend 0"]
END = "openssl x509 -noout -enddate"
ENDS = {END: "notAfter=Nov 30 00:00:00 2041 GMT\n"}
SHOWN: dict[str, str | Answer] = {
    "certs:report fruits --ssl-enabled": "true\n",
    "certs:show fruits crt": CERTIFICATE,
    "certs:show fruits key": KEY,
}
THEIRS: dict[str, str | Answer] = {**SHOWN, "certs:show fruits crt": OTHER, "certs:show fruits key": OTHER_KEY}
MARK = "/var/lib/petbase/apps/fruits/certificate.json"
KEPT = "/var/lib/petbase/server/found-certificates"


@pytest.fixture
def server(server: Recorder) -> Recorder:
    server.answers.update(ENDS)
    return server


def mark(server: Recorder) -> str:
    return str(json.loads(server.file(MARK).read_text())["how"])


def test_a_certificate_is_checked_and_sent(server: Recorder) -> None:
    lines = server.run(FRUITS, secrets=PAIR)
    assert lines == [*ASKS, *CHECKS, "certs:report fruits --ssl-enabled", END, "certs:add fruits"]
    assert server.printed == "fruits: a certificate that is good until Nov 30 00:00:00 2041 GMT\n"
    read = dict(server.runner.calls)
    assert (read[CHECKS[0]], read[CHECKS[1]]) == (CERTIFICATE, KEY)
    with tarfile.open(fileobj=io.BytesIO(read["certs:add fruits"].encode())) as archive:
        files = {member.name: archive.extractfile(member) for member in archive}
        assert {name: file.read().decode() for name, file in files.items() if file} == {
            "server.crt": CERTIFICATE,
            "server.key": KEY,
        }
    assert mark(server) == "made"


def test_the_same_pair_again_asks_and_changes_nothing(server: Recorder) -> None:
    server.run(FRUITS, secrets=PAIR)
    shown = ["certs:report fruits --ssl-enabled", "certs:show fruits crt", "certs:show fruits key"]
    assert server.run(FRUITS, SHOWN, secrets=PAIR) == [*ASKS, *CHECKS, *shown]
    assert server.printed == ""


def test_a_renewed_certificate_takes_the_place_of_ours(server: Recorder) -> None:
    server.run(FRUITS, secrets=PAIR)
    lines = server.run(FRUITS, SHOWN, secrets={**PAIR, "certificate": OTHER})
    assert lines[-1] == "certs:add fruits"


def test_one_that_was_cut_off_is_sent_again(server: Recorder) -> None:
    server.fails(FRUITS, {"certs:add": Answer(1)}, secrets=PAIR)
    assert mark(server) == "making"
    lines = server.run(FRUITS, THEIRS, secrets=PAIR)
    assert lines[-1] == "certs:add fruits"
    assert mark(server) == "made"


@pytest.mark.parametrize(
    ("line", "answer", "problem"),
    [
        (CHECKS[0], Answer(1), "the certificate cannot be read"),
        (CHECKS[1], Answer(1), "the key cannot be read; one with a passphrase is of no use to nginx"),
        (CHECKS[1], Answer(0, "another key\n"), "certificate and key do not belong together"),
        (CHECKS[2], Answer(1), "the certificate ended on Nov 30 00:00:00 2041 GMT"),
    ],
)
def test_a_pair_that_is_none_is_refused_before_dokku_sees_it(
    server: Recorder, line: str, answer: Answer, problem: str
) -> None:
    assert server.fails(FRUITS, {line: answer}, secrets=PAIR) == (
        f"apps.fruits.tls: {problem}; nothing was changed, fruits goes on as before"
    )
    assert not [line for line in server.runner.lines if line.startswith("certs:")]


def test_an_app_that_is_not_there_is_refused(server: Recorder) -> None:
    assert server.fails(FRUITS, {"apps:exists fruits": Answer(20)}, secrets=PAIR) == (
        "the app fruits is not on this server; nothing was changed. Raise generation in the stack file and run "
        "pulumi up"
    )
    assert server.runner.lines == ASKS


def test_another_stacks_app_gets_none(server: Recorder) -> None:
    server.put("/var/lib/petbase/apps/fruits/owner.json", '{"how": "made", "stack": "staging"}')
    said = server.fails(FRUITS, secrets=PAIR)
    assert said.startswith("the app fruits belongs to the stack staging, not to prod; nothing was changed.")
    assert server.runner.lines == []


def test_one_that_was_found_stays_until_the_stack_file_names_one(server: Recorder) -> None:
    server.run(FRUITS, THEIRS, secrets=PAIR)
    assert server.printed == (
        "fruits: has a certificate that was not put here by Petbase; it stays. To replace it, write tls: origin-ca "
        "under apps.fruits\n"
    )
    assert not server.file(MARK).exists()
    assert server.run(GONE, THEIRS) == ASKS
    lines = server.run(EnsureCertificate("fruits", replace=True), THEIRS, secrets=PAIR)
    assert lines[-1] == "certs:add fruits"
    assert server.file(f"{KEPT}/fruits.crt").read_text() == OTHER
    assert server.file(f"{KEPT}/fruits.key").read_text() == OTHER_KEY
    modes = [server.file(path).stat().st_mode & 0o777 for path in (KEPT, f"{KEPT}/fruits.key")]
    assert modes == [0o700, 0o600]


def test_ours_goes(server: Recorder) -> None:
    server.run(FRUITS, secrets=PAIR)
    shown = ["certs:report fruits --ssl-enabled", "certs:show fruits crt"]
    assert server.run(GONE, SHOWN) == [*ASKS, *shown, "certs:remove fruits"]
    assert not server.file(MARK).exists()
    assert server.run(GONE) == ASKS


def test_one_that_somebody_put_there_since_stays(server: Recorder) -> None:
    server.run(FRUITS, secrets=PAIR)
    assert "certs:remove fruits" not in server.run(GONE, THEIRS)
    assert server.printed == "fruits: its certificate was not put here by Petbase, stays\n"
    assert not server.file(MARK).exists()


def test_an_app_that_has_gone_is_only_forgotten(server: Recorder) -> None:
    server.run(FRUITS, secrets=PAIR)
    assert server.run(GONE, {"apps:exists fruits": Answer(20)}) == ASKS
    assert not server.file(MARK).exists()
