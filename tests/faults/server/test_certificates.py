"""Certificates that cannot be used, that were there before, that were cut off on their way; and what a client sees."""

from itertools import count
from pathlib import Path

import pytest

from host.app.ensure import EnsureApp
from host.certificate.ensure import EnsureCertificate, RemoveCertificate
from host.certificate.obtain import ObtainCertificate
from sandbox.proof.visiting import ask
from tests.faults.cuts.test_cuts_rename import CERTIFICATE, renamed
from tests.faults.support.bench import NAME, Bench
from tests.support.pairs import Authority, PemPair

FOUND = "var/lib/petbase/server/found-certificates"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.new()


def app(name: str) -> EnsureApp:
    return EnsureApp(name, domain=(f"{name}.example.com",), declared=True)


def traces(bench: Bench) -> list[Path]:
    """Keys that a command left on the disk."""
    files = [path for folder in ("run", "var/lib/petbase") for path in (bench.disk / folder).rglob("*")]
    keys = [path for path in files if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]
    return [path for path in keys if not path.is_relative_to(bench.disk / FOUND)]


def mark(bench: Bench, name: str) -> str | None:
    """Where the app's certificate came from, as the host remembers it."""
    found = bench.state(f"apps/{name}/certificate")
    return str(found["how"]) if found else None


def shown(bench: Bench, name: str) -> PemPair | None:
    """The pair that Dokku has for the app."""
    folder = bench.disk / "home/dokku" / name / "tls"
    files = [folder / "server.crt", folder / "server.key"]
    return PemPair(*(file.read_text() for file in files)) if files[0].exists() else None


@pytest.mark.soak
def test_a_certificate_cut_at_any_verb_is_there_after_the_next_run_and_goes_whole(
    bench: Bench, authority: Authority
) -> None:
    for n in count(2):
        name = f"cert{n}"
        bench.done(app(name))
        pair = authority.pair(f"{name}.example.com")
        where = bench.finished(EnsureCertificate(name), n, *pair)
        assert shown(bench, name) == pair, where
        renewed = authority.pair(f"{name}.example.com")
        again = bench.finished(EnsureCertificate(name), n, *renewed)
        assert shown(bench, name) == renewed, again
        assert traces(bench) == [], again
        ended = bench.finished(RemoveCertificate(name), n, *pair)
        assert (shown(bench, name), mark(bench, name)) == (None, None), ended
        if not where and not again and not ended:
            break
    assert n > 5


def test_the_same_certificate_again_asks_and_changes_nothing(bench: Bench, authority: Authority) -> None:
    bench.done(app("same"))
    pair = authority.pair("same.example.com")
    assert "same: a certificate that is good until " in bench.done(EnsureCertificate("same"), *pair)
    before = len(bench.verbs())
    assert bench.done(EnsureCertificate("same"), *pair) == ""
    asked = [verb[0] for verb in bench.verbs()[before:]]
    assert asked == ["--quiet", "apps:exists", "certs:report", "certs:show", "certs:show"]


def test_a_pair_that_does_not_match_is_refused_and_no_app_notices(bench: Bench, authority: Authority) -> None:
    bench.done(app("right"))
    pair = authority.pair("right.example.com")
    bench.done(EnsureCertificate("right"), *pair)
    certificate, other = pair.certificate, authority.pair("right.example.com").key
    before = len(bench.verbs())
    answer = bench.send(EnsureCertificate("right"), certificate, other)
    assert (answer.returncode, answer.stdout.splitlines()[-1]) == (
        1,
        "apps.right.tls: certificate and key do not belong together; nothing was changed, right goes on as before",
    )
    assert "certs:add" not in [verb[0] for verb in bench.verbs()[before:]]
    assert (shown(bench, "right"), traces(bench)) == (pair, [])
    assert other not in answer.stdout + answer.stderr
    # What a real one could no longer do (contract 587).
    bench.done(app("neighbour"))
    bench.done(EnsureCertificate("right"), *pair)


