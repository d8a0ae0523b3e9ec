"""Certificates that cannot be used, that were there before, that were cut off on their way; and what a client sees."""

from itertools import count
from pathlib import Path

import pytest

from components.dokku import certifying
from components.dokku.lifecycle import Noun
from sandbox.proof.visiting import ask
from tests.faults.bench import STACK, Bench
from tests.faults.nouns import app, gone
from tests.faults.test_cuts_rename import CERTIFICATE, renamed
from tests.support.pairs import Authority, PemPair


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.new()


def noun(name: str, *, said: bool = False) -> Noun:
    return certifying.certificate(STACK, name, said=said)


def shown(bench: Bench, name: str) -> PemPair | None:
    """The pair that Dokku has for the app."""
    folder = bench.disk / "home/dokku" / name / "tls"
    files = [folder / "server.crt", folder / "server.key"]
    return PemPair(*(file.read_text() for file in files)) if files[0].exists() else None


def traces(bench: Bench) -> list[Path]:
    """Keys that a script left on the disk."""
    return list((bench.disk / "run").glob("petbase.pair.*"))


def test_a_certificate_cut_at_any_verb_is_there_after_the_next_run_and_goes_whole(
    bench: Bench, authority: Authority
) -> None:
    for n in count(2):
        name = f"cert{n}"
        bench.done(app(name).here)
        pair = authority.pair(f"{name}.example.com")
        where = bench.finished(noun(name).here, n, *pair.lines)
        assert shown(bench, name) == pair, where
        renewed = authority.pair(f"{name}.example.com")
        again = bench.finished(noun(name).here, n, *renewed.lines)
        assert shown(bench, name) == renewed, again
        assert traces(bench) == [], again
        ended = bench.finished(gone(noun(name)), n, *pair.lines)
        assert (shown(bench, name), bench.mark(f"certificates/{name}")) == (None, ""), ended
        if not where and not again and not ended:
            break
    assert n > 5


def test_the_same_certificate_again_asks_and_changes_nothing(bench: Bench, authority: Authority) -> None:
    bench.done(app("same").here)
    pair = authority.pair("same.example.com")
    assert "same: a certificate that is good until " in bench.done(noun("same").here, *pair.lines)
    before = len(bench.verbs())
    assert bench.done(noun("same").here, *pair.lines) == ""
    asked = [verb[0] for verb in bench.verbs()[before:]]
    assert asked == ["--quiet", "apps:exists", "certs:report", "certs:show", "certs:show"]


def test_a_pair_that_does_not_match_is_refused_and_no_app_notices(bench: Bench, authority: Authority) -> None:
    bench.done(app("right").here)
    pair = authority.pair("right.example.com")
    bench.done(noun("right").here, *pair.lines)
    certificate, other = pair.lines[0], authority.pair("right.example.com").lines[1]
    before = len(bench.verbs())
    answer = bench.send(noun("right").here, certificate, other)
    assert (answer.returncode, answer.stdout.splitlines()[-1]) == (
        1,
        "apps.right.tls: certificate and key do not belong together; nothing was changed, right goes on as before",
    )
    assert "certs:add" not in [verb[0] for verb in bench.verbs()[before:]]
    assert (shown(bench, "right"), traces(bench)) == (pair, [])
    assert other not in answer.stdout + answer.stderr
    # What a real one could no longer do (contract 587).
    bench.done(app("neighbour").here)
    bench.done(noun("right").here, *pair.lines)


def test_a_certificate_that_has_ended_is_refused(bench: Bench, authority: Authority) -> None:
    bench.done(app("late").here)
    answer = bench.send(noun("late").here, *authority.pair("late.example.com", days=-3).lines)
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
    bench.done(app("none").here)
    lines = list(authority.pair("none.example.com").lines)
    lines[part] = "bm90aGluZwo="
    answer = bench.send(noun("none").here, *lines)
    assert (answer.returncode, answer.stdout.splitlines()[-1]) == (
        1,
        f"apps.none.tls: {problem}; nothing was changed, none goes on as before",
    )
    assert (shown(bench, "none"), traces(bench)) == (None, [])


def test_a_certificate_that_was_found_stays_until_the_stack_file_says_tls(bench: Bench, authority: Authority) -> None:
    bench.done(app("found").here)
    bench.root(CERTIFICATE.format(name="found"))
    before, pair = shown(bench, "found"), authority.pair("found.example.com")
    assert bench.done(noun("found").here, *pair.lines) == (
        "found: has a certificate that was not put here by Petbase; it stays. To replace it, write tls: origin-ca "
        "under apps.found\n"
    )
    bench.done(gone(noun("found")), *pair.lines)
    assert shown(bench, "found") == before
    bench.done(noun("found", said=True).here, *pair.lines)
    assert shown(bench, "found") == pair
    kept = bench.disk / "var/lib/petbase/found/certificates"
    assert PemPair(*((kept / f"found.{end}").read_text() for end in ("crt", "key"))) == before
    assert kept.stat().st_mode & 0o777 == 0o700


def test_a_certificate_that_somebody_put_there_since_stays_when_ours_goes(bench: Bench, authority: Authority) -> None:
    bench.done(app("since").here)
    pair = authority.pair("since.example.com")
    bench.done(noun("since").here, *pair.lines)
    bench.root(CERTIFICATE.format(name="since"))
    by_hand = shown(bench, "since")
    said = bench.done(gone(noun("since")), *pair.lines)
    assert said == "since: its certificate was not put here by Petbase, stays\n"
    assert shown(bench, "since") == by_hand


