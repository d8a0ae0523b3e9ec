"""The file by which nginx tells apps their visitors' addresses: shared by stacks, never in the way of nginx itself."""

from collections.abc import Iterator

import pytest

from host.server.real_ip import EnsureRealIp, RemoveRealIp
from tests.faults.support.bench import Bench

FILE = "etc/nginx/conf.d/petbase-real-ip.conf"
HERE, GONE = EnsureRealIp(network=("198.51.100.0/24",)), RemoveRealIp()
TEXT = "set_real_ip_from 198.51.100.0/24;\nreal_ip_header CF-Connecting-IP;\n"


@pytest.fixture(autouse=True)
def clean(bench: Bench) -> Iterator[None]:
    """The host without the file before and after."""
    yield
    bench.root("rm -rf /etc/nginx/conf.d /var/lib/petbase/server/real-ip /var/lib/petbase/server/pending")


def reloads(bench: Bench) -> int:
    return bench.root("journalctl --unit nginx.service 2>/dev/null || :").count("Reloaded nginx.service.")


def test_the_file_is_written_once_and_nginx_reloads_once(bench: Bench) -> None:
    before = reloads(bench)
    assert bench.done(HERE) == "apps see their visitors' addresses, not Cloudflare's\n"
    assert (bench.disk / FILE).read_text() == TEXT
    assert reloads(bench) == before + 1
    assert bench.done(HERE) == ""
    assert reloads(bench) == before + 1
    bench.done(EnsureRealIp(network=("203.0.113.0/24",)))
    assert "203.0.113.0/24" in (bench.disk / FILE).read_text()
    assert reloads(bench) == before + 2


def test_a_reload_that_was_cut_off_is_made_up_for(bench: Bench) -> None:
    bench.done(HERE)
    bench.root("mkdir -p /var/lib/petbase/server/pending; echo '{}' >/var/lib/petbase/server/pending/real-ip.json")
    before = reloads(bench)
    bench.done(HERE)
    assert reloads(bench) == before + 1


def test_it_stays_while_another_stack_asks_for_it(bench: Bench) -> None:
    bench.done(HERE)
    bench.host.install("other")
    assert bench.host.send("other", HERE).stdout == ""
    assert bench.done(GONE) == ""
    assert (bench.disk / FILE).exists()
    assert bench.host.send("other", GONE).stdout == "nothing is proxied any more: nginx takes addresses as they come\n"
    assert not (bench.disk / FILE).exists()
    assert bench.done(GONE) == ""


def test_a_setting_of_somebody_elses_stays_and_no_second_one_stops_nginx(bench: Bench) -> None:
    bench.root("mkdir -p /etc/nginx/conf.d; echo 'real_ip_header X-Real-IP;' >/etc/nginx/conf.d/mine.conf")
    assert bench.done(HERE) == (
        "/etc/nginx/conf.d/mine.conf says real_ip_header already, so visitors' addresses stay as they are\n"
    )
    assert not (bench.disk / FILE).exists()


def test_a_file_that_nginx_does_not_take_is_taken_away_again(bench: Bench) -> None:
    bench.root("mkdir -p /etc/nginx/conf.d; echo 'nonsense;' >/etc/nginx/conf.d/mine.conf")
    answer = bench.send(HERE)
    assert answer.returncode == 1
    assert 'unknown directive "nonsense"' in answer.stdout
    assert not (bench.disk / FILE).exists()
    bench.root("rm /etc/nginx/conf.d/mine.conf")
    bench.done(HERE)
    assert (bench.disk / FILE).read_text() == TEXT
