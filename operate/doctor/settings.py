"""Are an app's settings as the stack file says them: variables, ports, scale, checks, storage, resources.

What the stack file does not say is the app's own, and nobody looks at it. No value of a variable is told.
"""

from collections.abc import Iterator

from operate.doctor.findings import Finding, drifted, unknown
from operate.server.report import ServerReport
from operate.stack.outputs import Settings

_STORAGE = "/var/lib/dokku/data/storage"
"""Where Dokku keeps the folders that have a name."""


def findings(name: str, said: Settings, seen: ServerReport) -> Iterator[Finding]:
    """A line for each kind of setting that is not as declared; every command run again puts it right."""
    about = f"app {name}"
    if said.env or said.secrets:
        yield from _variables(name, said, seen)
    for (kind, what), wanted in _wanted(said).items():
        there = _there(kind, name, seen)
        if there is None:
            yield unknown(about, f"its {what}: {seen.reason(f'{kind} {name}')}")
        # Of ports the stack file says all.
        elif there != wanted if kind == "ports" else not wanted <= there:
            says = f"its {what}: {' '.join(sorted(there)) or 'none'}; the stack file says {' '.join(sorted(wanted))}"
            yield drifted(about, says)


def _wanted(said: Settings) -> dict[tuple[str, str], set[str]]:
    """By the look's word and ours, as Dokku shows it; only what is declared."""
    wanted = {
        ("ports", "ports"): set(said.ports),
        ("scale", "scale"): {f"{kind}={count}" for kind, count in said.scale.items()},
        ("checks", "disabled checks"): {"_all_"} if said.checks_disabled else set(),
        ("waits", "wait to retire"): {said.wait_to_retire} - {""},
        ("storage", "storage"): {one if one.startswith("/") else f"{_STORAGE}/{one}" for one in said.storage},
        **{(f"limit-{kind}", f"limit of {kind}"): {most} for kind, most in said.resources.items()},
    }
    return {kind: words for kind, words in wanted.items() if words}


def _there(kind: str, name: str, seen: ServerReport) -> set[str] | None:
    """What the server has of it; None where it did not say."""
    found = seen.value(f"{kind} {name}")
    if found is None or kind != "scale":
        return None if found is None else set(found.split())
    words = found.split()  # as in `web:  2 worker: 1`
    return {f"{each.rstrip(':')}={count}" for each, count in zip(words[::2], words[1::2], strict=False)}


def _variables(name: str, said: Settings, seen: ServerReport) -> Iterator[Finding]:
    about, there = f"app {name}", seen.value(f"variables {name}")
    if there is None:
        yield unknown(about, f"its variables: {seen.reason(f'variables {name}')}")
        return
    missing = [one for one in (*said.env, *said.secrets) if one not in there.split()]
    if missing:
        yield drifted(about, f"has no variable {', '.join(missing)}")
    if other := [one for one in seen.words(f"differing {name}") if one not in missing]:
        yield drifted(about, f"its variable {', '.join(other)} is not what the stack file says")
