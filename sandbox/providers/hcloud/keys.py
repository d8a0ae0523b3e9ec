"""SSH keys of the Hetzner project. One key can be there once only, whatever its name."""

import base64
import binascii
from collections.abc import Iterable

from sandbox.providers.resource import Stored, World
from sandbox.providers.schema import Problem
from sandbox.providers.values import UNKNOWN, State

from .project import labels_of, refusal, require_unique_name, selected


class SshKey(Stored):
    """hcloud.SshKey."""

    token = "hcloud:index/sshKey:SshKey"
    auto_named = True

    def check(self, inputs: State) -> Iterable[Problem]:
        if inputs["publicKey"] != UNKNOWN and not _is_key(inputs["publicKey"]):
            yield "publicKey", "is no public key in authorized_keys form"

    def create(self, inputs: State) -> tuple[str, State]:
        from sandbox.providers.tls.keys import fingerprint_md5

        with self.world.cloud.change() as content:
            things = content["things"].setdefault(self.token, {})
            print_ = fingerprint_md5(inputs["publicKey"])
            if any(thing["fingerprint"] == print_ or thing["name"] == inputs["name"] for thing in things.values()):
                raise refusal("SSH key not unique", "uniqueness_error")
            key, content["next_id"] = str(content["next_id"]), content["next_id"] + 1
            things[key] = {"labels": {}} | inputs | {"fingerprint": print_}
            return key, things[key]

    def update(self, inputs: State) -> State:
        require_unique_name(self.world, self.token, inputs["name"], "SSH key", self.call.key)
        return super().update(inputs)


def get_ssh_keys(world: World, args: State) -> State:
    """hcloud.getSshKeys: all, or those whose labels match."""
    things = world.cloud.all(SshKey.token).items()
    chosen = [thing | {"id": int(key)} for key, thing in things if selected(labels_of(thing), args.get("withSelector"))]
    return args | {"id": "-".join(str(thing["id"]) for thing in chosen), "sshKeys": chosen}


def _is_key(line: str) -> bool:
    words = line.split()
    try:
        blob = base64.b64decode(words[1], validate=True)
    except (IndexError, binascii.Error):
        return False
    length = int.from_bytes(blob[:4], "big")
    return blob[4 : 4 + length] == words[0].encode()
