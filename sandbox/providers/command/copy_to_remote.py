"""command.remote.CopyToRemote: when an asset is copied, and what is kept of it.

The rules are pulumi-command 1.2.1's own: a changed content or remote path copies again, in place; a changed connection
alone copies **nothing**, though the engine shows an update; a changed `triggers` replaces, which the schema says;
deleting leaves the file where it is.
"""

import secrets
from collections.abc import Iterable

from sandbox.providers import assets
from sandbox.providers.resource import Resource
from sandbox.providers.schema import Problem
from sandbox.providers.values import State


class CopyToRemote(Resource):
    """A file, a folder or a text on a host."""

    token = "command:remote:CopyToRemote"

    def check(self, inputs: State) -> Iterable[Problem]:
        source = inputs["source"]
        kind = assets.kind(source)
        if kind is None:  # 1.2.1 also says so of a source that a preview cannot know yet
            yield "asset", "either asset or archive must be set"
        elif kind == assets.ASSET and not source.get("path") and not assets.is_text(source):
            yield "asset", "asset must be a path-based file asset or a text asset"
        elif kind == assets.ARCHIVE and not source.get("path"):
            yield "archive", "archive must be a path to a file or directory"

    def create(self, inputs: State) -> tuple[str, State]:
        self._copy(inputs)
        return secrets.token_hex(4), inputs

    def update(self, inputs: State) -> State:
        if self._copied_from(inputs) != self._copied_from(self.call.state):
            self._copy(inputs)
        return inputs

    @staticmethod
    def _copied_from(state: State) -> tuple[str | None, str]:
        return state["source"].get("hash"), state["remotePath"]

    def _copy(self, inputs: State) -> None:
        from .ssh import finished

        finished(self._copying(inputs))

    async def _copying(self, inputs: State) -> None:
        import asyncssh

        from . import sftp
        from .ssh import Dial, SshError, connect

        connection = await connect(
            Dial(**inputs["connection"]), self.call.timeout, lambda text: self.call.log("info", text, True)
        )
        source, remote = inputs["source"], inputs["remotePath"]
        try:
            async with connection.start_sftp_client() as client:
                if source.get("path"):
                    await sftp.copy_path(client, source["path"], remote)
                else:
                    await sftp.copy_text(client, source.get("text", ""), remote)
        except asyncssh.ChannelOpenError:
            raise SshError("ssh: subsystem request failed") from None
        except asyncssh.SFTPError as problem:
            raise SshError(str(problem)) from None
        finally:
            connection.close()
