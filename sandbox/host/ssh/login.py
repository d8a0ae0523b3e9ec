"""Who logs in by SSH, and what a session of theirs finds in its environment."""

from dataclasses import dataclass, field
from pathlib import Path

_ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_USER_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/games"


@dataclass
class Login:
    """Who came in, from where, and what his key allows."""

    user: str
    home: str
    shell: str
    peer: tuple[str, int]
    here: tuple[str, int]
    options: dict[str, object] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What sshd gives a session, before the client's LANG and LC_*."""
        peer, here = f"{self.peer[0]} {self.peer[1]}", f"{self.here[0]} {self.here[1]}"
        return {
            "USER": self.user,
            "LOGNAME": self.user,
            "HOME": self.home,
            "PATH": _ROOT_PATH if self.user == "root" else _USER_PATH,
            "SHELL": self.shell,
            "SSH_CLIENT": f"{peer} {self.here[1]}",
            "SSH_CONNECTION": f"{peer} {here}",
        }


def accounts(passwd: Path = Path("/etc/passwd")) -> dict[str, tuple[str, str]]:
    """Home and shell of every user who may log in, by name."""
    lines = [line.split(":") for line in passwd.read_text().splitlines() if line.count(":") == 6]
    return {words[0]: (words[5], words[6]) for words in lines if not words[6].endswith("nologin")}
