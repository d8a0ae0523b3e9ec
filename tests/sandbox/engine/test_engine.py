"""The real engine on the stand-ins, end to end, with tiny programs."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi.automation import EngineEvent

from sandbox.engine.engine import EngineError
from sandbox.providers import plugin
from sandbox.providers.cloud import Cloud
from sandbox.providers.command.quote import go_quoted
from tests.support.hosts.sandbox_host import wait_for
from tests.support.pulumi.engine import Tiny
from tests.support.servers.sshd import SmallSsh, small_ssh

VOLUME = "hcloud:index/volume:Volume"
ONE_VOLUME = """\
    import pulumi_hcloud as hcloud
    v = hcloud.Volume("v", name="v", size={size})
    pulumi.export("id", v.id)
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    return Tiny(tmp_path)


@pytest.fixture
def host() -> Iterator[SmallSsh]:
    with small_ssh() as server:
        yield server


def volumes(tiny: Tiny) -> dict[str, dict[str, object]]:
    return Cloud(tiny.root, "hcloud").all(VOLUME)


def test_a_preview_makes_nothing(tiny: Tiny) -> None:
    changes = tiny.program(ONE_VOLUME.format(size=10)).preview()
    assert changes.counts == {"create": 2}
    assert volumes(tiny) == {}


def test_up_makes_it_and_a_second_up_changes_nothing(tiny: Tiny) -> None:
    engine = tiny.program(ONE_VOLUME.format(size=10))
    assert engine.up().counts == {"create": 2}
    assert engine.outputs() == {"id": next(iter(volumes(tiny)))}
    again = engine.up()
    assert (again.counts, again.total, again.warnings) == ({"same": 2}, 0, ())


def test_a_changed_input_updates_and_destroy_removes(tiny: Tiny) -> None:
    tiny.program(ONE_VOLUME.format(size=10)).up()
    engine = tiny.program(ONE_VOLUME.format(size=20))
    assert engine.up().counts == {"update": 1, "same": 1}
    assert [volume["size"] for volume in volumes(tiny).values()] == [20]
    assert engine.destroy().counts == {"delete": 2}
    assert volumes(tiny) == {}


def test_a_protected_thing_is_refused_before_its_neighbour_is_touched(tiny: Tiny) -> None:
    text = """\
        import pulumi_hcloud as hcloud
        hcloud.Volume("kept", name="kept", size=10, opts=pulumi.ResourceOptions(protect=True))
        hcloud.Volume("near", name="near", size=10)
    """
    engine = tiny.program(text)
    engine.up()
    before = volumes(tiny)
    with pytest.raises(EngineError, match="protected"):
        engine.destroy()
    without = tiny.program('import pulumi_hcloud as hcloud\nhcloud.Volume("near", name="near", size=50)\n')
    with pytest.raises(EngineError, match="protected"):
        without.up()
    assert volumes(tiny) == before


def test_a_wrong_input_is_a_readable_error(tiny: Tiny) -> None:
    engine = tiny.program("""\
        import pulumi_hcloud as hcloud
        hcloud.Firewall("f", rules=[{"direction": "in", "protocol": "tcp", "source_ips": ["0.0.0.0/0"]}])
    """)
    with pytest.raises(EngineError) as caught:
        engine.up()
    assert str(caught.value) == (
        "f (hcloud:index/firewall:Firewall): hcloud:index/firewall:Firewall resource 'f': "
        "property rules[0].port value {<nil>} has a problem: port is required when protocol is tcp or udp"
    )


def test_what_the_program_refuses_is_shown_without_a_traceback(tiny: Tiny) -> None:
    with pytest.raises(EngineError) as caught:
        tiny.program('raise ValueError("apps.fruits: no such word")').up()
    assert str(caught.value) == "apps.fruits: no such word"


def test_a_mistake_in_the_program_is_named_by_its_kind(tiny: Tiny) -> None:
    with pytest.raises(EngineError) as caught:
        tiny.program('{}["nothing"]').up()
    assert str(caught.value) == "KeyError: 'nothing'"


