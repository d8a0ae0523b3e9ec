"""The disk of a new host: the small part of a Debian image with Dokku on it that anything here looks at.

A stand-in: Dokku comes with the image, since no sandbox can install packages. Everything is made by copying and writing
files on this machine, under the host's own folder, before its first boot.
"""

import shutil
from pathlib import Path

from sandbox import restic
from sandbox.host import apt, paths
from sandbox.host.dokku.core import files
from sandbox.host.dokku.docker.container import IMAGE_BIN

# `dokku` is the same uid (a user namespace has one) with another home. The first line of a uid names it: root.
_PASSWD = """\
root:x:0:0:root:/root:/bin/bash
dokku:x:0:0:Dokku:/home/dokku:/bin/bash
postgres:x:1000:1000:uid of initdb in its own namespace:/tmp:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
_GROUP = "root:x:0:\ndokku:x:0:\npostgres:x:1000:\nnogroup:x:65534:\n"
_NSSWITCH = "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n"
_PROFILE = 'export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n'
_BASHRC = "PS1='\\u@\\h:\\w\\$ '\n"

# What programs from the machine's /usr read from /etc. Never whole folders with keys in them (/etc/ssl/private).
_COPIED = (
    *("alternatives", "crypto-policies", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "mime.types", "protocols"),
    *("services", "ssl/certs/ca-certificates.crt", "ssl/openssl.cnf", "terminfo"),
)

_NFT = """\
#!/bin/sh
# Stands in for nft: keeps each table as text until the next boot. Knows -f FILE, list and delete table inet NAME,
# flush ruleset.
tables=/run/nftables
case "$1 $2" in
  "-f "?*) mkdir -p $tables && cp "$2" "$tables/$(sed -n 's/^table inet \\([a-z_]*\\) {$/\\1/p' "$2")" ;;
  "list table") cat "$tables/$4" 2>/dev/null || { echo "Error: No such file or directory" >&2; exit 1; } ;;
  "delete table") rm "$tables/$4" 2>/dev/null || { echo "Error: No such file or directory" >&2; exit 1; } ;;
  "flush ruleset") rm -rf $tables ;;
  *) echo "nft: (stand-in) the sandbox knows: -f, list table, delete table, flush ruleset" >&2; exit 1 ;;
esac
"""
# An ordinary user may not listen on 80 and 443, so nginx's stand-in has other ports; the health check asks for these.
_CURL = f"""\
#!/bin/sh
# Comes before the real curl on PATH: requests to this host's own nginx (--resolve) go to its stand-in's ports.
port() {{ sed -n "s/.*\\"$1\\": *\\([0-9]*\\).*/\\1/p" {paths.MACHINE}; }}
case " $* " in
  *" --resolve "*)
    set -- --connect-to ":443:127.0.0.1:$(port https_port)" "$@"
    set -- --connect-to ":80:127.0.0.1:$(port http_port)" "$@"
    ;;
