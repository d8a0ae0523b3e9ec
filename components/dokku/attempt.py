"""Remembers in the stack's state what was last tried, so that a change that failed and is taken back is one.

After an update that failed the engine keeps the inputs of the last success. A stack file that is then put back asks for
just those, so the command would not run, and what it had done until it failed would stay on the server. An attempt is
written down before its command runs. It gets a new id whenever the command changes, and the command is sent with it:
what follows a failed update, its way back too, always differs from the last success.
"""

import hashlib
import json
from typing import Any, cast

import pulumi

TYPE = "pulumi:index:Stash"
_SUFFIX = "-attempt"


def attempt(name: str, line: str, stdin: pulumi.Output[str], opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """The id of the attempt to run this line with this standard input. `opts` are the command's."""
    digest: pulumi.Output[str] = stdin.apply(lambda text: _digest(line, text))
    made = pulumi.Stash(
        f"{name}{_SUFFIX}",
        # Among the lines of standard input are secrets, and a short one could be guessed from its digest.
        input=pulumi.Output.secret(cast("pulumi.Input[Any]", digest)),
        # It holds no data. Only a replacement gets a new id.
        opts=pulumi.ResourceOptions(
            parent=opts.parent, depends_on=opts.depends_on, protect=False, replace_on_changes=["input"]
        ),
    )
    return made.id


def _digest(line: str, stdin: str) -> str:
    return hashlib.sha256(json.dumps([line, stdin]).encode()).hexdigest()


def is_attempt(kind: str, name: str) -> bool:
    """Whether a resource of this type and name is one: it comes, changes and goes with its command."""
    return kind == TYPE and name.endswith(_SUFFIX)


def urn_of(command: str) -> str:
    """The URN of the attempt that belongs to the command of this URN."""
    return f"{command.replace('command:remote:Command', TYPE)}{_SUFFIX}"
