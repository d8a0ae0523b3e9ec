"""What `./petbase import --files` refuses before anything is asked; a key is never an argument, and is never shown."""

import io
import os
import sys
from pathlib import Path

import pytest

from tests.operate.imports.files.conftest import OWN, SHOP, Buckets
from tests.support.operate import Petbase

HOW = "--files FOLDER, or --files s3://BUCKET/FOLDER"
REFUSED = {
    "none": f"--files: there is no folder none. To copy from a bucket: {HOW}.",
    "https://example.com/photos": f"--files: files come from a folder of this machine or from an S3 bucket. Use {HOW}.",
    "s3://": '--files: "" is not the name of a bucket; write s3://BUCKET or s3://BUCKET/FOLDER.',
    "s3://a bucket/x": '--files: "a bucket" is not the name of a bucket; write s3://BUCKET or s3://BUCKET/FOLDER.',
    "s3://AKIA:hidden@shop/x": "--files: the address contains a key, which every program on this machine can read. "
    "Leave it out, and put it into PETBASE_IMPORT_ACCESS_KEY_ID and PETBASE_IMPORT_SECRET_ACCESS_KEY.",
    f"s3://{SHOP} --files-endpoint store": '--files-endpoint: "store" is not the address of a store; write one like '
    "https://s3.example.com.",
    "/ --files-endpoint https://s3.example.com": "--files-endpoint applies to a bucket, and --files names a folder of "
    "this machine; leave it out.",
    "/ --files-to /photos": '--files-to: "/photos" is not a folder in a bucket; write one like photos/2026.',
    "/ --take auth": "--take auth applies to a database; with --files, add --from to import one.",
}


@pytest.mark.usefixtures("buckets")
@pytest.mark.parametrize("given", REFUSED)
def test_what_is_no_source_is_refused(petbase: Petbase, given: str) -> None:
    files, *more = given.split(" --")
    words = [word for option in more for word in f"--{option}".split()]
    ran = petbase("import", "fruits", "--files", files, *words, "--yes")
    assert (ran.code, ran.err) == (2, f"petbase: {REFUSED[given]}\n")
    assert "hidden" not in ran.err


@pytest.mark.usefixtures("buckets")
def test_options_of_files_need_files(petbase: Petbase) -> None:
    for words in (["--files-to", "photos"], ["--keep-newer"]):
        ran = petbase("import", "fruits", *words)
        assert (ran.code, ran.err) == (2, f"petbase: {' '.join(words)} needs --files.\n")


@pytest.mark.usefixtures("buckets")
def test_an_app_without_a_bucket_says_what_to_write(petbase: Petbase, uploads: Path) -> None:
    ran = petbase("import", "bare", "--files", str(uploads))
    assert (ran.code, ran.err) == (
        2,
        "petbase: bare has no bucket for its files. Write bucket: true under apps.bare in the stack file, and run: "
        "pulumi up --stack test\n",
    )
    ran = petbase("import", "none", "--files", str(uploads))
    assert (ran.code, ran.err) == (2, 'petbase: The stack test has no app "none"; it has: fruits, bare.\n')


def test_a_file_an_empty_folder_and_the_apps_own_bucket_are_no_source(
    petbase: Petbase, buckets: Buckets, uploads: Path
) -> None:
    note = uploads / "note"
    ran = petbase("import", "fruits", "--files", str(note))
    assert (ran.code, ran.err) == (2, f"petbase: --files: {note} is a file. Name the folder that it is in.\n")
    (uploads / "empty").mkdir()
    ran = petbase("import", "fruits", "--files", str(uploads / "empty"))
    says = f"{uploads / 'empty'} holds no files. Name another folder or bucket: --files"
    assert (ran.code, ran.err.splitlines()[-1]) == (2, f"petbase: {says}")
    endpoint = buckets.store.endpoint
    ran = petbase("import", "fruits", "--files", f"s3://{OWN}", "--files-endpoint", endpoint)
    says = f"--files: {OWN} at {endpoint} is the app's own bucket, which holds those files already."
    assert (ran.code, ran.err) == (2, f"petbase: {says}\n")


def test_a_bucket_that_is_not_there_or_does_not_open_is_refused(petbase: Petbase, shop: list[str]) -> None:
    endpoint = shop[-1]
    ran = petbase("import", "fruits", "--files", "s3://other-shop", "--files-endpoint", endpoint)
    says = f"s3://other-shop at {endpoint} refuses the key (403 AccessDenied). It needs the rights to list the bucket "
    assert (ran.code, ran.err.splitlines()[-1]) == (2, f"petbase: {says}and to read its files.")
    ran = petbase("import", "fruits", "--files", f"s3://{SHOP}", "--files-endpoint", "http://127.0.0.1:1")
    says = f"s3://{SHOP} at http://127.0.0.1:1 was not reached (EndpointConnectionError). Look at --files-endpoint, "
    assert (ran.code, ran.err.splitlines()[-1]) == (2, f"petbase: {says}and whether this machine is online.")


def test_the_key_of_the_source_is_in_the_environment_or_asked_for(
    petbase: Petbase, buckets: Buckets, shop: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    buckets.put(SHOP, "a", b"a")
    key = os.environ["PETBASE_IMPORT_SECRET_ACCESS_KEY"]
    monkeypatch.delenv("PETBASE_IMPORT_SECRET_ACCESS_KEY")
    ran = petbase("import", "fruits", *shop)
    assert (ran.code, ran.err) == (
        2,
        "petbase: --files s3://… needs the key of the source: set PETBASE_IMPORT_ACCESS_KEY_ID and "
        "PETBASE_IMPORT_SECRET_ACCESS_KEY; PETBASE_IMPORT_SECRET_ACCESS_KEY is not set.\n",
    )
    asked: list[str] = []

    class Person(io.StringIO):
        def isatty(self) -> bool:
            return True

    def hidden(prompt: str) -> str:
        asked.append(prompt)
        return key

    monkeypatch.setattr(sys, "stdin", Person())
    monkeypatch.setattr("operate.imports.files.request.getpass", hidden)
    assert petbase("import", "fruits", *shop, "--yes").code == 0
    assert asked == ["Secret access key of the source: "]