def test_a_certificate_that_has_ended_is_refused(bench: Bench, authority: Authority) -> None:
    bench.done(app("late"))
    answer = bench.send(EnsureCertificate("late"), *authority.pair("late.example.com", days=-3))
    assert answer.returncode == 1
    assert answer.stdout.splitlines()[-1].startswith("apps.late.tls: the certificate ended on ")
    assert shown(bench, "late") is None


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        (0, "the certificate cannot be read"),
        (1, "the key cannot be read; one with a passphrase is of no use to nginx"),
    ],
)
def test_a_text_that_is_none_is_refused(bench: Bench, authority: Authority, part: int, problem: str) -> None:
    bench.done(app("none"))
    lines = list(authority.pair("none.example.com"))
    lines[part] = "bm90aGluZwo="
    answer = bench.send(EnsureCertificate("none"), *lines)
    assert (answer.returncode, answer.stdout.splitlines()[-1]) == (
        1,
        f"apps.none.tls: {problem}; nothing was changed, none goes on as before",
    )
    assert (shown(bench, "none"), traces(bench)) == (None, [])


def test_a_certificate_that_was_found_stays_until_the_stack_file_says_tls(bench: Bench, authority: Authority) -> None:
    bench.done(app("found"))
    bench.root(CERTIFICATE.format(name="found"))
    before, pair = shown(bench, "found"), authority.pair("found.example.com")
    assert bench.done(EnsureCertificate("found"), *pair) == (
        "found: has a certificate that was not put here by Petbase; it stays. To replace it, write tls: origin-ca "
        "under apps.found\n"
    )
    bench.done(RemoveCertificate("found"), *pair)
    assert shown(bench, "found") == before
    bench.done(EnsureCertificate("found", replace=True), *pair)
    assert shown(bench, "found") == pair
    kept = bench.disk / FOUND
    assert PemPair(*((kept / f"found.{end}").read_text() for end in ("crt", "key"))) == before
    assert kept.stat().st_mode & 0o777 == 0o700


def test_a_certificate_that_somebody_put_there_since_stays_when_ours_goes(bench: Bench, authority: Authority) -> None:
    bench.done(app("since"))
    pair = authority.pair("since.example.com")
    bench.done(EnsureCertificate("since"), *pair)
    bench.root(CERTIFICATE.format(name="since"))
    by_hand = shown(bench, "since")
    said = bench.done(RemoveCertificate("since"), *pair)
    assert said == "since: its certificate was not put here by Petbase, stays\n"
    assert shown(bench, "since") == by_hand


def test_a_renamed_app_takes_its_certificate_along_and_it_is_still_ours(bench: Bench, authority: Authority) -> None:
    bench.done(app("older"))
    pair = authority.pair("older.example.com", "newer.example.com")
    bench.done(EnsureCertificate("older"), *pair)
    for one in renamed("older", "newer"):
        bench.done(one)
    assert shown(bench, "newer") == pair
    assert bench.done(EnsureCertificate("newer"), *pair) == ""
    bench.done(RemoveCertificate("newer"))
    assert (shown(bench, "newer"), mark(bench, "newer"), mark(bench, "older")) == (None, None, None)


def test_another_stacks_app_gets_no_certificate_of_ours(bench: Bench, authority: Authority) -> None:
    bench.done(app("theirs"))
    bench.host.install("other")
    command = EnsureCertificate("theirs", replace=True)
    answer = bench.host.send("other", command, *authority.pair("theirs.example.com"))
    assert answer.returncode == 1
    assert answer.stdout.startswith(f"the app theirs belongs to the stack {NAME}, not to other; nothing was changed.")


def test_a_client_sees_the_chain_the_name_and_the_end(bench: Bench, authority: Authority, tmp_path: Path) -> None:
    """Over the host's own port 443: what `ask` does not believe is an error."""
    bench.done(app("seen"))
    bench.done(EnsureCertificate("seen"), *authority.pair("*.example.com"))
    (tmp_path / "cloud").mkdir()
    (tmp_path / "cloud/origin-ca.pem").write_text(authority.pem)
    url = f"https://seen.example.com:{bench.host.machine.https_port}/"
    # Nothing was pushed yet: the handshake is what counts.
    assert ask(tmp_path, url)[0] == 502
    (tmp_path / "cloud/origin-ca.pem").write_text(Authority.new().pem)
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        ask(tmp_path, url)


