"""command.remote.Command: which text runs when, and what is kept of it.

The rules are pulumi-command's own (provider/pkg/provider/remote): `update` on any changed input but `triggers`, else
`create` again; `delete` with the old inputs; a changed `triggers` replaces, which the schema says.
"""

import secrets
from functools import partial
from typing import TYPE_CHECKING

from sandbox.providers.resource import ApiError, Resource
from sandbox.providers.values import State

from .quote import go_quoted

if TYPE_CHECKING:
    from .ssh import Outcome

_REFUSED = """Unable to set '{}'. This only works if your SSH server is configured to accept
	these variables via AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, you could
	prefix the command itself with the variables in the form 'VAR=value command'"""
_LOGGED: dict[str, tuple[str, ...]] = {
    "stdout": ("stdout",),
    "stderr": ("stderr",),
    "stdoutAndStderr": ("stdout", "stderr"),
    "none": (),
}
_LONGEST_LINE = 1 << 16
"""Of what is logged: Go's bufio.Scanner stops there, and no one reads the rest."""


class Command(Resource):
    """One command on a host. What it printed is kept as `stdout` and `stderr`, one trailing newline less."""

    token = "command:remote:Command"
    unknown_on_update = ("stdout", "stderr")

    def create(self, inputs: State) -> tuple[str, State]:
        key = f"{self.call.name}{secrets.token_hex(4)}"
        return key, inputs | self._printed(inputs, inputs.get("create"))

    def update(self, inputs: State) -> State:
        text = inputs.get("update", inputs.get("create"))
        before = {name: self.call.state.get(name, "") for name in ("stdout", "stderr")}
        return inputs | before | (self._printed(inputs, text) if text is not None else {})

    def delete(self) -> None:
        self._printed(self.call.state, self.call.state.get("delete"))

    def _printed(self, inputs: State, text: str | None) -> State:
        """Run `text` on the host of `inputs`; nothing to run is nothing printed."""
        if text is None:
            return {"stdout": "", "stderr": ""}
        from .ssh import finished, shown

        outcome = finished(self._run(inputs, text))
        if outcome.failure:
            raise ApiError(f"{outcome.failure}: running {go_quoted(text)}:\n{shown(outcome.merged)}")
        if outcome.merged != shown(outcome.merged):  # the command has run, and the answer of the plugin cannot say so
            raise ApiError("grpc: error while marshaling: string field contains invalid UTF-8")
        return {"stdout": outcome.stdout.removesuffix("\n"), "stderr": outcome.stderr.removesuffix("\n")}

    async def _run(self, inputs: State, text: str) -> "Outcome":
        from .ssh import Dial, connect, run

        connection = await connect(Dial(**inputs["connection"]), self.call.timeout, self._passing)
        try:
            self._offer_environment(inputs)
            logged = _LOGGED[inputs.get("logging", "stdoutAndStderr")]
            return await run(connection, text, inputs.get("stdin", ""), partial(self._log_line, logged))
        finally:
            connection.close()

    def _offer_environment(self, inputs: State) -> None:
        """Debian's sshd accepts LANG and LC_* only: any other name fails the real command, its own ones only warn."""
        for name in inputs.get("environment", {}):
            if name != "LANG" and not name.startswith("LC_"):
                self.call.log("error", _REFUSED.format(name), False)
                raise ApiError(f'could not set environment variable "{name}": ssh: setenv failed')
        if inputs.get("addPreviousOutputInEnv", True):
            for name in ("stdout", "stderr"):
                if self.call.state.get(name):
                    self.call.log("warning", _REFUSED.format(f"PULUMI_COMMAND_{name.upper()}"), False)

    def _passing(self, text: str) -> None:
        self.call.log("info", text, True)

    def _log_line(self, logged: tuple[str, ...], stream: str, line: str) -> None:
        if stream not in logged:
            return
        if len(line) >= _LONGEST_LINE:
            raise ApiError("a line of 64 KiB or more: here the real provider waits for ever, without a word")
        self._passing(line)
