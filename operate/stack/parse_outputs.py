"""Reads a stack's secret output, which components/outputs.py writes."""

from collections.abc import Mapping
from typing import Any

from components.dokku.link_options import LinkOptions
from host.settings.table import AppSettings
from operate.core.errors import PetbaseError
from operate.stack.app_outputs import App, AppBucket
from operate.stack.outputs import Backups, Dokku, Server, Stack


def parse(name: str, outputs: Mapping[str, Any]) -> Stack:
    """The secret output of stack `name`; PetbaseError when its first `pulumi up` has not got that far."""
    try:
        return Stack(
            name=name,
            server=_read(Server, outputs["server"]),
            service=str(outputs["database"]["service"]),
            version=str(outputs["database"]["version"]),
            apps={app: _app(app, value) for app, value in outputs["apps"].items()},
            backups=_read(Backups, outputs["backups"]),
            dokku=_read(Dokku, outputs["dokku"]),
            dropped=_bucket(outputs.get("dropped")),
            copy=_copy(outputs["backups"]),
            version_declared=outputs["database"]["versionDeclared"],
        )
    except KeyError as missing:
        again = "make sandbox" if name == "sandbox" else f"pulumi up --stack {name}"
        raise PetbaseError(
            f"The first run of the stack {name} has not finished: its outputs have no {missing} yet. Run: {again}"
        ) from None


def _app(name: str, value: Mapping[str, Any]) -> App:
    told = {
        **value,
        "urls": tuple(value["urls"]),
        "files": tuple(value.get("files", ())),
        "link": LinkOptions.from_output(value.get("link", {})),
        "settings": AppSettings.of(value.get("settings", {})),
        "bucket": _bucket(value.get("bucket")),
    }
    app: App = _read(App, {"ownSchema": name, "tls": "none", **told})
    return app


def _bucket(value: Mapping[str, Any] | None) -> AppBucket | None:
    if not value:
        return None
    lists = {name: tuple(value.get(name, ())) for name in ("origins", "secrets")}
    found: AppBucket = _read(AppBucket, {**value, **lists})
    return found


def _copy(backups: Mapping[str, Any]) -> Backups | None:
    """The second store is no R2 bucket of ours: nothing here knows its rules."""
    copy = backups.get("copy")
    return _read(Backups, {**backups, **copy, "store": "s3"}) if copy else None


def _read(kind: type[Any], values: Mapping[str, Any]) -> Any:
    return kind(**{name: values[_camel(name)] for name in kind.__dataclass_fields__})


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
