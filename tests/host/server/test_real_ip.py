"""The file by which apps see their visitors' addresses: shared by stacks, never in the way of nginx itself."""

import pytest

from host.programs.runner import Answer
from host.server.real_ip import EnsureRealIp, RemoveRealIp
from tests.host.recorder import Recorder

FILE = "/etc/nginx/conf.d/petbase-real-ip.conf"
HERE, GONE = EnsureRealIp(network=("198.51.100.0/24", "2001:db8:ffff::/48")), RemoveRealIp()
LOADS = ["nginx -t", "systemctl reload nginx"]
REFUSED: dict[str, str | Answer] = {"nginx -t": Answer(1, "", "nginx: [emerg] unknown directive\n")}


@pytest.fixture
def nginx(server: Recorder) -> Recorder:
    server.put("/etc/nginx/nginx.conf", "# real_ip_header is set nowhere\n")
    return server


def test_the_file_is_written_once_and_nginx_reloads_once(nginx: Recorder) -> None:
    assert nginx.run(HERE) == LOADS
    assert nginx.file(FILE).read_text() == (
        "set_real_ip_from 198.51.100.0/24;\nset_real_ip_from 2001:db8:ffff::/48;\nreal_ip_header CF-Connecting-IP;\n"
    )
    assert nginx.run(HERE) == []
    assert nginx.run(EnsureRealIp(network=("203.0.113.0/24",))) == LOADS


def test_nginx_without_systemd_is_reloaded_by_itself(nginx: Recorder) -> None:
    assert nginx.run(HERE, {"systemctl": Answer(1)}) == [*LOADS, "nginx -s reload"]


def test_a_reload_that_was_cut_off_is_made_up_for(nginx: Recorder) -> None:
    nginx.run(HERE)
    nginx.put("/var/lib/petbase/server/pending/real-ip.json", "{}")
    assert nginx.run(HERE) == LOADS
    assert nginx.run(HERE) == []


def test_it_stays_while_another_stack_asks_for_it(nginx: Recorder) -> None:
    nginx.run(HERE)
    nginx.stack = "staging"
    nginx.run(HERE)
    assert nginx.run(GONE) == []
    assert nginx.file(FILE).exists()
    nginx.stack = "prod"
    assert nginx.run(GONE) == LOADS
    assert not nginx.file(FILE).exists()
    assert nginx.run(GONE) == []


def test_a_setting_of_somebody_elses_stays(nginx: Recorder) -> None:
    nginx.put("/etc/nginx/conf.d/mine.conf", "real_ip_header X-Real-IP;\n")
    assert nginx.run(HERE) == []
    assert nginx.printed == (
        "/etc/nginx/conf.d/mine.conf says real_ip_header already, so visitors' addresses stay as they are\n"
    )
    assert not nginx.file(FILE).exists()


def test_a_server_without_nginx_is_left_alone(nginx: Recorder) -> None:
    nginx.missing.add("nginx")
    assert nginx.run(HERE) == []
    assert nginx.printed == "no nginx here: apps see Cloudflare's addresses in place of their visitors'\n"


def test_a_file_that_nginx_does_not_take_is_taken_away_again(nginx: Recorder) -> None:
    assert nginx.fails(HERE, REFUSED) == (
        f"nginx does not take {FILE}, which was taken away again; it runs on as it was. Look at: nginx -t"
    )
    assert not nginx.file(FILE).exists()
    assert nginx.run(HERE) == LOADS


def test_a_removal_that_nginx_refuses_is_finished_by_the_next_run(nginx: Recorder) -> None:
    nginx.run(HERE)
    assert nginx.fails(GONE, REFUSED) == "nginx refuses its configuration, and was not reloaded. Look at: nginx -t"
    assert nginx.run(GONE) == LOADS
    assert nginx.run(GONE) == []
