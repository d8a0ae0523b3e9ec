"""What the proof takes as proved. `make sandbox` runs it on the real thing; here stand-ins for psql say the worst."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox import workspace
from sandbox.proof.example import ProofError
from sandbox.proof.proof import Proof

_OUTPUTS = {"apps": {name: {"schema": name, "urls": [f"http://{name}.localhost"]} for name in ("fruits", "notes")}}
_OWN = "printf ' current_database | count \\n------------------+-------\\n %s  |     6\\n(1 row)\\n\\n' {database}\n"
_REFUSED = 'echo "ERROR:  permission denied for schema {other}" >&2; echo "LINE 1: SELECT" >&2; exit 1\n'

Look = Callable[[str, str], list[str]]


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """What the proof tells when psql answers this for fruits and that for notes."""

    def run(fruits: str, notes: str) -> list[str]:
        script = tmp_path / "petbase"
        # petbase psql --stack sandbox --app APP --command SQL
        script.write_text(f"#!/bin/sh\nif [ $5 = fruits ]; then\n{fruits}else\n{notes}fi\n")
        script.chmod(0o755)
        monkeypatch.setattr(workspace, "CHECKOUT", tmp_path)
        told: list[str] = []
        here = Proof(tmp_path, _OUTPUTS, 1, told.append)
        one, other = here.example("fruits"), here.example("notes")
        assert one
        assert other
        here.strangers(one, other)
        return told

    return run


def says(other: str, database: str = "db") -> str:
    return _OWN.format(database=database) + _REFUSED.format(other=other)


def test_two_refusals_in_one_database_are_the_proof(look: Look) -> None:
    told = look(says("notes"), says("fruits"))
    assert told == [
        "one database, and neither sees the other:",
        """  ./petbase psql --stack sandbox --app fruits --command \
'SELECT current_database(), count(*) FROM fruits; SELECT * FROM "notes".notes'
      its own rows: 6, in database db
      ERROR:  permission denied for schema notes""",
        """  ./petbase psql --stack sandbox --app notes --command \
'SELECT current_database(), count(*) FROM notes; SELECT * FROM "fruits".fruits'
      its own rows: 6, in database db
      ERROR:  permission denied for schema fruits""",
    ]


@pytest.mark.parametrize(
    "notes",
    [
        pytest.param(_OWN.format(database="db") + "echo ' apple'\n", id="it sees the other's rows"),
        pytest.param(_REFUSED.format(other="fruits"), id="it does not see its own either"),
        pytest.param(
            _OWN.format(database="db") + "echo 'ERROR:  relation \"fruits.fruits\" does not exist' >&2; exit 1\n",
            id="the other's table is in another place",
        ),
    ],
)
def test_anything_else_is_no_proof(look: Look, notes: str) -> None:
    with pytest.raises(ProofError, match=r"^notes is to read its own table alone, and psql says: "):
        look(says("notes"), notes)


def test_two_databases_are_no_proof(look: Look) -> None:
    with pytest.raises(ProofError, match=r"^the apps have two databases: db, other$"):
        look(says("notes"), says("fruits", database="other"))


def test_without_the_examples_there_is_nothing_to_prove(tmp_path: Path) -> None:
    told: list[str] = []
    Proof(tmp_path, {"apps": {}}, 1, told.append).run()
    assert (told, list(tmp_path.iterdir())) == ([], [])


def test_a_drill_ends_the_proof_with_its_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "petbase"
    evidence = '"key": "a.tgz", "fingerprint": "0123456789abcdef", "rows": {"fruits.fruits": 6, "notes.notes": 1}'
    script.write_text(f"""#!/bin/sh\necho '{{{evidence}, "seconds": {{"restore": 0.42, "total": 3.14}}}}'\n""")
    script.chmod(0o755)
    monkeypatch.setattr(workspace, "CHECKOUT", tmp_path)
    told: list[str] = []
    here = Proof(tmp_path, _OUTPUTS, 1, told.append)
    here.drill()
    assert told == [
        "the newest dump, restored for practice: ./petbase drill",
        "      a.tgz: 7 rows in 2 tables, schema 0123456789ab the same, 3.1 s (0.4 s of it the restore); "
        "kept under verified/",
    ]
    script.write_text("#!/bin/sh\necho petbase: The drill failed: no room >&2; exit 1\n")
    with pytest.raises(ProofError, match="drill failed: petbase: The drill failed: no room"):
        here.drill()
