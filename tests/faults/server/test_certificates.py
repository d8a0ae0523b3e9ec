"""Certificates that cannot be used, that were there before, that were cut off on their way; and what a client sees."""

from itertools import count
from pathlib import Path

import pytest

from host.app.ensure import EnsureApp
from host.certificate.ensure import EnsureCertificate, RemoveCertificate
from host.certificate.obtain import ObtainCertificate
from sandbox.proof.visiting import ask
from tests.faults.support.bench import Bench
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


@pytest.mark.soak
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
