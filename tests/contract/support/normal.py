"""What differs from host to host or from run to run, replaced by a word; all the rest is compared exactly."""

import re
from collections.abc import Mapping

# Longer ones first: a container's id is no password, a password no short id.
_PATTERNS = [
    (r"\b[0-9a-f]{64}\b", "<id>"),
    (r"\b[0-9a-f]{40}\b", "<revision>"),
    (r"\b[0-9a-f]{32}\b", "<password>"),
    (r"(?<=CID: )[0-9a-f]{11,12}\b", "<short>"),
    (r"\b[0-9a-f]{12}\b", "<short>"),
    (r"SHA256:[A-Za-z0-9+/]{43}", "<fingerprint>"),
    (r"\b\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\b", "<stamp>"),
    (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?UTC|Z)?", "<time>"),
    (r"\b\d{4}/\d\d/\d\d \d\d:\d\d:\d\d", "<time>"),
    (r"\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT", "<time>"),
    (r"\b1[789]\d{8}\b", "<epoch>"),
    (r"\b\d+#\d+\b", "<process>"),
    (r"upcoming-\d+", "upcoming-<n>"),
    # 30 on the host of the records, 60 at the tag v0.38.27: nobody had set wait-to-retire.
    (r"(old containers|old container shutdown) in \d+ seconds", r"\1 in <n> seconds"),
    (r"Random port \d+", "Random port <n>"),
    # Empty on hosts with Docker 29 or later (dokku-postgres#380); the records were made with 20.10.
    (r"(?m)^( *Internal ip:).*$", r"\1 <none, or an address>"),
    (r"\b\d{1,3}(\.\d{1,3}){3}\b", "<address>"),
    (r"(\$TMP|/tmp)/dokku-(PID|\d+)-(archive|cmd-certs-set)\.\w+", r"<scratch>-\3"),
    (r"Error response from daemon: .*", "Error response from daemon: <reason>"),
    (r"docker: invalid reference format: .*", "docker: invalid reference format: <reason>"),
    # The client's, by its version.
    (r"\n\n?(See|Run) 'docker run --help'.*", "\n<where the help is>"),
    (r"(An error occurred \(\w+\) when calling the \w+ operation): .*", r"\1: <reason>"),
    (r"(http://[^/:\s\"]+):\d+(?=/|\s|$)", r"\1"),
    (r"user=(root|dokku)", "user=<user>"),
    ("[\u2018\u2019]", "'"),
]
_OF_OTHERS = re.compile(r"(?m)^ +Unlinking from .*\n")
# Two checks of one container run at once, and tell about it in any order.
_SIDE_BY_SIDE = re.compile(r"(?m)(^ +(Running healthcheck|Healthcheck succeeded) name=.*\n)+")
_CUT = re.compile(r"\n?\[… \d+ more characters\]$")


def names_replaced(text: str, names: Mapping[str, str]) -> str:
    """Each name, where it stands as a word, replaced by what it maps to."""
    for name in sorted(names, key=len, reverse=True):
        whole = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])")
        text = names[name].join(whole.split(text))
    return text


def normal(text: str) -> str:
    """`text`, names replaced already, in the form that is compared."""
    # A terminal adds carriage returns, and not every sshd gives one. apps:destroy names every service of the host.
    text = _OF_OTHERS.sub("", text.replace("\r\n", "\n"))
    for pattern, word in _PATTERNS:
        text = re.sub(pattern, word, text)
    text = _SIDE_BY_SIDE.sub(lambda found: "".join(sorted(found[0].splitlines(keepends=True))), text)
    # A column is as wide as its longest value: blanks behind a replaced one say nothing.
    return re.sub(r"(<[a-z0-9]+>) +", r"\1 ", text)


def cut(text: str) -> tuple[str, bool]:
    """A recorded output without the note that it goes on, and whether there was one."""
    whole = _CUT.sub("", text)
    return whole, whole != text
