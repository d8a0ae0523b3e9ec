"""A server as somebody sets it up by the blogs, without Petbase: what ./petbase adopt is for."""

from pathlib import Path

from tests.faults.support.bench import Bench
from tests.support.hosts.sandbox_host import SandboxHost, start_host

BUCKET, KEY, SECRET, VALUE = "my-dumps", "a" * 32, "b" * 64, "s3cr3t-value"
_BY_HAND = """set -e
dokku plugin:install https://github.com/dokku/dokku-postgres.git --committish 1.48.0 --name postgres
dokku domains:set-global example.com
dokku postgres:create db --image-version 18.4 --config-options '-c max_connections=60 -c work_mem=8MB' --memory 512
dokku postgres:create other --image-version 18.4 --config-options '-c work_mem=8MB -c max_connections=60'
for app in blog shop wiki lone; do dokku apps:create $app; done
dokku domains:set shop shop.example.org www.shop.example.org
dokku ports:set shop http:80:3000
dokku config:set --no-restart shop API_KEY={value}
dokku postgres:link db blog --no-restart
dokku postgres:link db shop --no-restart
dokku postgres:link other wiki --no-restart
echo "CREATE TABLE posts (title text); INSERT INTO posts VALUES ('hello');" | dokku postgres:connect db
dokku postgres:backup-auth db {key} {secret} us-east-1 s3v4 {endpoint}
dokku postgres:backup-schedule db "30 4 * * *" {bucket}/prod
dokku ssh-keys:add laptop </root/laptop.pub
"""


def by_hand(root: Path, name: str, key: Path, endpoint: str) -> Bench:
    """A host under the sandbox `root` with two services, four apps, and dumps to a bucket at `endpoint`."""
    bench = Bench(start_host(root, name, key))
    (bench.disk / "root/laptop.pub").write_text(f"{bench.host.public_key}\n")
    bench.root(_BY_HAND.format(key=KEY, secret=SECRET, endpoint=endpoint, bucket=BUCKET, value=VALUE))
    return bench


def host_key(host: SandboxHost) -> str:
    return (host.machine.root / "etc/ssh/ssh_host_ed25519_key.pub").read_text().strip()
