"""The keys of a stack's secrets, and which values they may have."""

import re

from components.config.values.private_key import problem_of_private_key
from host.dokku.config import problem_of

SSH_PRIVATE_KEY = "sshPrivateKey"
BACKUP_PASSPHRASE = "backupPassphrase"
ALERT_URL = "alertUrl"
S3_ACCESS_KEY_ID = "s3AccessKeyId"
S3_SECRET_ACCESS_KEY = "s3SecretAccessKey"
COPY_ACCESS_KEY_ID = "copyAccessKeyId"
COPY_SECRET_ACCESS_KEY = "copySecretAccessKey"
_COPY_KEYS = (COPY_ACCESS_KEY_ID, COPY_SECRET_ACCESS_KEY)
KNOWN = (SSH_PRIVATE_KEY, BACKUP_PASSPHRASE, ALERT_URL, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, *_COPY_KEYS)

CHANNEL = f"{ALERT_URL}."
"""Before the name of a channel: the key of its address. No app can be called so, as its name would be in lowercase."""
CHANNELS_SECRET = re.compile(rf"{ALERT_URL}\.[a-z][a-z0-9-]*")
APPS_SECRET = re.compile(r"[a-z0-9][a-z0-9.-]*\.[A-Za-z_][A-Za-z0-9_]*")
"""The key of an app's secret: its name, and the variable's."""
ADDRESS = re.compile(r"https?://[!-~]+")
"""Of a channel. Any ASCII: it is sent to curl between quotes, on standard input."""
# The plugin puts these into a `docker run` line unquoted, where a space or a quote makes other words of them.
_ONE_WORD = re.compile(r"[!-~]+")
# It goes into curl's settings between double quotes, and is read by a shell's case.
_ALERT_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%-]+")
_ALERT_EXAMPLE = "https://hc-ping.com/UUID"
_ONE_WORD_KEYS = (BACKUP_PASSPHRASE, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, *_COPY_KEYS)


def problem_of_secret(key: str, value: str) -> str:
    """Why a value cannot be this secret, without the value; "" where it can. A certificate's form is not looked at."""
    if key == SSH_PRIVATE_KEY:
        return problem_of_private_key(value)
    if "." in key and not key.startswith(CHANNEL):
        problem = problem_of(value)
        return f"its value {problem}" if problem else ""
    if "\n" in value or "\r" in value:
        return "contains a line break; set it again without one"
    if key in _ONE_WORD_KEYS and not _ONE_WORD.fullmatch(value):
        of_copy = "which no store's key has; copy it again"
        why = of_copy if key in _COPY_KEYS else "which dokku-postgres breaks; set another"
        return f"contains a space or a non-ASCII character, {why}"
    form, example = (ADDRESS, "https://ntfy.sh/TOPIC") if key.startswith(CHANNEL) else (_ALERT_URL, _ALERT_EXAMPLE)
    if key.startswith(ALERT_URL) and not form.fullmatch(value):
        return f"is not an address; set one like {example}"
    return ""
