"""What restores of files need of the tests of files: a host takes seconds, so the one of a file here serves both."""

from tests.operate.app_files.conftest import files, files_estate  # noqa: F401  (fixtures)
