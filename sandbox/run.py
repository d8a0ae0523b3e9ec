"""What `make sandbox` and `./petbase sandbox VERB` do. Each returns an exit code: 0 well, 1 not."""

import os
import shlex
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console

from components.config.parsing.yaml_file import YamlError
from sandbox import restic, second_store, ssh_config
from sandbox.engine.engine import Changes, Engine, EngineError
from sandbox.engine.progress import Progress
from sandbox.engine.project import SecretsError
from sandbox.host.machine import Machine, MachineError
from sandbox.proof.example import ProofError
from sandbox.proof.proof import Proof
from sandbox.store import Store, StoreError
from sandbox.summary import next_steps, table
from sandbox.workspace import opened, prepare, root, stop

_console = Console(highlight=False)
_PROBLEMS = (EngineError, MachineError, ProofError, SecretsError, StoreError, YamlError)


def up(prove: bool = True) -> int:
    """The blog's scenario on this machine by the real engine; then, when something changed, the proof that it holds."""
    began = time.monotonic()
    try:
        engine = prepare(root(), _say)
        changes = engine.up(on_event=Progress(_say))
        _say(_counted(changes))
        outputs = engine.details()
        machine = _machine(outputs)
        if prove and (changes.total or not _proven().exists()):
            Proof(root(), outputs, machine.http_port, _say).run()
            _proven().touch()
    except _PROBLEMS as problem:
        return _failed(problem)
    ssh_config.write(root(), outputs["server"])
    if restic.find() is None:
        _say(restic.MISSING)
    _console.print()
    _console.print(table(outputs, machine.http_port))
    _console.print(f"\n{next_steps()}\n\ndone in {time.monotonic() - began:.0f} s")
    return 0


def status() -> int:
    """What runs, and the table."""
    if not (root() / "project").exists():
        _console.print("there is no sandbox yet: make sandbox")
        return 1
    for machine in Machine.all(root()):
        _say(f"host {machine.address}: {'running' if machine.is_running() else 'stopped'}")
    for name, store in (("store", Store(root() / "store")), ("second store", second_store.of(root()))):
        _say(f"{name}: {'running' if store.is_running() else 'stopped'}")
    try:
        outputs = opened(root()).details()
        if outputs:
            _console.print(table(outputs, _machine(outputs).http_port))
    except _PROBLEMS as problem:
        return _failed(problem)
    return 0


def preview() -> int:
    """What `up` would change; nothing is touched."""
    return _operate(lambda engine: engine.preview(on_event=Progress(_say, "would be ")))


def destroy() -> int:
    """Everything that the stack made goes, the pretend server's disk included."""
    return _operate(lambda engine: engine.destroy(on_event=Progress(_say)))


def down() -> int:
    """Stops host and stores; state and data stay, and `up` starts them again."""
    stop(root())
    _say("the sandbox is stopped; ./petbase sandbox up continues where it was")
    return 0


def logs(follow: bool = False, name: str | None = None) -> int:
    """The host's logs: boot.log, auth.log, cron.log, and the apps' own."""
    files = [str(path) for path in sorted(root().glob(f"hosts/*/log/{name or ''}*"))]
    if not files:
        return _failed(
            MachineError(f"no log{f' {name}' if name else ''} in {root() / 'hosts'}; make sandbox makes them")
        )
    return subprocess.run(["tail", "-n", "50", *(["-F"] if follow else []), *files], check=False).returncode


def shell(argv: list[str]) -> int:
    """A root shell on the pretend server, or one command there."""
    machines = Machine.all(root())
    if not machines:
        return _failed(MachineError("there is no host yet: make sandbox"))
    try:
        words = machines[0].enter_words(argv or ["bash", "--login"])
    except MachineError as problem:
        return _failed(problem)
    return subprocess.run(words, check=False).returncode


def env() -> int:
    """Lines for `eval`: with them, pulumi and other tools work on the sandbox's own state."""
    from sandbox.engine import environment

    if not root().exists():
        return _failed(MachineError("there is no sandbox yet: make sandbox"))
    with environment.scrubbed(root()):
        for key in sorted(os.environ):
            if key.startswith(("PULUMI_", "HCLOUD_", "CLOUDFLARE_", "PETBASE_")):
                print(f"export {key}={shlex.quote(os.environ[key])}")
        print(f"export GIT_SSH_COMMAND={shlex.quote(ssh_config.command(root()))}")
    return 0


def _proven() -> Path:
    return root() / "proven"


def _operate(operation: Callable[[Engine], Changes]) -> int:
    try:
        changes = operation(prepare(root(), _say))
    except _PROBLEMS as problem:
        return _failed(problem)
    _say(_counted(changes))
    return 0


def _machine(outputs: dict[str, Any]) -> Machine:
    """The stack's host; by its address, since one that the stack file names by `server.host` has no id."""
    address = outputs["server"]["address"]
    for machine in Machine.all(root()):
        if machine.address == address:
            return machine
    raise MachineError(f"there is no host {address} in {root()}")


def _counted(changes: Changes) -> str:
    counts = ", ".join(f"{number} {name}" for name, number in sorted(changes.counts.items()))
    return f"{changes.total} changes ({counts or 'nothing there'})"


def _say(line: str) -> None:
    # Who read it may be gone, as with `| head`: Rich would end the thread that the engine waits for.
    with suppress(SystemExit):
        _console.print(line, markup=False, soft_wrap=True)


def _failed(problem: Exception) -> int:
    _console.print(f"\n{problem}", style="red", markup=False, soft_wrap=True)
    return 1
