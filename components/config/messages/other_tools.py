"""Keys that people know from Kamal, Compose, Heroku, Fly and the like, and what a stack file has instead."""

from collections.abc import Mapping, Sequence

from components.config.values.secret_keys import ALERT_URL, BACKUP_PASSPHRASE, KNOWN

_BUILD = "Dokku builds what you push, by its Dockerfile or Procfile; remove it"
_SHARED = "each app has a schema in the shared database; remove it"

_APP = {
    **dict.fromkeys(("image", "build", "dockerfile", "builder", "buildpack", "buildpacks", "context"), _BUILD),
    **dict.fromkeys(("command", "entrypoint", "run", "start", "procfile"), _BUILD),
    **dict.fromkeys(("addons", "services", "accessories", "database", "db", "postgres"), _SHARED),
    **dict.fromkeys(("depends_on", "depends-on", "links"), _SHARED),
    "restart": "Dokku restarts an app that stops; remove it",
    **dict.fromkeys(("environment", "variables", "vars", "config", "config-vars"), "env"),
    **dict.fromkeys(("volumes", "volume", "mounts", "disks"), "storage"),
    **dict.fromkeys(("replicas", "instances", "formation", "dynos", "processes", "workers", "count"), "scale"),
    **dict.fromkeys(("host", "hosts", "hostname", "url", "urls", "routes"), "domains"),
    **dict.fromkeys(("memory", "memory-mb", "mem_limit", "cpu", "cpus", "limits", "deploy"), "resources"),
    **dict.fromkeys(("ssl", "https", "cert", "certificate", "certificates"), "tls"),
    **dict.fromkeys(("healthcheck", "healthchecks", "health-check"), "health-path"),
    **dict.fromkeys(("port", "expose"), "ports"),
    "proxy": "proxied",
    "timeout": "statement-timeout",
}
_OF_SECTION: Mapping[str, Mapping[str, str]] = {
    "": {
        **dict.fromkeys(("postgres", "postgresql", "db"), "database"),
        **dict.fromkeys(("services", "applications", "projects", "sites"), "apps"),
        **dict.fromkeys(("dns", "cloudflare", "tls", "ssl", "certificates"), "edge"),
        **dict.fromkeys(("servers", "host", "vps", "hetzner"), "server"),
        "accessories": _SHARED,
        **dict.fromkeys(("region", "datacenter"), "write location, below server"),
    },
    "server": {
        **dict.fromkeys(("keys", "key", "ssh-key", "ssh-keys", "public-key", "public-keys"), "authorized-keys"),
        **dict.fromkeys(("ip", "ipv4", "address", "hostname"), "host"),
        **dict.fromkeys(("region", "datacenter", "zone"), "location"),
        **dict.fromkeys(("size", "plan", "server-type"), "type"),
        **dict.fromkeys(("os", "distribution"), "image"),
        "port": "ssh-port",
    },
    "backups": {
        **dict.fromkeys(("cron", "time", "interval", "frequency"), "schedule"),
        **dict.fromkeys(("retention", "retention-days", "keep", "days"), "keep-days"),
        **dict.fromkeys(("timezone", "time-zone", "tz"), "the schedule is in UTC; remove it"),
        "account": "account-id",
    },
    "apps": _APP,
}
_SECRETS = {
    **{key: key for key in KNOWN},
    **dict.fromkeys(("alert-url", "alert_url"), ALERT_URL),
    **dict.fromkeys(("passphrase", "backup-passphrase"), BACKUP_PASSPHRASE),
}


def sentence(path: Sequence[str]) -> str:
    """What to write in place of an unknown key; "" for a key that no tool is known for."""
    *above, key = path
    if key in _SECRETS:
        return f"it is a secret; set it: ./petbase secrets set {_SECRETS[key]}"
    section = above[0] if above else ""
    depth = {"": 0, "apps": 2}.get(section, 1)
    found = _OF_SECTION.get(section, {}).get(key, "") if len(above) == depth else ""
    return f"did you mean {found}?" if found and " " not in found else found
