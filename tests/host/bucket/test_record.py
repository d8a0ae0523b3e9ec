"""Buckets that the server remembers: whose they are, and that no other stack's is shown or forgotten."""

import json
from typing import Any

from host.bucket.record import ForgetBucket, ListBuckets
from host.settings.ensure import EnsureSettings
from tests.host.recorder import Recorder
from tests.host.settings.server import DEPLOYED, GONE, apply, secrets, variables

KEY = "0123456789abcdef0123456789abcdef/fruits-example-com/default"
PLACE = {"S3_ENDPOINT": "https://s3.example.com", "S3_BUCKET": "fruits-example-com", "S3_REGION": "auto"}
KEYS = {"S3_ACCESS_KEY_ID": "id", "S3_SECRET_ACCESS_KEY": "key"}
SETTINGS = EnsureSettings("fruits", env=PLACE, secret_env=tuple(KEYS), bucket=KEY)


def ensure(server: Recorder) -> None:
    server.run(SETTINGS, DEPLOYED, variables(**PLACE, **KEYS), secrets=secrets(KEYS))


def listed(server: Recorder) -> Any:
    assert server.run(ListBuckets()) == []
    return json.loads(server.printed)


def test_a_bucket_is_remembered_with_its_app_and_stays_when_its_settings_go(server: Recorder) -> None:
    assert listed(server) == []
    ensure(server)
    apply(server, GONE, variables(**PLACE, **KEYS))
    assert listed(server) == [{"name": "fruits-example-com", "key": KEY, "app": "fruits"}]


def test_nothing_is_written_where_it_is_known(server: Recorder) -> None:
    ensure(server)
    file = server.file("/var/lib/petbase/buckets/fruits-example-com.json")
    before = file.stat().st_mtime_ns, file.stat().st_ino
    ensure(server)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_bucket_that_another_app_gets_is_that_ones(server: Recorder) -> None:
    ensure(server)
    file = server.file("/var/lib/petbase/buckets/fruits-example-com.json")
    file.write_text(file.read_text().replace('"app": "fruits"', '"app": "apples"'))
    ensure(server)
    assert [one["app"] for one in listed(server)] == ["fruits"]


def test_one_that_is_gone_is_forgotten_once(server: Recorder) -> None:
    ensure(server)
    for _ in range(2):
        assert server.run(ForgetBucket("fruits-example-com")) == []
    assert listed(server) == []
    assert not server.file("/var/lib/petbase/buckets").exists()


def test_another_stacks_is_neither_listed_nor_forgotten(server: Recorder) -> None:
    ensure(server)
    server.stack = "staging"
    assert listed(server) == []
    server.run(ForgetBucket("fruits-example-com"))
    server.stack = "prod"
    assert len(listed(server)) == 1
