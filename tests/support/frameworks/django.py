"""A Django project as a person would have it: auth, admin, sessions, one app; run as `manage.py` would."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SETTINGS = """
import os
from urllib.parse import urlsplit

url = urlsplit(os.environ["DATABASE_URL"])
where = {"NAME": url.path[1:], "USER": url.username, "PASSWORD": url.password, "HOST": url.hostname, "PORT": url.port}
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", **where}}
INSTALLED_APPS = [f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "messages", "sessions")]
INSTALLED_APPS += ["catalog"]
MIDDLEWARE = [f"django.contrib.{name}" for name in ("sessions.middleware.SessionMiddleware",
  "auth.middleware.AuthenticationMiddleware", "messages.middleware.MessageMiddleware")]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"context_processors": [
  "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
  "django.contrib.messages.context_processors.messages"]}}]
SECRET_KEY = "of a test"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
"""
_MODELS = "from django.db import models\n\nclass Item(models.Model):\n    name = models.TextField(unique=True)\n"


@dataclass(frozen=True)
class Project:
    """A project in `folder` that reads DATABASE_URL, as `url` says it."""

    folder: Path
    url: str

    def begin(self, *words: str, **environment: str) -> "subprocess.Popen[str]":
        own = {"DATABASE_URL": self.url, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(self.folder)}
        return subprocess.Popen(
            [sys.executable, "-m", "django", *words],
            cwd=self.folder,
            env={**os.environ, **own, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str, **environment: str) -> str:
        """Run one to its end, which must be good; what it printed."""
        return ended(self.begin(*words, **environment))


def ended(process: "subprocess.Popen[str]") -> str:
    """What a command printed; it must end well."""
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 0, said
    return said


def project(folder: Path, url: str, extra: str = "") -> Project:
    """A new one, its first migration written by Django. `extra`: a second column that only this one has."""
    (folder / "catalog").mkdir(parents=True)
    (folder / "settings.py").write_text(_SETTINGS)
    (folder / "catalog/__init__.py").touch()
    (folder / "catalog/models.py").write_text(_MODELS)
    made = Project(folder, url)
    made.run("makemigrations", "catalog")
    if extra:
        (folder / "catalog/models.py").write_text(f"{_MODELS}    {extra} = models.TextField(null=True)\n")
        made.run("makemigrations", "catalog")
    return made
