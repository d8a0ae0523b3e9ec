"""docs/disaster.md, its first two cases followed line by line on a host; 3 and 4 are followed in tests/faults."""

import re
import shlex
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from operate.core.errors import PetbaseError
from tests.support.hosts.estate import ROWS, Estate
from tests.support.operate import Petbase, Ran

# Long; the restores that it is made of are in every run.
pytestmark = pytest.mark.soak

PAGE = (Path(__file__).resolve().parents[2] / "docs/disaster.md").read_text()
# For scripts: what a person would type when asked.
ANSWERS = {"restore": ["--yes"], "drop-data": ["--yes", "--i-know", "look"]}


def _lines(section: int, *, block: int) -> list[list[str]]:
    text = re.split(r"^## \d\. ", PAGE, flags=re.MULTILINE)[section]
    lines = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[block].splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines]


def _follow(petbase: Petbase, section: int, block: int) -> list[Ran]:
    """Every line of a block, each must end well. No app is deployed here, so none is stopped or started."""
    ran = []
    for words in _lines(section, block=block):
        if words[:2] == ["ssh", "dokku"]:
            continue
        # The page's moment is in the past; here the dump was made this minute.
        soon = f"{datetime.now() + timedelta(minutes=1):%Y-%m-%d %H:%M}"
        typed = [soon if re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d", word) else word for word in words]
        done = petbase(*typed, *ANSWERS.get(words[0], []))
        assert done.code == 0, f"{typed}: {done.err}"
        ran.append(done)
    return ran


@pytest.fixture
def put_away(petbase: Petbase, estate: Estate) -> None:
    found = estate.sql("SELECT datname FROM pg_database WHERE datname ~ ' before |^look$'").splitlines()
    for name in found:
        assert petbase("drop-data", name, "--yes", "--i-know", name).code == 0


@pytest.mark.usefixtures("put_away")
def test_a_whole_app_as_it_was(petbase: Petbase, estate: Estate, dump: str) -> None:
    estate.sql("DELETE FROM fruits.fruits; CREATE TABLE shop.since (id int);")
    _, kept = _follow(petbase, 1, 0)
    assert dump
    assert estate.sql(ROWS) == "apple banana"
    assert estate.as_app("fruits", "SELECT count(*) FROM fruits") == "2"
    assert estate.sql("SELECT count(*) FROM shop.since") == "0"
    assert "fruits before " in kept.out


@pytest.mark.usefixtures("put_away")
def test_a_table_that_was_dropped(petbase: Petbase, estate: Estate, dump: str) -> None:
    estate.sql("DROP TABLE fruits.fruits CASCADE;")
    for block in (1, 2, 4):
        ran = _follow(petbase, 1, block)
    assert dump
    assert "     2\n" in ran[0].out
    assert estate.as_app("fruits", "INSERT INTO fruits (name) VALUES ('cherry') RETURNING id") == "3"
    assert "look" not in estate.sql("SELECT datname FROM pg_database").splitlines()


@pytest.mark.usefixtures("put_away")
def test_rows_that_were_deleted(petbase: Petbase, estate: Estate, dump: str) -> None:
    estate.sql("DELETE FROM fruits.fruits WHERE name = 'apple'; INSERT INTO fruits.fruits (name) VALUES ('since');")
    for block in (1, 3, 4):
        _follow(petbase, 1, block)
    assert dump
    assert estate.sql(ROWS) == "apple banana since"
    assert estate.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'fruits'") == "fruits"


@pytest.mark.usefixtures("put_away")
def test_a_dump_that_lacks_the_table_takes_nothing(petbase: Petbase, estate: Estate, dump: str) -> None:
    """The line of a table that is gone, where the dump does not have it either: the live schema stays as it is."""
    assert dump
    _follow(petbase, 1, 1)
    estate.sql("CREATE TABLE fruits.younger (id int);")
    (words,) = _lines(1, block=2)
    petbase(*[word.replace("fruits.fruits", "fruits.younger") for word in words])
    assert estate.sql("SELECT count(*) FROM fruits.younger") == "0"
    assert estate.sql(ROWS) == "apple banana"


@pytest.mark.usefixtures("put_away")
def test_a_database_that_stands_still_starts(petbase: Petbase, estate: Estate) -> None:
    estate.connection.run("dokku", "postgres:stop", "db")
    with pytest.raises(PetbaseError):
        estate.sql("SELECT 1")
    (line,) = re.findall(r"\*\*It stands still:\*\* `\./petbase (.*?)`", PAGE)
    assert petbase(*line.split()).code == 0
    assert estate.sql(ROWS) == "apple banana"


def test_the_passphrase_is_where_the_page_says(estate: Estate, petbase: Petbase) -> None:
    lines = _lines(6, block=0)
    _, folder = lines[1][1], lines[1][2]
    held = Path(folder).parent
    estate.connection.run("dokku", "postgres:backup-set-encryption", "db", "a-passphrase")
    try:
        ran = petbase(*lines[1])
    finally:
        estate.connection.run("dokku", "postgres:backup-unset-encryption", "db")
    assert (ran.code, ran.out.strip()) == (0, "a-passphrase")
    assert held.name == "backup-encryption"