esac
exec /usr/bin/curl "$@"
"""
# Dokku's own package needs python3, so a server has it; a machine that lacks it lends the one that runs the stand-ins.
_SYSTEM_PYTHON = Path("/usr/bin/python3")
_PYTHON3 = '#!/bin/sh\n{words} "$@"\n'
# Without `site`, whose file for the stand-ins (namespace.py) does the same.
_START = (
    f"import sys; sys.path += ['{paths.CHECKOUT}', '{paths.SITE}']; sys.executable = '{paths.PYTHON}'; "
    "from sandbox.host import lazy; lazy.main()"
)
# Debian's own, where this machine has it; apt's stand-in "installs" it.
_RESTIC = f'#!/bin/sh\nexec {paths.RESTIC} "$@"\n'
_CLOUD_INIT = f"""\
#!/bin/sh
# Stands in for cloud-init: knows `cloud-init status [--wait]` and no more.
[ "$1" = status ] || {{ echo "cloud-init: the sandbox knows only: cloud-init status [--wait]" >&2; exit 2; }}
if [ "$2" = --wait ]; then while [ ! -e {paths.BOOT_STATUS} ]; do sleep 0.2; done; fi
if [ -e {paths.BOOT_STATUS} ]; then echo "status: done"; else echo "status: running"; fi
"""


def make(directory: Path, hostname: str, address: str) -> None:
    """Lay out root/, extra/ and log/ of the host in `directory`."""
    for name in ("root", "extra/bin", "log", "mnt"):
        (directory / name).mkdir(parents=True)
    root = directory / "root"
    for name in (
        "home/dokku/.ssh",
        "root/.ssh",
        "var/lib/dokku",
        "var/log",
        "var/tmp",
        "etc/cron.d",
        "etc/ssh",
        "etc/systemd/system",
    ):
        (root / name).mkdir(parents=True)
    for name in ("home/dokku/.ssh", "root", "root/.ssh"):
        (root / name).chmod(0o700)
    # /run is emptied at each boot, as a real one is.
    (root / "var/run").symlink_to("/run")
    (root / "var/lock").symlink_to("/run/lock")
    for name, version in apt.IMAGE.items():
        files.write(root / "var/lib/dpkg/sandbox" / name, f"{version}\n")
    _etc(root / "etc", hostname, address)
    for home in ("root", "home/dokku"):
        (root / home / ".bashrc").write_text(_BASHRC)
        (root / home / ".profile").write_text("[ ! -f ~/.bashrc ] || . ~/.bashrc\n")
    commands(directory)


def _etc(etc: Path, hostname: str, address: str) -> None:
    texts = {
        "passwd": _PASSWD,
        "group": _GROUP,
        "nsswitch.conf": _NSSWITCH,
        "profile": _PROFILE,
        "hostname": f"{hostname}\n",
        "hosts": f"127.0.0.1 localhost\n{address} {hostname}\n",
        "timezone": "Etc/UTC\n",
    }
    for name, text in texts.items():
        (etc / name).write_text(text)
    (etc / "localtime").symlink_to("/usr/share/zoneinfo/Etc/UTC")
    (etc / "os-release").symlink_to("/usr/lib/os-release")
    (etc / "mtab").symlink_to("/proc/self/mounts")
    for name in _COPIED:
        _copy(Path("/etc", name), etc / name)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    elif source.is_file():
        shutil.copyfile(source, target)


def commands(directory: Path) -> None:
    """The host's own folders and what appears in its /usr; anew at each boot, so an older host gets what is new."""
    for name in paths.OWN_DIRECTORIES:
        (directory / "root" / name).mkdir(parents=True, exist_ok=True)
    texts = {name: _stand_in(module) for name, module in _MODULES.items()}
    for name, text in (texts | {"cloud-init": _CLOUD_INIT}).items():
        _program(directory / "extra/bin" / name, text)
    _program(directory / "extra/sbin/sshd", _stand_in("sandbox.host.ssh.sshd_config"))
    _program(directory / "extra/sbin/nginx", _stand_in("sandbox.host.web.nginx_config"))
    _program(directory / "extra/lib/openssh/sftp-server", _stand_in("sandbox.host.ssh.sftp"))
    _program(directory / "extra/sbin/nft", _NFT)
    _program(directory / "extra" / paths.CURL.relative_to("/usr"), _CURL)
    if restic.find():
        _program(directory / "extra/bin/restic", _RESTIC)
    if not _SYSTEM_PYTHON.exists():
        _program(directory / "extra/bin/python3", _PYTHON3.format(words=paths.python_words()))
    _program(directory / "extra" / Path(IMAGE_BIN).relative_to("/usr") / "aws", _stand_in("sandbox.host.aws"))


def _stand_in(module: str) -> str:
    """What runs a module, with the words that it is called with."""
    return f'#!/bin/sh\n{paths.python_words()} -I -S -c "{_START}" {module} "$@"\n'


def _program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


_MODULES = {
    **{name: f"sandbox.host.apt {name}" for name in ("apt-get", "dpkg", "dpkg-query")},
    "dokku": "sandbox.host.dokku",
    "docker": "sandbox.host.dokku.docker",
    "journalctl": "sandbox.host.systemd.journal",
    "systemctl": "sandbox.host.systemd",
}


def clear(directory: Path) -> None:
    """What no reboot keeps: /run and /tmp."""
    for name in ("run", "tmp"):
        folder = directory / "root" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o1777 if name == "tmp" else 0o755)
    (directory / "root/tmp").chmod(0o1777)
    (directory / "root/run/lock").mkdir(mode=0o1777)
