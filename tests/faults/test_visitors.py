"""The file by which nginx tells apps their visitors' addresses: shared by stacks, never in the way of nginx itself."""

from collections.abc import Iterator

import pytest

from components.dokku import certifying
from components.dokku.lifecycle import Noun
from tests.faults.bench import STACK, Bench
from tests.faults.nouns import gone

FILE = "etc/nginx/conf.d/petbase-real-ip.conf"
TEXT = "set_real_ip_from 198.51.100.0/24;\nreal_ip_header CF-Connecting-IP;\n"


def noun(stack: str = STACK, *networks: str) -> Noun:
    return certifying.visitors(stack, networks or ["198.51.100.0/24"])


@pytest.fixture(autouse=True)
def clean(bench: Bench) -> Iterator[None]:
    """The host without the file before and after."""
    yield
    bench.root("rm -rf /etc/nginx/conf.d /var/lib/petbase/real-ip /var/lib/petbase/pending/real-ip")


def reloads(bench: Bench) -> int:
    return bench.root("journalctl --unit nginx.service 2>/dev/null || :").count("Reloaded nginx.service.")


def test_the_file_is_written_once_and_nginx_reloads_once(bench: Bench) -> None:
    before = reloads(bench)
    assert bench.done(noun().here) == "apps see their visitors' addresses, not Cloudflare's\n"
    assert (bench.disk / FILE).read_text() == TEXT
    assert reloads(bench) == before + 1
    assert bench.done(noun().here) == ""
    assert reloads(bench) == before + 1
    bench.done(noun(STACK, "203.0.113.0/24").here)
    assert "203.0.113.0/24" in (bench.disk / FILE).read_text()
    assert reloads(bench) == before + 2


def test_a_reload_that_was_cut_off_is_made_up_for(bench: Bench) -> None:
    bench.done(noun().here)
    bench.root("mkdir -p /var/lib/petbase/pending; touch /var/lib/petbase/pending/real-ip")
    before = reloads(bench)
    bench.done(noun().here)
    assert reloads(bench) == before + 1


def test_it_stays_while_another_stack_asks_for_it(bench: Bench) -> None:
    bench.done(noun().here)
    assert bench.done(noun("petbase/other").here) == ""
    assert bench.done(gone(noun())) == ""
    assert (bench.disk / FILE).exists()
    assert (
        bench.done(gone(noun("petbase/other"))) == "nothing is proxied any more: nginx takes addresses as they come\n"
    )
    assert not (bench.disk / FILE).exists()
    assert bench.done(gone(noun())) == ""


def test_a_setting_of_somebody_elses_stays_and_no_second_one_stops_nginx(bench: Bench) -> None:
    bench.root("mkdir -p /etc/nginx/conf.d; echo 'real_ip_header X-Real-IP;' >/etc/nginx/conf.d/mine.conf")
    assert bench.done(noun().here) == (
        "/etc/nginx/conf.d/mine.conf says real_ip_header already, so visitors' addresses stay as they are\n"
    )
    assert not (bench.disk / FILE).exists()


def test_a_file_that_nginx_does_not_take_is_taken_away_again(bench: Bench) -> None:
    bench.root("mkdir -p /etc/nginx/conf.d; echo 'nonsense;' >/etc/nginx/conf.d/mine.conf")
    answer = bench.send(noun().here)
    assert answer.returncode == 1
    assert 'unknown directive "nonsense"' in answer.stdout
    assert not (bench.disk / FILE).exists()
    bench.root("rm /etc/nginx/conf.d/mine.conf")
    bench.done(noun().here)
    assert (bench.disk / FILE).read_text() == TEXT
