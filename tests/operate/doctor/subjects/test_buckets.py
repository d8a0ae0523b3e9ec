"""The lines about apps' buckets, and about what is left of R2's free storage."""

from operate.doctor.subjects import app_files
from operate.files.usage import Usage

GB = 1000**3


def told(*usage: Usage, dumps: int = 0) -> list[tuple[str, str, str]]:
    return [(one.level, one.about, one.says) for one in app_files.buckets(usage, dumps)]


def test_without_a_bucket_there_is_no_line() -> None:
    assert told(dumps=9 * GB) == []


def test_a_bucket_that_opens_and_what_is_free() -> None:
    assert told(Usage("fruits", "fruits-example-com", GB, 1), dumps=GB) == [
        ("well", "bucket of fruits", "fruits-example-com (fruits) holds 1.0 GB in 1 file"),
        ("well", "R2 storage", "dumps and files take 2.0 GB, 20.0 % of the 10 GB that are free"),
    ]


def test_a_key_that_opens_nothing_is_a_problem() -> None:
    (line, _) = told(Usage("fruits", "fruits-example-com", problem="AccessDenied"))
    assert line == ("bad", "bucket of fruits", "fruits-example-com does not open: AccessDenied")


def test_nearly_all_that_is_free_is_a_hint() -> None:
    (*_, line) = told(Usage("fruits", "fruits-example-com", 8 * GB, 2), dumps=GB // 10)
    assert line[:2] == ("hint", "R2 storage")


def test_more_files_than_are_counted_is_said() -> None:
    usage = Usage("fruits", "fruits-example-com", GB, 50_000, counted_all=False)
    assert str(usage) == "fruits-example-com (fruits) holds more than 1.0 GB in more than 50,000 files"