def test_real_tokens_never_reach_program_or_provider(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HCLOUD_TOKEN", "CLOUDFLARE_API_TOKEN", "AWS_SECRET_ACCESS_KEY", "PULUMI_ACCESS_TOKEN"):
        monkeypatch.setenv(name, "real")
    engine = tiny.program("""\
        import os
        import pulumi_hcloud as hcloud
        hcloud.Volume("v", name="v", size=10)
        pulumi.export("real", [name for name, value in os.environ.items() if value == "real"])
    """)
    engine.up()
    assert engine.outputs() == {"real": []}
    assert os.environ["HCLOUD_TOKEN"] == "real"


def test_a_provider_that_is_not_the_sandboxs_own_stops_everything(tiny: Tiny) -> None:
    engine = tiny.program(ONE_VOLUME.format(size=10))
    engine.preview()
    (tiny.root / "pulumi" / "plugins" / "resource-aws-v7.0.0").mkdir()
    with pytest.raises(EngineError, match="is not the sandbox's own provider"):
        engine.up()
    assert volumes(tiny) == {}


def test_a_package_without_a_stand_in_is_not_fetched(tiny: Tiny) -> None:
    engine = tiny.program("""\
        pulumi.CustomResource("random:index/randomId:RandomId", "r", {"byteLength": 4})
    """)
    with pytest.raises(EngineError, match="random"):
        engine.up()
    assert sorted(path.name for path in (tiny.root / "pulumi" / "plugins").iterdir() if path.is_dir()) == sorted(
        plugin.folder(tiny.root, name).name for name in plugin.NAMES
    )


def test_progress_comes_while_a_command_runs(tiny: Tiny, host: SmallSsh, tmp_path: Path) -> None:
    mark = tmp_path / "seen"
    command = f"echo linking fruits; until [ -e {mark} ]; do sleep 0.05; done"
    connection = {"host": "127.0.0.1", "port": host.port, "private_key": host.user_key, "host_key": host.host_key}
    engine = tiny.program(f"""\
        from pulumi_command import remote
        remote.Command("c", connection=remote.ConnectionArgs(**{connection!r}), create={command!r})
    """)
    seen: list[str] = []

    def listen(event: EngineEvent) -> None:
        if event.diagnostic_event and "linking fruits" in event.diagnostic_event.message:
            seen.append(event.diagnostic_event.message)
            mark.touch()  # the command ends only when its line has come through

    assert engine.up(on_event=listen).counts == {"create": 2}
    assert seen


def test_a_failed_command_is_shown_in_progress_and_in_diagnostics_with_its_whole_text(
    tiny: Tiny, host: SmallSsh
) -> None:
    connection = {"host": "127.0.0.1", "port": host.port, "private_key": host.user_key, "host_key": host.host_key}
    script = "# app fruits\necho no room; exit 4\n" + "# long\n" * 1300
    engine = tiny.program(f"""\
        from pulumi_command import remote
        remote.Command("c", connection=remote.ConnectionArgs(**{connection!r}), create={script!r})
    """)
    printed: list[str] = []
    with pytest.raises(EngineError) as caught:
        engine.up(on_output=lambda text: printed.extend(text.splitlines()))
    line = f"Process exited with status 4: running {go_quoted(script)}:"
    assert str(caught.value) == f"c (command:remote:Command): {line}\nno room"
    assert f" +  command:remote:Command c **creating failed** error: {line}" in printed
    at = printed.index("  command:remote:Command (c):")
    assert printed[at + 1 : at + 3] == [f"    error: {line}", "    no room"]


def test_the_state_holds_a_files_hash_and_path_and_never_its_content(
    tiny: Tiny, host: SmallSsh, tmp_path: Path
) -> None:
    program = tmp_path / "x.pyz"
    program.write_text("the content " * 1000)
    connection = {"host": "127.0.0.1", "port": host.port, "private_key": host.user_key, "host_key": host.host_key}
    there = f'source=pulumi.FileAsset("{program}"), remote_path="{tmp_path}/there"'
    engine = tiny.program(f"""\
        from pulumi_command import remote
        remote.CopyToRemote("c", connection=remote.ConnectionArgs(**{connection!r}), {there})
    """)
    engine.up()
    (copied,) = [one for one in engine.export()["resources"] if one["type"] == "command:remote:CopyToRemote"]
    assert copied["inputs"]["source"]["hash"] == copied["outputs"]["source"]["hash"]
    assert copied["inputs"]["source"]["path"] == str(program)
    assert "the content" not in json.dumps(copied)


RUN = """\
import sys
from pathlib import Path
from sandbox.engine.engine import Engine
Engine(Path(sys.argv[1]), Path(sys.argv[2])).up()
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
def test_after_a_killed_run_the_next_one_takes_the_lock_away_and_finishes(
    tiny: Tiny, host: SmallSsh, tmp_path: Path
) -> None:
    mark = tmp_path / "go"
    command = f"touch {mark}.started; until [ -e {mark} ]; do sleep 0.05; done; echo done"
    connection = {"host": "127.0.0.1", "port": host.port, "private_key": host.user_key, "host_key": host.host_key}
    engine = tiny.program(f"""\
        from pulumi_command import remote
        c = remote.Command("c", connection=remote.ConnectionArgs(**{connection!r}), create={command!r})
        pulumi.export("out", c.stdout)
    """)
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, str(tiny.root), str(tiny.checkout)],
        cwd=plugin.CHECKOUT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(Path(f"{mark}.started").exists, seconds=30)
    with pytest.raises(EngineError, match=rf"^another run is at work in .* \(process {run.pid}\)"):
        engine.preview()
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    mark.touch()
    engine.up()
    assert engine.outputs() == {"out": "done"}
    assert [line for line in tiny.said if "was killed and left its lock" in line]
    wait_for(lambda: not providers_of(tiny))


def providers_of(tiny: Tiny) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"sandbox.providers" in (entry / "cmdline").read_bytes():
                found.append((entry / "environ").read_text(errors="replace"))
    return [text for text in found if f"PETBASE_SANDBOX={tiny.root}" in text]
