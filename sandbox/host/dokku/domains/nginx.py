"""`proxy:*`: what the proxy was told."""

from sandbox.host.dokku.apps import app as apps
from sandbox.host.dokku.core import report
from sandbox.host.dokku.core.call import Call, app_named
from sandbox.host.dokku.domains import proxy, routes


def build_config(call: Call) -> int:
    """`proxy:build-config APP`"""
    proxy.rebuild(apps.verified(app_named(call.words)))
    return 0


def clear_config(call: Call) -> int:
    """`proxy:clear-config APP`: the app's server blocks leave nginx, until its configuration is built again."""
    app = apps.verified(app_named(call.words))
    (apps.home(app) / "nginx.conf").unlink(missing_ok=True)
    routes.publish()
    return 0


def show_report(call: Call) -> int:
    """`proxy:report APP [FLAG]`: nginx serves every app, and `proxy:disable` is not among the verbs here."""
    app = apps.verified(app_named(call.words))
    values = {"enabled": "true", "computed-type": "nginx", "global-type": "", "type": ""}
    return report.show(call, f"{app} proxy information", "proxy", values)
