"""What a drill left in the bucket, read back."""

from datetime import UTC, datetime

from operate.backups import evidence
from operate.backups.evidence import Evidence


def test_evidence_is_read_in_each_of_its_forms() -> None:
    told = (
        b'{"at": "2026-11-22T04:00:00Z", "etag": "\\"e\\"", "seconds": {"download": 1, "restore": 2.5}, "equal": true,'
    )
    found = evidence.parse(told + b' "rows": {"fruits.fruits": 2, "notes.notes": 3}, "error": null}')
    assert found == Evidence(datetime(2026, 11, 22, 4, tzinfo=UTC), "e", 3.5, 5, True, "")
    assert evidence.parse(b'{"at": "2026-11-22T04:00:00", "seconds": {"total": 4, "x": 1}, "error": "cut"}') == (
        Evidence(datetime(2026, 11, 22, 4, tzinfo=UTC), "", 4, 0, False, "cut")
    )
    for nonsense in (b"", b"{}", b"[]", b"no", b'{"at": "yesterday"}', b"\xff"):
        assert evidence.parse(nonsense) is None
