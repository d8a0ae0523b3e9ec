"""The lines about apps' buckets, and about what is left of R2's free storage."""

import pytest

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


OWN = ("shop.S3_ACCESS_KEY_ID", "shop.S3_SECRET_ACCESS_KEY")


@pytest.mark.parametrize(
    ("usage", "says", "repair"),
    [
        (Usage("shop", "files", problem="AccessDenied"), "does not open: AccessDenied", "pulumi refresh, pulumi up"),
        (
            Usage("shop", "files", problem="NoSuchBucket"),
            "does not open: NoSuchBucket",
            "pulumi refresh, pulumi up; the new one is empty",
        ),
        (
            Usage("shop", "files", problem="ExpiredToken", secrets=OWN),
            "does not open: ExpiredToken",
            "./petbase secrets set shop.S3_ACCESS_KEY_ID, ./petbase secrets set shop.S3_SECRET_ACCESS_KEY, pulumi up",
        ),
        (
            Usage("shop", "files", shut_out=("https://shop.example.com",)),
            "takes no upload from pages of https://shop.example.com: its CORS rules were changed",
            "pulumi refresh, pulumi up",
        ),
    ],
)
def test_a_key_that_opens_nothing_and_rules_that_were_changed_have_their_way_out(
    usage: Usage, says: str, repair: str
) -> None:
    line, *_ = app_files.buckets([usage], 0)
    assert (line.level, line.about, line.says, line.repair) == ("bad", "bucket of shop", f"files {says}", repair)


def test_a_bucket_of_the_users_own_takes_nothing_of_what_is_free_in_r2() -> None:
    assert told(Usage("shop", "files", GB, 1, secrets=OWN)) == [
        ("well", "bucket of shop", "files (shop) holds 1.0 GB in 1 file")
    ]


def test_nearly_all_that_is_free_is_a_hint() -> None:
    (*_, line) = told(Usage("fruits", "fruits-example-com", 8 * GB, 2), dumps=GB // 10)
    assert line[:2] == ("hint", "R2 storage")


def test_more_files_than_are_counted_is_said() -> None:
    usage = Usage("fruits", "fruits-example-com", GB, 50_000, counted_all=False)
    assert str(usage) == "fruits-example-com (fruits) holds more than 1.0 GB in more than 50,000 files"
