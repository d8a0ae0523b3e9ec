"""The one door to a server: sends scripts as `command.remote.Command` resources. The only import of pulumi_command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_command import remote

from components.dokku import shell
from components.dokku.lifecycle import Noun

# Every dial error is retried, at most 5 s apart, a wrong host key too: so the limits are finite (pulumi-command 1.2.1).
_DIALS = 15
_DIALS_WHILE_BOOTING = 120


@dataclass(frozen=True)
class Host:
    """A server as scripts see it: how to reach it, and what tells it from another one.

    `machine` is the server's id: when it changes, every command runs again, since the new disk is empty.
    `server` is the resource whose end takes the host with it; None for a server that was not made here. `networks` are
    where its own requests come from, as far as it is known; `addresses` where it is reached, by type of DNS record.
    """

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

    def send(
        self,
        name: str,
        noun: Noun,
        opts: pulumi.ResourceOptions,
        *,
        secrets: Sequence[pulumi.Input[str]] = (),
        minutes: int = 20,
        booting: bool = False,
    ) -> remote.Command:
        """One remote command for one noun. `booting`: its first dial waits until a new server answers, ten minutes."""
        stdin: pulumi.Output[str] = pulumi.Output.all(self.machine, *secrets).apply(
            lambda values: shell.stdin(values[0], self.generation, values[1:])
        )
        timeouts = pulumi.CustomTimeouts(*[f"{minutes}m"] * 3)
        hidden = ["stdin", "stdout", "stderr"] if noun.here.secrets else []
        return remote.Command(
            name,
            connection=self._connection(_DIALS_WHILE_BOOTING if booting else _DIALS),
            create=shell.as_root(noun.here.text, self.user),
            delete=shell.as_root(noun.gone.text, self.user) if noun.gone else None,
            stdin=stdin,
            add_previous_output_in_env=False,
            opts=pulumi.ResourceOptions.merge(
                opts,
                pulumi.ResourceOptions(
                    additional_secret_outputs=hidden, deleted_with=self.server, custom_timeouts=timeouts
                ),
            ),
        )

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
