"""The one door to a server: sends commands as `command.remote.Command` resources. The only import of pulumi_command."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

import pulumi
from pulumi_command import remote

from components.dokku import install, program
from components.dokku.attempt import WithCommands
from host.core import stdin as host_stdin
from host.core.command import Command

Value = TypeVar("Value")

# Every dial error is retried, at most 5 s apart, a wrong host key too: so the limits are finite (pulumi-command 1.2.1,
# tried). A time limit ends the dialling alone, 20 s a try behind a firewall, and never cuts a command that runs.
_DIALS = 15
_DIALS_WHILE_BOOTING = 120
_BOOTS_WITHIN = pulumi.CustomTimeouts("20m", "20m")


@dataclass(frozen=True)
class Host:
    """A server as commands see it: how to reach it, and what tells it from another one.

    `machine` is the server's id: when it changes, every command runs again, since the new disk is empty. `server` is
    the resource whose end takes the host with it; None for a server that was not made here. `networks` are those
    from which it sends requests, if known; `addresses` its public addresses by type of DNS record.
    """

    stack: str
    address: pulumi.Input[str]
    port: int
    user: str
    host_key: pulumi.Input[str]
    private_key: pulumi.Input[str] | None
    machine: pulumi.Input[str]
    generation: int
    server: pulumi.Resource | None
    networks: Sequence[pulumi.Input[str]] = ()
    addresses: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)

    def install(self, name: str, opts: pulumi.ResourceOptions, *, booting: bool = False) -> pulumi.Resource:
        """The program that all other commands call: its file over SFTP, then one command that puts it in place.

        `booting`: the first dial waits until a new server answers, ten minutes.
        """
        # It holds no data, so it may come and go.
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(deleted_with=self.server))
        file = remote.CopyToRemote(
            f"{name}-file",
            connection=self._connection(_DIALS_WHILE_BOOTING if booting else _DIALS),
            source=pulumi.FileAsset(str(program.built())),
            remote_path=pulumi.Output.from_input(self.machine).apply(
                lambda machine: install.remote_path(self.stack, machine, self.generation)
            ),
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(custom_timeouts=_BOOTS_WITHIN)),
        )
        return remote.Command(
            name,
            connection=self._connection(_DIALS),
            create=install.install(self.stack, self.user),
            delete=install.remove(self.stack, self.user),
            stdin=self._same_machine.apply(lambda machine: install.script(self.stack, machine, self.generation)),
            add_previous_output_in_env=False,
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[file])),
        )

    def command(
        self,
        name: str,
        create: Command,
        delete: Command | None,
        opts: pulumi.ResourceOptions,
        *,
        secrets: Sequence[pulumi.Input[str]] = (),
    ) -> remote.Command:
        """One command of the program for one concept. `delete` is None where removal must leave the server alone.

        `secrets` are the values of `create.secrets`, in that order; they travel on standard input.
        """
        hidden = ["stdin", "stdout", "stderr"] if create.secrets else []
        line = program.line(self.stack, create, user=self.user, revision=True)
        assert isinstance(opts.parent, WithCommands)
        tried = opts.parent.attempt(name, line, self._stdin(secrets))
        return remote.Command(
            name,
            connection=self._same_connection,
            create=line,
            delete=program.line(self.stack, delete, user=self.user) if delete else None,
            stdin=self._stdin(secrets, tried),
            add_previous_output_in_env=False,
            opts=pulumi.ResourceOptions.merge(
                opts, pulumi.ResourceOptions(additional_secret_outputs=hidden, deleted_with=self.server)
            ),
        )

    def _stdin(self, secrets: Sequence[pulumi.Input[str]], attempt: pulumi.Input[str] = "") -> pulumi.Output[str]:
        values: pulumi.Output[list[str]] = pulumi.Output.all(self._same_machine, attempt, *secrets)
        return values.apply(lambda found: host_stdin.text(found[0], self.generation, found[2:], attempt=found[1]))

    # Made once, and without what they come from: each command waits for the server anyway, by what it depends on, and
    # the state would name keys, address and server twice for each.
    @cached_property
    def _same_machine(self) -> pulumi.Output[str]:
        return _value(self.machine)

    @cached_property
    def _same_connection(self) -> pulumi.Output[remote.ConnectionArgs]:
        return _value(self._connection(_DIALS))

    def _connection(self, dials: int) -> remote.ConnectionArgs:
        return remote.ConnectionArgs(
            host=self.address,
            port=self.port,
            user=self.user,
            host_key=self.host_key,
            private_key=self.private_key,
            dial_error_limit=dials,
            per_dial_timeout=15,
        )


def _value(given: pulumi.Input[Value]) -> pulumi.Output[Value]:
    """What it holds, and no word of where it is from."""
    found = pulumi.Output.from_input(given)

    async def bare() -> Any:
        value = await found.future(with_unknowns=True) if await found.is_known() else pulumi.UNKNOWN
        return pulumi.Output.secret(value) if await found.is_secret() else value

    return pulumi.Output.from_input(cast("Awaitable[Any]", bare()))
