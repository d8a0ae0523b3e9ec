"""Does every app that should run answer by its own names, through nginx?"""

from functools import partial

from host.app.answers import Question, questions
from host.check.apps.running import DEPLOYING_SECONDS, is_stopped_by_hand, own_apps
from host.check.findings import Findings
from host.core.host import Host
from host.programs.together import together


def look_at_answers(found: Findings) -> None:
    """Only of apps that run: that one does not is told already."""
    apps = [app for app in own_apps(found.host) if app not in found.apps_down]
    asked = [one for app in apps for one in questions(found.host, app, found.settings.paths.get(app, ""))]
    silent = _silent(found.host, asked)
    if silent:
        found.host.sleep(DEPLOYING_SECONDS)
        silent = _silent(found.host, list(silent))
    for question, status in silent.items():
        if not is_stopped_by_hand(found.host, question.app):
            _tell(found, question, status)


def _silent(host: Host, asked: list[Question]) -> dict[Question, str]:
    asking = host.limited()
    statuses = together(*(partial(question.ask, asking) for question in asked))
    pairs = zip(asked, statuses, strict=True)
    return {question: status for question, status in pairs if not question.is_well(status)}


def _tell(found: Findings, question: Question, status: str) -> None:
    found.problem(
        f"answer {question.name}",
        f"{question.app} {question.outcome(status)}, asked through nginx on the server. Look at: dokku logs "
        f"{question.app}",
    )
