"""Words to commands: `petbase-host NOUN VERB …`. Knows which module holds which noun, and nothing of what they do."""

import argparse
import dataclasses
import importlib
import typing
from collections.abc import Sequence
from typing import Any, NoReturn

from host.core.command import COMMANDS, Command, default_of, option_name
from host.core.errors import UsageError

NOUNS: dict[str, tuple[str, ...]] = {
    "app": ("host.app.ensure", "host.app.remove"),
    "backup": ("host.backup.ensure", "host.backup.remove"),
    "bucket": ("host.bucket.record",),
    "certificate": ("host.certificate.ensure", "host.certificate.obtain"),
    "check": ("host.check.run", "host.check.status", "host.check.try_alarm"),
    "copy": ("host.copy.ensure", "host.copy.run"),
    "database": ("host.database.destroy", "host.database.ensure", "host.database.refill"),
    "drill": ("host.drill.run",),
    "dump": ("host.dumps.fetch", "host.dumps.incoming", "host.dumps.make", "host.dumps.upload"),
    "files": ("host.files.drill", "host.files.end", "host.files.ensure", "host.files.restore", "host.files.run"),
    "import": ("host.imports.run",),
    "link": (
        "host.link.drop_data",
        "host.link.ensure",
        "host.link.isolate",
        "host.link.psql",
        "host.link.rotate_password",
    ),
    "real-ip": ("host.server.real_ip",),
    "report": ("host.report.adopt", "host.report.doctor", "host.report.status"),
    "schema": ("host.schema.list",),
    "server": ("host.server.ensure", "host.server.others"),
    "restore": ("host.restore.look", "host.restore.run"),
    "set-aside": ("host.restore.set_aside",),
    "settings": ("host.settings.ensure",),
    "upgrade": ("host.upgrade.report", "host.upgrade.run"),
    "watch": ("host.backup.watch",),
}
"""The modules of each noun. Only those of the noun in use are imported: a server compiles them at every call."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}. See: {self.prog} --help")


def load(noun: str = "") -> list[type[Command]]:
    """Import the commands of a noun, or of all."""
    for name, modules in NOUNS.items():
        if noun in {"", name}:
            for module in modules:
                importlib.import_module(module)
    return [command for (name, _), command in sorted(COMMANDS.items()) if noun in {"", name}]


def parse(words: Sequence[str], *, lenient: bool = False) -> Command:
    """The command that these words are. UsageError for words that are none.

    `lenient` passes over options that this release does not know, in a line that another release has written.
    """
    noun = words[0] if words and words[0] in NOUNS else ""
    parser = _parser(load(noun))
    found = vars(parser.parse_known_args(list(words))[0] if lenient else parser.parse_args(list(words)))
    cls: type[Command] = found["command"]
    hints = typing.get_type_hints(cls)
    return cls(**{field.name: _value(hints[field.name], found[field.name]) for field in dataclasses.fields(cls)})


def _parser(commands: Sequence[type[Command]]) -> argparse.ArgumentParser:
    parser = _Parser("petbase-host", description="Petbase's commands on this server.", allow_abbrev=False)
    nouns = parser.add_subparsers(metavar="NOUN", required=True)
    verbs: dict[str, Any] = {}
    for command in commands:
        if command.noun not in verbs:
            listed = ", ".join(other.verb for other in commands if other.noun == command.noun)
            noun = nouns.add_parser(command.noun, help=listed, allow_abbrev=False)
            verbs[command.noun] = noun.add_subparsers(metavar="VERB", required=True)
        text = (command.__doc__ or "").strip()
        verb = verbs[command.noun].add_parser(
            command.verb, help=text.splitlines()[0], description=text, allow_abbrev=False
        )
        verb.set_defaults(command=command)
        _add_fields(verb, command)
    return parser


def _add_fields(parser: argparse.ArgumentParser, command: type[Command]) -> None:
    hints = typing.get_type_hints(command)
    for field in dataclasses.fields(command):
        if field.kw_only:
            _add_option(parser, field, hints[field.name])
        else:
            parser.add_argument(field.name, metavar=field.name.upper())
    parser.add_argument("--revision", metavar="DIGEST", help="which release of the modules; not read here")


def _add_option(parser: argparse.ArgumentParser, field: dataclasses.Field[Any], hint: Any) -> None:
    default, name = default_of(field), option_name(field)
    required = default is dataclasses.MISSING
    if hint is bool:
        parser.add_argument(name, dest=field.name, action="store_false" if default is True else "store_true")
    elif typing.get_origin(hint) is dict:
        parser.add_argument(
            name,
            dest=field.name,
            action="append",
            type=_assignment,
            default=[],
            metavar="NAME=VALUE",
            required=required,
        )
    elif typing.get_origin(hint) is tuple:
        parser.add_argument(name, dest=field.name, action="append", default=[], metavar="WORD", required=required)
    else:
        number = int if hint in (int, int | None) else str
        parser.add_argument(
            name,
            dest=field.name,
            type=number,
            default=None if required else default,
            required=required,
            metavar=field.name.upper(),
        )


def _assignment(word: str) -> tuple[str, str]:
    name, found, value = word.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f'"{word}" is not NAME=VALUE')
    return name, value


def _value(hint: Any, value: Any) -> Any:
    """Repeated options as the dataclass has them."""
    kind = typing.get_origin(hint)
    return kind(value) if kind in (dict, tuple) else value
