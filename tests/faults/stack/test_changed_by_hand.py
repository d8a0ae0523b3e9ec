"""What somebody changes in the accounts is seen by a refresh, as the nightly `drift` workflow makes one, and the next
`up` makes it as declared again.
"""

from collections.abc import Callable
from typing import Any

import pytest
from pulumi.automation import EngineEvent

from sandbox.providers.cloud import Cloud
from sandbox.store import account
from tests.faults.support.site import Site

ESTATE: dict[str, Any] = {"apps": {"fruits": {}}, "edge": {"dns": None}}
BUCKET = "db-backups"


def _changed(site: Site, account: str, kind: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """One thing of an account, by hand."""
    cloud = Cloud(site.root, account)
    token = f"{account}:index/{kind[0].lower()}{kind[1:]}:{kind}"
    key, state = next(iter(sorted(cloud.all(token).items())))
    cloud.put(token, key, {**state, **change(state)})


def _planned(site: Site) -> set[str]:
    """The kinds of what the next `up` changes."""
    found: set[str] = set()

    def listen(event: EngineEvent) -> None:
        if event.resource_pre_event and event.resource_pre_event.metadata.op.value not in ("same", "read"):
            token = event.resource_pre_event.metadata.urn.split("::")[-2].rpartition("$")[2]
            found.update({token.rpartition(":")[2]} - {"Stack"})

    site.engine(ESTATE).preview(on_event=listen)
    return found


@pytest.mark.soak
def test_what_is_changed_by_hand_in_the_accounts_is_seen_and_put_right(site: Site) -> None:
    site.up(**ESTATE)
    assert _planned(site) == set()
    store = site.root / "store"
    rule = {"id": "mine", "enabled": True, "conditions": {"prefix": ""}}
    short = {"deleteObjectsTransition": {"condition": {"type": "Age", "maxAge": 86400}}}
    account.put_lifecycle(store, BUCKET, [*account.lifecycle(store, BUCKET), {**rule, **short}])
    account.put_lock(store, BUCKET, [])
    _changed(site, "cloudflare", "DnsRecord", lambda state: {"proxied": not state.get("proxied")})
    any_port = {"direction": "in", "protocol": "tcp", "port": "5432", "sourceIps": ["0.0.0.0/0"]}
    _changed(site, "hcloud", "Firewall", lambda state: {"rules": [*state["rules"], any_port]})
    site.engine(ESTATE).refresh()
    assert _planned(site) == {"R2BucketLifecycle", "R2BucketLock", "DnsRecord", "Firewall"}
    site.up(**ESTATE)
    site.engine(ESTATE).refresh()
    assert _planned(site) == set()
