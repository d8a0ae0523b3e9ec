"""Is it told?"""

from tests.host.check.failures.failure import Failure, answer
from tests.host.check.scene import DEAF_PHONE, DEAF_SWITCH, FOLDER, UNKNOWN_SWITCH, Scene


def _deaf_phone(scene: Scene) -> None:
    scene.containers(shop="exited")
    scene.answers["curl --config"] = DEAF_PHONE


ALERTS = (
    Failure(
        "a channel does not accept an alert",
        "alerts do not reach phone (webhook): it answered 404",
        _deaf_phone,
        others=1,
        deaf="the channel",
    ),
    Failure(
        "the dead man's switch does not answer",
        "petbase:alertUrl was not reached, or refused",
        lambda scene: scene.answers.update({"curl --config": DEAF_SWITCH}),
        deaf="the switch",
    ),
    Failure(
        "the check was deleted at healthchecks.io, which answers 200 all the same",
        "petbase:alertUrl leads to no check of that service",
        lambda scene: scene.answers.update({"curl --config": UNKNOWN_SWITCH}),
        deaf="the switch",
    ),
    Failure(
        "a file of Petbase's state on the server is damaged",
        "apps/shop/owner.json in",
        lambda scene: scene.put("/var/lib/petbase/apps/shop/owner.json", ""),
    ),
    Failure(
        "such a file holds something else, as the second store's settings",
        "services/db/copy/settings.json in",
        lambda scene: scene.put("/var/lib/petbase/services/db/copy/settings.json", '{"bucket": "copies"}'),
    ),
    Failure(
        "such a file is gone",
        "lacks services/db/passphrase.json",
        lambda scene: scene.server.file("/var/lib/petbase/services/db/passphrase.json").unlink(),
    ),
    Failure(
        "the health check's own settings are damaged",
        "settings.json is gone or damaged, so no dump is checked",
        lambda scene: scene.put(f"{FOLDER}/settings.json", '{"bucket": 7}'),
    ),
    Failure(
        "the check meets an answer that it does not know",
        "the check itself failed",
        answer("docker inspect", "/shop.web.1 c2 many"),
    ),
)
