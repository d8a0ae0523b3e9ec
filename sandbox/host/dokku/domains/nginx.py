"""`proxy:*`: what the proxy was told."""

from sandbox.host.dokku.apps import app as apps
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
