"""A key that replaces another opens the bucket first; a refusal leaves the app as it was."""

import json

from host.programs.runner import Answer
from host.settings.ensure import EnsureSettings
from tests.host.recorder import Answers, Recorder
from tests.host.settings.server import DEPLOYED, LOOKS, RESTART, variables

KEY = "0123456789abcdef0123456789abcdef/fruits-example-com/default"
PLACE = {"S3_ENDPOINT": "https://s3.example.com", "S3_BUCKET": "fruits-example-com", "S3_REGION": "auto"}
OLD = {"S3_ACCESS_KEY_ID": "old-id", "S3_SECRET_ACCESS_KEY": "old-secret-key"}
NEW = {"S3_ACCESS_KEY_ID": "new-id", "S3_SECRET_ACCESS_KEY": "new-secret-key"}
COMMAND = EnsureSettings("fruits", env=PLACE, secret_env=tuple(NEW), bucket=KEY)
READ, IMAGE = "config:export --format json fruits", "docker image inspect"
LIST = "docker run --rm --log-driver none --interactive"
PUT = "--quiet config:import --no-restart --format json fruits -"


def run(server: Recorder, present: dict[str, str], *answers: Answers, command: EnsureSettings = COMMAND) -> list[str]:
    told = {"variables": json.dumps(dict(zip(command.secret_env, NEW.values(), strict=True)))}
    return server.run(command, DEPLOYED, variables(**present), *answers, secrets=told)[len(LOOKS) :]


def test_a_new_key_opens_the_bucket_before_the_app_gets_it(server: Recorder) -> None:
    lines = run(server, {**PLACE, **OLD})
    assert lines[0] == READ
    assert lines[1].startswith(IMAGE)
    assert lines[2].startswith(LIST)
    assert lines[2].endswith(
        "--endpoint-url https://s3.example.com s3api list-objects-v2 --bucket fruits-example-com --max-keys 1"
    )
    assert lines[3:] == [READ, PUT, *RESTART]
    assert {"AWS_ACCESS_KEY_ID": "new-id", "AWS_SECRET_ACCESS_KEY": "new-secret-key", "AWS_DEFAULT_REGION": "auto"} in (
        server.runner.environments
    )
    assert "new-secret-key" not in " ".join(lines) + server.printed


def test_the_key_that_the_app_has_and_a_first_one_are_not_tried(server: Recorder) -> None:
    assert run(server, {**PLACE, **NEW}) == [READ, READ]
    assert run(server, {}) == [READ, READ, PUT, *RESTART]


def test_a_key_that_opens_nothing_leaves_the_app_as_it_was(server: Recorder) -> None:
    refused: Answers = {LIST: Answer(254, "", "An error occurred (AccessDenied)\n")}
    told = {"variables": json.dumps(NEW)}
    assert server.fails(COMMAND, DEPLOYED, variables(**PLACE, **OLD), refused, secrets=told) == (
        "fruits: its new key does not open the bucket fruits-example-com at https://s3.example.com (An error occurred "
        "(AccessDenied)); its variables were left as they were, and its old key goes on. Run pulumi up again"
    )
    tried = [line for line in server.runner.lines if line.startswith(LIST)]
    assert len(tried) == 25
    assert PUT not in server.runner.lines


def test_it_waits_for_a_key_that_is_not_known_everywhere_yet(server: Recorder) -> None:
    answers = iter([Answer(254, "", "AccessDenied"), Answer(254, "", "AccessDenied"), Answer(0)])
    assert run(server, {**PLACE, **OLD}, {LIST: lambda: next(answers)})[-3:] == [PUT, *RESTART]


def test_a_server_without_an_s3_client_does_not_try(server: Recorder) -> None:
    lines = run(server, {**PLACE, **OLD}, {IMAGE: Answer(1)})
    assert not [line for line in lines if line.startswith(LIST)]
    assert lines[-3:] == [PUT, *RESTART]


def test_variables_of_other_names_are_found(server: Recorder) -> None:
    names = ("ENDPOINT", "BUCKET", "REGION", "ID", "KEY")
    env = dict(zip(names[:3], PLACE.values(), strict=True))
    command = EnsureSettings("fruits", env=env, secret_env=names[3:], bucket=KEY, bucket_variable=names)
    lines = run(server, {**env, "ID": "old-id", "KEY": "old-secret-key"}, command=command)
    assert lines[2].endswith("--bucket fruits-example-com --max-keys 1")
