"""One connection to the server: the OpenSSH client, the host key pinned to the stack's own, no questions asked."""

import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from components.dokku import shell
from operate.core.errors import PetbaseError, RefusedError, tail
from operate.server.connection.client import readable, ssh_words
from operate.server.connection.errors import ConnectionCutError, RemoteError, connection_problem
from operate.stack import pulumi_cli, stack_files
from operate.stack.outputs import Server, Stack

_CONNECTION_FAILED = 255
_TOLD = 40


@dataclass(frozen=True)
class Connection:
    """How to reach a server as root. `lonely`: the caller's ~/.ssh/config does not count (the sandbox)."""

    server: Server
    identity: Path | None = None
    lonely: bool = False

    def run(self, *words: str, stdin: str | IO[bytes] = "") -> str:
        """Run one command as root; its stdout. RemoteError when it fails, PetbaseError without a connection."""
        return self._run(" ".join(words[:2]), shell.line(*words), stdin)

    def stream(self, line: str, stdin: str | IO[bytes], seen: Callable[[str], None], *, terminal: bool = False) -> int:
        """Run one line as root; `seen` gets each line of output as it comes. Its exit code.

        `terminal`: it runs on one, so that it ends with the connection also where it waits and writes nothing.

        ConnectionCutError when the connection failed, or was cut: what has begun ends on the server without it.
        """
        last: deque[str] = deque(maxlen=_TOLD)
        with self._pipe(line, readable(stdin), "-tt" if terminal else "-T") as ssh:
            assert ssh.stdout
            for raw in ssh.stdout:
                last.append(raw.decode(errors="replace").rstrip("\r\n"))
                seen(last[-1])
        if ssh.returncode == _CONNECTION_FAILED:
            raise ConnectionCutError(connection_problem(self.server, "\n".join(last)))
        return ssh.returncode

    def pour(self, what: str, text: str, chunks: Iterable[bytes]) -> str:
        """Run one line with `chunks` on its stdin; what it said, or RemoteError."""
        with self._pipe(text, nullcontext(subprocess.PIPE)) as ssh:
            assert ssh.stdin
            assert ssh.stdout
            # A server that ended early says why on its stdout.
            with suppress(BrokenPipeError):
                for chunk in chunks:
                    ssh.stdin.write(chunk)
            with suppress(BrokenPipeError):
                ssh.stdin.close()
            said = ssh.stdout.read().decode(errors="replace")
        self._ended(what, ssh, said)
        return said

    @contextmanager
    def _pipe(
        self, text: str, stdin: AbstractContextManager[IO[bytes] | int], terminal: str = "-T"
    ) -> Iterator["subprocess.Popen[bytes]"]:
        """ssh for a text; what it complains of comes on stdout too. It is ended with the block."""
        line = shell.as_root(text, self.server.user)
        with (
            self._words(line, [terminal], batch=True) as words,
            stdin as source,
            subprocess.Popen(words, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as ssh,
        ):
            try:
                yield ssh
                ssh.wait()
            finally:
                ssh.kill()

    def _ended(self, what: str, ssh: "subprocess.Popen[bytes]", said: str) -> None:
        if ssh.returncode == _CONNECTION_FAILED:
            raise ConnectionCutError(connection_problem(self.server, said))
        if ssh.returncode:
            raise RemoteError(what, ssh.returncode, tail(said))

    def attach(self, command: str = "", *, tty: bool, root: bool = True, text: str | None = None) -> int:
        """Run `command` (none: a login shell) on the caller's stdin (or `text`), stdout and stderr; its exit code."""
        line = shell.as_root(command, self.server.user) if command and root else command
        given = None if text is None else f"{text}\n".encode()
        with self._words(line, ["-t"] if tty else [], batch=not tty) as words:
            code = subprocess.run(words, input=given, check=False).returncode
        if code == _CONNECTION_FAILED:
            raise PetbaseError(
                f"The connection to {self.server.name} failed, or was cut; see the message of ssh above."
            )
        return code

    @contextmanager
    def forward(self, port: int, address: str, there: int) -> Iterator["subprocess.Popen[bytes]"]:
        """127.0.0.1:`port` leads to `address`:`there`, as the server sees it, for as long as the block runs."""
        options = ["-N", "-o", "ExitOnForwardFailure=yes", "-L", f"127.0.0.1:{port}:{address}:{there}"]
        with self._words("", options, batch=True) as words:
            # In a new process group: Ctrl-C is for this program, which then ends ssh.
            ssh = subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True)
            try:
                yield ssh
            finally:
                ssh.terminate()
                ssh.wait()

    def _run(self, what: str, command: str, stdin: str | IO[bytes]) -> str:
        text = shell.as_root(command, self.server.user)
        with self._words(text, ["-T"], batch=True) as words, readable(stdin) as source:
            done = subprocess.run(words, stdin=source, capture_output=True, check=False)
        out, said = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        if done.returncode == _CONNECTION_FAILED:
            raise ConnectionCutError(connection_problem(self.server, said))
        if done.returncode:
            raise RemoteError(what, done.returncode, tail(f"{out}\n{said}"))
        return out

    def _words(self, command: str, options: list[str], *, batch: bool) -> AbstractContextManager[list[str]]:
        options = [*options, *(["-F", "/dev/null"] if self.lonely else [])]
        return ssh_words(self.server, self.identity, command, options, batch=batch)


def connect(stack: Stack, identity: Path | None) -> Connection:
    """The connection to a stack's server. RefusedError when the key file is not there."""
    sandbox = stack.name == stack_files.SANDBOX
    key = identity or (stack_files.sandbox_root() / "id_ed25519" if sandbox else None)
    if key is not None and not key.expanduser().is_file():
        raise RefusedError(f"There is no key file {key}; name a private key with --identity or PETBASE_IDENTITY.")
    return Connection(stack.server, key.expanduser() if key else None, lonely=sandbox)


def reach(stack: str | None, identity: Path | None, app: str | None = None) -> tuple[Stack, Connection]:
    """The stack of that name, in which the app must be, and the connection to its server, which is not asked yet."""
    chosen = pulumi_cli.read(stack)
    if app is not None:
        chosen.require_app(app)
    return chosen, connect(chosen, identity)


def interactive() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()
