"""What is allowed and may not be meant: a warning of the preview, which the `up` after it does not repeat."""

import json
from typing import Any

from operate.plan import placeholders, program_mocks
from operate.plan.program_mocks import Record
from tests.components.estates import estate
from tests.support.pulumi import program

COPY = {"endpoint": "https://s3.example.net", "bucket": "copies", "region": "here", "keep-days": 20}
SECRETS = {"copyAccessKeyId": "C0PYKEY", "copySecretAccessKey": "c0py-s3cr3t"}


def test_the_program_warns_in_a_preview_and_not_in_an_up() -> None:
    apps: dict[str, Any] = {f"app{number}": {} for number in range(19)}
    held = estate(apps=apps, backups={"copy": COPY}, edge={"ssl": "strict"})
    config = {"petbase:estate": json.dumps(held), **{f"petbase:{key}": value for key, value in SECRETS.items()}}
    program_mocks.run(placeholders.Accounts(config), record := Record(), "live", config, preview=True)
    connections, copy = sorted(record.warnings)
    assert connections.startswith("apps: the 19 without a number under connections get 5 each")
    assert copy.startswith("backups.copy.keep-days: 20 is less than backups.keep-days, 35")
    assert program.run(held, secrets=SECRETS).warnings == []
