"""Values, lists and sections that are not what their key takes: each told with its line and what to write."""

from pathlib import Path

import pytest

from tests.components.config.test_traps import GOOD, app, problem, with_line
from tests.components.estates import ACCOUNT, KEY

MISTAKES = {
    "nbsp in value": (
        GOOD.replace("example.org", "exam\u00a0ple.org"),
        (
            'domain (line 3): "exam\\xa0ple.org" has a character that is easy to miss, U+00A0 (no-break '
            "space); remove it"
        ),
    ),
    "zero width": (
        GOOD.replace("example.org", "exam\u200bple.org"),
        (
            'domain (line 3): "exam\\u200bple.org" has a character that is easy to miss, U+200B (zero width '
            "space); remove it"
        ),
    ),
    "rtl": (
        GOOD.replace("example.org", "exam\u202eple.org"),
        (
            'domain (line 3): "exam\\u202eple.org" has a character that is easy to miss, U+202E (right-to-left '
            "override); remove it"
        ),
    ),
    "newline in value": (
        GOOD.replace("domain: example.org", 'domain: "example\\n.org"'),
        (
            'domain (line 3): "example\\n.org" has a character that is easy to miss, U+000A (a control '
            "character); remove it"
        ),
    ),
    "escape seq in value": (
        GOOD.replace("domain: example.org", 'domain: "ex\\e[31mample.org"'),
        (
            'domain (line 3): "ex\\x1b[31mample.org" has a character that is easy to miss, U+001B (a control '
            "character); remove it"
        ),
    ),
    "cyrillic value": (
        GOOD.replace("example.org", "ex\u0430mple.org"),
        (
            'domain (line 3): "ex\u0430mple.org" has a character that is easy to miss, U+0430 (cyrillic small '
            "letter a); type it again"
        ),
    ),
    "cyrillic app": (
        GOOD.replace("fruits:", "fruit\u0455:"),
        (
            'apps.fruit\u0455 (line 10): "fruit\u0455" has a character that is easy to miss, U+0455 (cyrillic small '
            "letter dze); type it again"
        ),
    ),
    "idn": (
        app("domains: [bücher.example.org]"),
        (
            'apps.fruits.domains.0 (line 10): "b\xfccher.example.org" is not a domain name; write '
            "xn--bcher-kva.example.org"
        ),
    ),
    "trailing dot": (
        GOOD.replace("example.org", "example.org."),
        'domain (line 3): "example.org." is not a domain name; write example.org',
    ),
    "port in domain": (
        GOOD.replace("example.org", "example.org:80"),
        'domain (line 3): "example.org:80" is not a domain name; write example.org',
    ),
    "ends in quote": (
        GOOD.replace("domain: example.org", 'domain: example.org"'),
        'domain (line 3): "example.org"" is not a domain name; write example.org',
    ),
    "ends in backslash": (
        GOOD.replace("domain: example.org", "domain: example.org\\"),
        'domain (line 3): "example.org\\" is not a domain name; write one like "fruits.example.com"',
    ),
    "env ends in backslash": (
        app("env: {A: x\\}"),
        (
            'apps.fruits.env.A (line 10): "x\\" ends in \\, which Dokku\'s file cannot hold; add a space or a '
            "line break behind it"
        ),
    ),
    "octal 007 keep": (
        with_line("      keep-days: 007"),
        "backups.keep-days (line 8): YAML reads 007 as 7; write keep-days: 7",
    ),
    "scale 010": (
        app("scale: {web: 010}"),
        "apps.fruits.scale.web (line 10): YAML reads 010 as 8; write web: 10, or 8 if you mean that",
    ),
    "keep-days true": (
        with_line("      keep-days: true"),
        'backups.keep-days (line 8): "true" is not a number; write digits alone',
    ),
    "keep-days unit": (
        with_line("      keep-days: 35d"),
        'backups.keep-days (line 8): "35d" is not a whole number; write keep-days: 35',
    ),
    "keep-days float": (
        with_line("      keep-days: 35.5"),
        'backups.keep-days (line 8): "35.5" is not a whole number; write digits alone',
    ),
    "keep-days huge": (
        with_line("      keep-days: 99999999999999999999"),
        "backups.keep-days (line 8): 99999999999999999999 is too large; the maximum is 3650",
    ),
    "float version int": (
        with_line("    database: {version: 18}", "    domain: example.org\n"),
        'database.version (line 4): "18" is not a version; write MAJOR.MINOR, like "18.4"',
    ),
    "dokku version": (
        with_line("    dokku: {version: 0.38}", "    domain: example.org\n"),
        'dokku.version (line 4): "0.38" is not a release; write one like "0.38.27"',
    ),
    "dokku version date": (
        with_line("    dokku: {version: 2026-11-30}", "    domain: example.org\n"),
        'dokku.version (line 4): "2026-11-30" is not a release; write one like "0.38.27"',
    ),
    "true domain": (
        GOOD.replace("domain: example.org", "domain: true"),
        'domain (line 3): "true" is not a domain name; write one like "fruits.example.com"',
    ),
    "account short": (
        GOOD.replace(ACCOUNT, "123"),
        (
            'backups.account-id (line 8): "123" is not an account id; copy the 32 hex digits from the address '
            "of your Cloudflare dashboard"
        ),
    ),
    "ports": (
        app("ports: [80]"),
        (
            'apps.fruits.ports.0 (line 10): "80" is not a port mapping; write SCHEME:HOST_PORT:CONTAINER_PORT, '
            'like "http:80:5000"'
        ),
    ),
    "ports map": (
        app("ports: {http: 80}"),
        "apps.fruits.ports (line 10): expects a list, not a mapping; write ports: [http:80]",
    ),
    "storage map": (
        app("storage: [data: /data]"),
        "apps.fruits.storage.0 (line 10): expects one value, not a mapping; write data:/data",
    ),
    "secrets nested": (
        app("secrets: [[A]]"),
        "apps.fruits.secrets.0 (line 10): expects one value, not a list; write A",
    ),
    "secrets map item": (
        app("secrets: [A: x]"),
        "apps.fruits.secrets.0 (line 10): expects one value, not a mapping; write A",
    ),
    "secret inline": (
        app("secrets: [API_KEY=sk_live_123]"),
        (
            "apps.fruits.secrets.0 (line 10): only the name can be here; write API_KEY, and set its value with "
            "./petbase secrets set"
        ),
    ),
    "secret colon": (
        app("secrets: ['API_KEY: sk_live_123']"),
        (
            "apps.fruits.secrets.0 (line 10): only the name can be here; write API_KEY, and set its value with "
            "./petbase secrets set"
        ),
    ),
    "env secret": (
        app("env: {API_KEY: {secure: v1:abc}}"),
        (
            "apps.fruits.env.API_KEY (line 10): a secret cannot be here; write secrets: [API_KEY], and set it: "
            "./petbase secrets set fruits.API_KEY"
        ),
    ),
    "env nested": (
        app("env: {A: {b: c}}"),
        "apps.fruits.env.A (line 10): expects one value, not a mapping; write A: VALUE",
    ),
    "env list": (app("env: {A: [1,2]}"), "apps.fruits.env.A (line 10): expects one value, not a list; write A: 1"),
    "env dash": (
        app("env: {A-B: x}"),
        (
            'apps.fruits.env.A-B (line 10): "A-B" is not a variable name; use letters, digits and "_", and do '
            "not begin with a digit"
        ),
    ),
    "bucket yes": (
        app("bucket: yes"),
        (
            'apps.fruits.bucket (line 10): "yes" is neither true nor a section; write bucket: true, or a '
            "section with the keys of docs/files.md"
        ),
    ),
    "tls list": (
        app("tls: [letsencrypt]"),
        (
            "apps.fruits.tls (line 10): a list is not allowed; write origin-ca, letsencrypt, none, or "
            "{certificate: NAME, key: NAME}"
        ),
    ),
    "deep unknown": (
        app("tls: {certifcate: x}"),
        (
            "apps.fruits.tls (line 10): expects certificate and key, or tar, not certifcate; write {certificate: "
            "NAME, key: NAME} or {tar: NAME}, where each NAME names a secret"
        ),
    ),
    "deep unknown2": (
        app("bucket: {variables: {endpont: X}}"),
        "apps.fruits.bucket.variables.endpont (line 10): unknown key; did you mean endpoint?",
    ),
    "deep unknown3": (
        app("checks: {wait: 3}"),
        ("apps.fruits.checks.wait (line 10): unknown key; the known keys are disabled, wait-to-retire-seconds"),
    ),
    "app list": (
        GOOD.replace("fruits: {}", "fruits: []"),
        "apps.fruits (line 10): expects keys with values, not a list; write fruits: {} for the defaults",
    ),
    "app list kv": (
        GOOD.replace("fruits: {}", "fruits:\n        - schema: x\n        - access: schema"),
        ("apps.fruits (line 10): expects keys with values, not a list; write fruits: {schema: x, access: schema}"),
    ),
    "app string": (
        GOOD.replace("fruits: {}", "fruits: true"),
        'apps.fruits (line 10): expects keys with values, not "true"; write fruits: {} for the defaults',
    ),
    "scale str": (
        app("scale: web=2"),
        'apps.fruits.scale (line 10): expects names with values, not "web=2"; write scale: {web: 2}',
    ),
    "alerts list": (
        with_line("    alerts: [ntfy]", "    domain: example.org\n"),
        "alerts (line 4): expects names with values, not a list; write alerts: {ntfy: {kind: VALUE}}",
    ),
    "alerts string": (
        with_line("    alerts: {phone: ntfy}", "    domain: example.org\n"),
        'alerts.phone (line 4): expects keys with values, not "ntfy"; write its keys below it, like kind',
    ),
    "server string": (
        GOOD.replace("    server:\n      authorized-keys:\n        - " + KEY, "    server: cx23"),
        'server (line 4): expects keys with values, not "cx23"; write its keys below it, like type',
    ),
    "apps nested in backups": (
        GOOD.replace("    apps:\n      fruits", "      apps:\n        fruits"),
        ("backups.apps (line 9): unknown key here; apps belongs to petbase:estate: indent it as far as domain"),
    ),
    "dash no space": (
        GOOD.replace("- ssh", "-ssh"),
        (
            'server.authorized-keys (line 5): expects a list, not "-ssh-ed25519 '
            'AAAAC3NzaC1lZDI1NTE5AAAAIKgi6Z/Wsr084Und+4ph0VSKLlWBpih44gwS3/vQB4\u2026"; write a space behind the -'
        ),
    ),
    "key broken": (
        GOOD.replace(KEY, KEY[:40]),
        (
            'server.authorized-keys.0 (line 6): "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgi" is not a public SSH '
            "key; paste the line of ~/.ssh/id_ed25519.pub"
        ),
    ),
    "two keys one line": (
        GOOD.replace(KEY, KEY + " " + KEY),
        (
            'server.authorized-keys.0 (line 6): "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgi" is more than one '
            "key; write each in a line of its own"
        ),
    ),
    "hostkey": (
        GOOD.replace("    server:\n", "    server:\n      host: 1.2.3.4\n      host-key: SHA256:abc\n"),
        (
            'server.host-key (line 6): "SHA256:abc" is not a host key; write TYPE KEY as this prints it, '
            "without the host: ssh-keyscan -t ecdsa HOST"
        ),
    ),
    "ssh-from3": (
        GOOD.replace("    server:\n", "    server:\n      ssh-from: [1.2.3.4/8]\n"),
        'server.ssh-from.0 (line 5): "1.2.3.4/8" is not a network; write 1.0.0.0/8, or one address',
    ),
    "cpu": (
        app("resources: {cpu: 0}"),
        "apps.fruits.resources.cpu (line 10): 0 is too small; it must be greater than 0",
    ),
    "memory unit": (
        app("resources: {memory-mb: 512m}"),
        'apps.fruits.resources.memory-mb (line 10): "512m" is not a whole number; write memory-mb: 512',
    ),
    "estate string": (
        "config:\n  petbase:estate: x\n",
        'petbase:estate: expects keys with values, not "x"; indent them below it',
    ),
    "apps null": (GOOD.replace("      fruits: {}\n", ""), "apps (line 9): empty; write apps: {} for none"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_what_to_write(name: str, tmp_path: Path) -> None:
    text, said = MISTAKES[name]
    assert problem(tmp_path, text) == said
