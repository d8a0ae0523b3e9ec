"""Dumps as Coolify and Dokploy make them, each by the panel's own words for pg_dump; and docs/moving.md, followed.

Coolify: app/Jobs/DatabaseBackupJob.php. Dokploy: packages/server/src/utils/backups/utils.ts. In both the database's
user is its cluster's superuser, whatever it is called.
"""

import gzip
import re
from pathlib import Path

import pytest

from tests.host.imports.platforms import APP
from tests.host.imports.staged import Importer

OWNER = "shop_admin"
_BY = ("--username", OWNER)
# What the app has there: Dokploy calls the database's user as a person says.
SOURCE = (
    f"CREATE ROLE {OWNER} LOGIN SUPERUSER PASSWORD '{'p' * 32}'; CREATE ROLE readonly; SET ROLE {OWNER}; {APP}"
    "CREATE SCHEMA jobs; CREATE TABLE jobs.job AS SELECT 1 AS n; GRANT SELECT ON items TO readonly;"
)
PANELS = {
    "Coolify, pg-dump-shop-1764500000.dmp": (("--format=custom", "--no-acl", "--no-owner", *_BY), "pg_dump", False),
    "Coolify, pg-dump-all-1764500000.gz": (_BY, "pg_dumpall", True),
    "Dokploy, 2026-11-30T03-00-00-000Z.sql.gz": (
        ("-Fc", "--no-acl", "--no-owner", "-h", "localhost", "-U", OWNER, "--no-password"),
        "pg_dump",
        True,
    ),
}


@pytest.mark.parametrize("panel", PANELS)
def test_a_scheduled_backup_comes_as_it_is(importer: Importer, panel: str) -> None:
    words, program, packed = PANELS[panel]
    importer.source(SOURCE)
    file = importer.file(*words, program=program)
    if packed:
        importer.put(gzip.compress(file.read_bytes()))
    done = importer.run()
    check(importer, done["facts"]["schemas"])
    assert done["facts"]["roles"] == (["readonly", OWNER] if program == "pg_dumpall" else [OWNER])


def check(importer: Importer, schemas: object) -> None:
    live = importer.container
    assert live.sql("SELECT name FROM items ORDER BY id", role="fruits") == [("apple",), ("banana",)]
    assert live.sql("SELECT n FROM jobs.job", role="fruits") == [(1,)]
    assert schemas == [
        {"name": "public", "tables": 1, "becomes": "fruits", "why": ""},
        {"name": "jobs", "tables": 1, "becomes": "jobs", "why": ""},
    ]


def test_the_page_s_own_words_make_a_dump_that_comes(importer: Importer) -> None:
    page = Path("docs/moving.md").read_text().partition("## Coolify and Dokploy")[2].partition("\n## ")[0]
    found = re.search(r"docker exec CONTAINER pg_dump (.*) DATABASE >", page)
    assert found
    importer.source(SOURCE)
    importer.file(*found[1].split())
    check(importer, importer.run()["facts"]["schemas"])