def lets_encrypt(name: str) -> ObtainCertificate:
    return ObtainCertificate(name, domain=(f"{name}.example.com",), email="me@example.com")


def test_an_app_that_was_never_pushed_has_its_certificate_of_lets_encrypt_from_the_start(
    bench: Bench, authority: Authority
) -> None:
    bench.done(app("early"))
    for n in count(2, 3):
        where = bench.finished(lets_encrypt("early"), n)
        assert mark(bench, "early") == "letsencrypt", where
        assert bench.root("dokku letsencrypt:active early") == "true\n", where
        if not where:
            break
    assert n > 5
    assert bench.done(lets_encrypt("early")) == ""
    assert (bench.disk / "var/lib/dokku/data/letsencrypt/autorenew").exists()
    # From there to another kind: no word in the stack file is needed, since this one was ours.
    pair = authority.pair("early.example.com")
    bench.done(EnsureCertificate("early"), *pair)
    assert shown(bench, "early") == pair
    bench.done(lets_encrypt("early"))
    bench.done(RemoveCertificate("early"))
    assert shown(bench, "early") is None


def test_a_new_name_that_leads_nowhere_yet_fails_no_up_and_the_next_run_gets_its_certificate(bench: Bench) -> None:
    bench.done(app("soon"))
    with bench.steered("broken", {"letsencrypt:enable": "acme: error 400, no valid A records found"}):
        said = bench.done(lets_encrypt("soon"))
    assert said.endswith(
        "soon: Let's Encrypt gave none yet. Once its names (soon.example.com) lead to this server: "
        "./petbase doctor --repair\n"
    )
    assert bench.root("dokku letsencrypt:active soon") == "false\n"
    assert bench.done(lets_encrypt("soon")) == "soon: a certificate of Let's Encrypt for soon.example.com\n"
    assert bench.root("dokku letsencrypt:active soon") == "true\n"


def test_a_certificate_of_lets_encrypt_is_fetched_once_and_switched_off_when_it_goes(bench: Bench) -> None:
    bench.done(app("lets"))
    deployed = bench.disk / "var/lib/dokku/config/common/lets/deployed"
    deployed.parent.mkdir(parents=True, exist_ok=True)
    deployed.write_text("true")
    with bench.steered("broken", {"letsencrypt:enable": "acme: error 403, unauthorized"}):
        refused = bench.send(lets_encrypt("lets"))
    assert refused.returncode == 1
    assert "acme: error 403, unauthorized" in refused.stdout
    for n in count(5):
        where = bench.finished(lets_encrypt("lets"), n)
        assert bench.root("dokku letsencrypt:active lets") == "true\n", where
        if not where:
            break
    before = len(bench.verbs())
    assert bench.done(lets_encrypt("lets")) == ""
    assert "letsencrypt:enable" not in [verb[0] for verb in bench.verbs()[before:]]
    bench.done(RemoveCertificate("lets"))
    assert (shown(bench, "lets"), mark(bench, "lets")) == (None, None)


def test_a_certificate_of_lets_encrypt_that_was_found_stays(bench: Bench) -> None:
    bench.done(app("hand"))
    bench.done(lets_encrypt("hand"))
    deployed = bench.disk / "var/lib/dokku/config/common/hand/deployed"
    deployed.parent.mkdir(parents=True, exist_ok=True)
    deployed.write_text("true")
    bench.root("dokku letsencrypt:enable hand; rm /var/lib/petbase/apps/hand/certificate.json")
    before = shown(bench, "hand")
    assert before
    said = bench.done(lets_encrypt("hand"))
    assert said == "hand: has a certificate of Let's Encrypt already; it stays\n"
    bench.done(RemoveCertificate("hand"))
    assert shown(bench, "hand") == before