def test_a_renamed_app_takes_its_certificate_along_and_it_is_still_ours(bench: Bench, authority: Authority) -> None:
    bench.done(app("older").here)
    pair = authority.pair("older.example.com", "newer.example.com")
    bench.done(noun("older").here, *pair.lines)
    for one in renamed("older", "newer"):
        bench.done(one)
    assert shown(bench, "newer") == pair
    assert bench.done(noun("newer").here, *pair.lines) == ""
    bench.done(gone(noun("newer")), *pair.lines)
    assert (shown(bench, "newer"), bench.mark("certificates/older")) == (None, "")


def test_another_stacks_app_gets_no_certificate_of_ours(bench: Bench, authority: Authority) -> None:
    bench.done(app("theirs").here)
    other = certifying.certificate("petbase/other", "theirs", said=True)
    answer = bench.send(other.here, *authority.pair("theirs.example.com").lines)
    assert answer.stdout.startswith(f"apps/theirs belongs to the stack {STACK}, not to petbase/other;")


def test_a_client_sees_the_chain_the_name_and_the_end(bench: Bench, authority: Authority, tmp_path: Path) -> None:
    """Over the host's own port 443: what `ask` does not believe is an error."""
    bench.done(app("seen").here)
    bench.done(noun("seen").here, *authority.pair("*.example.com").lines)
    (tmp_path / "cloud").mkdir()
    (tmp_path / "cloud/origin-ca.pem").write_text(authority.pem)
    url = f"https://seen.example.com:{bench.host.machine.https_port}/"
    # Nothing was pushed yet: the handshake is what counts.
    assert ask(tmp_path, url)[0] == 502
    (tmp_path / "cloud/origin-ca.pem").write_text(Authority.new().pem)
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        ask(tmp_path, url)


def lets_encrypt(name: str) -> Noun:
    return certifying.lets_encrypt(STACK, name, [f"{name}.example.com"], "0.22.0", "me@example.com")


def test_an_app_that_was_never_pushed_has_its_certificate_of_lets_encrypt_from_the_start(
    bench: Bench, authority: Authority
) -> None:
    bench.done(app("early").here)
    for n in count(2, 3):
        where = bench.finished(lets_encrypt("early").here, n)
        assert bench.mark("certificates/early") == f"letsencrypt {STACK}", where
        assert bench.root("dokku letsencrypt:active early") == "true\n", where
        if not where:
            break
    assert n > 5
    assert bench.done(lets_encrypt("early").here) == ""
    assert (bench.disk / "var/lib/dokku/data/letsencrypt/autorenew").exists()
    # From there to another kind: no word in the stack file is needed, since this one was ours.
    pair = authority.pair("early.example.com")
    bench.done(noun("early").here, *pair.lines)
    assert shown(bench, "early") == pair
    bench.done(lets_encrypt("early").here)
    bench.done(gone(lets_encrypt("early")))
    assert shown(bench, "early") is None


def test_a_new_name_that_leads_nowhere_yet_fails_no_up_and_the_next_run_gets_its_certificate(bench: Bench) -> None:
    bench.done(app("soon").here)
    with bench.steered("broken", {"letsencrypt:enable": "acme: error 400, no valid A records found"}):
        said = bench.done(lets_encrypt("soon").here)
    assert said.endswith(
        "soon: Let's Encrypt gave none yet. Once its names (soon.example.com) lead to this server: "
        "./petbase doctor --repair\n"
    )
    assert bench.root("dokku letsencrypt:active soon") == "false\n"
    assert bench.done(lets_encrypt("soon").here) == "soon: a certificate of Let's Encrypt for soon.example.com\n"
    assert bench.root("dokku letsencrypt:active soon") == "true\n"


def test_a_certificate_of_lets_encrypt_is_fetched_once_and_switched_off_when_it_goes(bench: Bench) -> None:
    bench.done(app("lets").here)
    deployed = bench.disk / "var/lib/dokku/config/sandbox/lets/deployed"
    deployed.parent.mkdir(parents=True, exist_ok=True)
    deployed.write_text("true")
    with bench.steered("broken", {"letsencrypt:enable": "acme: error 403, unauthorized"}):
        refused = bench.send(lets_encrypt("lets").here)
    assert refused.returncode == 1
    assert "acme: error 403, unauthorized" in refused.stdout
    for n in count(5):
        where = bench.finished(lets_encrypt("lets").here, n)
        assert bench.root("dokku letsencrypt:active lets") == "true\n", where
        if not where:
            break
    before = len(bench.verbs())
    assert bench.done(lets_encrypt("lets").here) == ""
    assert "letsencrypt:enable" not in [verb[0] for verb in bench.verbs()[before:]]
    bench.done(gone(lets_encrypt("lets")))
    assert (shown(bench, "lets"), bench.mark("certificates/lets")) == (None, "")


def test_a_certificate_of_lets_encrypt_that_was_found_stays(bench: Bench) -> None:
    bench.done(app("hand").here)
    bench.done(lets_encrypt("hand").here)
    deployed = bench.disk / "var/lib/dokku/config/sandbox/hand/deployed"
    deployed.parent.mkdir(parents=True, exist_ok=True)
    deployed.write_text("true")
    bench.root("dokku letsencrypt:enable hand; rm /var/lib/petbase/certificates/hand")
    before = shown(bench, "hand")
    assert before
    said = bench.done(lets_encrypt("hand").here)
    assert said == "hand: has a certificate of Let's Encrypt already; it stays\n"
    bench.done(gone(lets_encrypt("hand")))
    assert shown(bench, "hand") == before
