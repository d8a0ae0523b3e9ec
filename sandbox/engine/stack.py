"""The SDK's stack without what it asks the CLI for after each operation: the outputs, twice, and the history.

The caller asks for outputs when it wants them, and counts the changes by the engine's events. Each of these calls
derives the state's key from its passphrase, which takes a third of a second.
"""

from datetime import UTC, datetime
from pathlib import Path

from pulumi import automation as auto
from pulumi.automation import PulumiCommand, PulumiFn
from pulumi.automation._stack import StackInitMode
from semver import VersionInfo

from sandbox.engine.pulumi_release import VERSION

_NOT_ASKED = auto.UpdateSummary("", datetime.fromtimestamp(0, UTC), "", {}, {}, "")


class _Cli(PulumiCommand):
    """The CLI at any path; the SDK's own class wants a folder named bin and asks for the version each time."""

    def __init__(self, path: Path) -> None:
        self.command = str(path)
        self.version = VersionInfo.parse(VERSION)


class Stack(auto.Stack):
    """A stack whose operations end with the CLI that runs them."""

    def outputs(self) -> auto.OutputMap:
        return {}

    def info(self, show_secrets: bool = True) -> auto.UpdateSummary:  # noqa: ARG002
        return _NOT_ASKED


class _Named(auto.LocalWorkspace):
    """A workspace whose stack is there, and is named to each call of the CLI: to select it took one more."""

    def select_stack(self, stack_name: str) -> None:
        self.env_vars = {"PULUMI_STACK": stack_name}


def find_or_make(name: str, folder: Path, home: Path, cli: Path, program: PulumiFn, *, known: bool) -> Stack:
    """The stack of the project in `folder`; `known` where the state has it already."""
    kind = _Named if known else auto.LocalWorkspace
    workspace = kind(work_dir=str(folder), pulumi_home=str(home), program=program, pulumi_command=_Cli(cli))
    return Stack(name, workspace, StackInitMode.CREATE_OR_SELECT)
