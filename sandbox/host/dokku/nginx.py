"""`nginx:show-config` and `proxy:*`: what the proxy was told."""

from __future__ import annotations

from sandbox.host.dokku import app as apps
from sandbox.host.dokku import proxy, say
from sandbox.host.dokku.call import Call, app_named


def show_config(call: Call) -> int:
    """`nginx:show-config APP`"""
    app = apps.verified(app_named(call.words))
    say.out((apps.home(app) / "nginx.conf").read_text(), end="")
    return 0


def build_config(call: Call) -> int:
    """`proxy:build-config APP`"""
    proxy.rebuild(apps.verified(app_named(call.words)))
    return 0
