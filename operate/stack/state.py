"""What a stack's state knows to be there; by the Pulumi CLI, without the program."""

import json
from dataclasses import dataclass

from operate.stack import pulumi_cli

_BUCKET = "petbase:bucket:Bucket"
_SERVER = "hcloud:index/server:Server"
_COMMAND = "command:remote:Command"
_SCHEDULE = f"petbase:backup:Backup${_COMMAND}"


@dataclass(frozen=True)
class Resource:
    """One thing of a stack. `kept`: it was imported, and stays where it is when it leaves the stack."""

    urn: str
    kept: bool = False

    @property
    def types(self) -> str:
        """Its type's token behind those of its parents, as in `petbase:app:App$command:remote:Command`."""
        return self.urn.split("::")[2]

    @property
    def kind(self) -> str:
        """The last part of its type's token."""
        return self.types.rpartition(":")[2]

    @property
    def name(self) -> str:
        """Its name in the program."""
        return self.urn.rpartition("::")[2]

    @property
    def of_the_bucket(self) -> bool:
        """Whether it belongs to the bucket of the dumps: the bucket, its rules, the token that reads it."""
        return self.types.partition("$")[0] == _BUCKET


@dataclass(frozen=True)
class State:
    """All that a stack's state knows, but the engine's own things."""

    resources: tuple[Resource, ...]

    @property
    def bucket(self) -> list[Resource]:
        """What the dumps and their readers need."""
        return [one for one in self.resources if one.of_the_bucket]

    @property
    def others(self) -> list[Resource]:
        """What is deleted first."""
        return [one for one in self.resources if not one.of_the_bucket]

    @property
    def server_made(self) -> bool:
        """Whether there is a server that is deleted with the stack."""
        return any(one.types.rpartition("$")[2] == _SERVER and not one.kept for one in self.resources)

    @property
    def adopted(self) -> bool:
        """Whether things were made on a server that stays."""
        return not self.server_made and any(one.types.endswith(f"${_COMMAND}") for one in self.resources)

    @property
    def scheduled(self) -> bool:
        """Whether the server may still write to the bucket, so that a dump can be made."""
        return any(one.types == _SCHEDULE for one in self.resources)

    def bucket_part(self, kind: str) -> str | None:
        """The URN of the bucket's own lock or token; None where there is none."""
        return next((one.urn for one in self.bucket if one.kind == kind), None)


def read(stack: str) -> State:
    """What the state holds now."""
    deployment = json.loads(pulumi_cli.pulumi(stack, "stack", "export"))["deployment"]
    found = [Resource(one["urn"], bool(one.get("retainOnDelete"))) for one in deployment.get("resources") or []]
    return State(tuple(one for one in found if not one.types.startswith(("pulumi:pulumi:", "pulumi:providers:"))))


def is_torn_down(stack: str) -> bool:
    """Whether only the bucket of the dumps is left, as ./petbase teardown --keep-dumps leaves it."""
    found = read(stack)
    return bool(found.bucket) and not found.others
