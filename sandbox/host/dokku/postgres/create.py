"""`postgres:create` and `postgres:destroy`.

A create that is cut leaves a service that "exists" and holds nothing (records 648-657).
"""

import secrets
import shutil

from sandbox.host.dokku.core import fault, files, say
from sandbox.host.dokku.core.call import Call
from sandbox.host.dokku.postgres import info, service
from sandbox.host.dokku.postgres.server import binaries, client, server

OPTIONS = {
    "config_options": ("--config-options", "-c"),
    "custom_env": ("--custom-env", "-C"),
    "image": ("--image", "-i"),
    "image_version": ("--image-version", "-I"),
    "memory": ("--memory", "-m"),
    "password": ("--password", "-p"),
    "root_password": ("--root-password", "-r"),
    "shm_size": ("--shm-size", "-s"),
    "initial_network": ("--initial-network", "-N"),
    "post_create_network": ("--post-create-network", "-P"),
    "post_start_network": ("--post-start-network", "-S"),
}
_NETWORKS = {
    "initial_network": "NETWORK",
    "post_create_network": "NETWORK_ATTACH_POST_CREATE",
    "post_start_network": "NETWORK_ATTACH_POST_START",
}


def create(call: Call) -> int:
    """`postgres:create SERVICE [--image-version …]`"""
    plain, options = call.options(**OPTIONS)
    name = service.new_name(plain)
    pull(options.get("image", service.DEFAULT_IMAGE), options.get("image_version", service.DEFAULT_VERSION))
    _write_files(name, options)
    return commit(name)


def pull(image: str, version: str) -> None:
    """Refuse an image that cannot be had."""
    if binaries.major(version) is None:
        say.err('Error response from daemon: Get "https://registry-1.docker.io/v2/": the sandbox has no registry')
        raise say.RefusedError(f"Postgres image {image}:{version} pull failed")


def _write_files(name: str, options: dict[str, str]) -> None:
    where = service.root(name)
    where.mkdir(parents=True)
    (where / "data").mkdir()
    if "password" in options:
        say.warn("Specified password may not be as secure as the auto-generated password")
    files.write(where / "PASSWORD", options.get("password", secrets.token_hex(16)) + "\n", 0o640)
    files.write(where / "DATABASE_NAME", name.replace("-", "_").replace(".", "_") + "\n")
    files.write(where / "LINKS", "")
    write_options(name, options)
    files.write(where / "IMAGE", options.get("image", service.DEFAULT_IMAGE) + "\n")
    files.write(where / "IMAGE_VERSION", options.get("image_version", service.DEFAULT_VERSION) + "\n")
    for key, path in {"memory": "SERVICE_MEMORY", "shm_size": "SHM_SIZE", **_NETWORKS}.items():
        if key in options:
            files.write(where / path, options[key] + "\n")


def write_options(name: str, options: dict[str, str]) -> None:
    """The two that an upgrade erases when they are not given again (record 692)."""
    files.write(service.root(name) / "CONFIG_OPTIONS", options.get("config_options", "") + "\n")
    files.write(service.root(name) / "ENV", options.get("custom_env", "").replace(";", "\n") + "\n")


def commit(name: str) -> int:
    """Make the container, its database and its certificate, then print all about it, the superuser's URL included."""
    started = server.start(name, fresh_container=True)
    say.detail("Waiting for container to be ready")
    fault.place("postgres:create ready")
    if not started:
        return _cannot_start(name)
    server.wait_ready(name)
    say.detail("Creating container database")
    database = service.database(name)
    if client.sql(name, "postgres", f"CREATE DATABASE \"{database}\" ENCODING 'utf8'").returncode:
        say.detail("Already exists")
    fault.place("postgres:create database")
    say.detail("Securing connection to database")  # by name only: the wheel's PostgreSQL is built without SSL
    say.title(f"Postgres container created: {name}")
    info.everything(name)
    return 0


def _cannot_start(name: str) -> int:
    say.out(f"Waiting for {service.host_name(name)}:5432  ........  ERROR: unable to connect")
    say.title(f"Start of {name} container output")
    say.detail("(stand-in) The data of this service was written by another major version of PostgreSQL.")
    say.title(f"End of {name} container output")
    return 1


def destroy(call: Call) -> int:
    """`postgres:destroy SERVICE [--force]`, or the service's name on stdin; never one that is linked."""
    name = service.named(call.rest("--force", "-f"))
    if service.read(name, "LINKS"):
        raise say.RefusedError("Cannot delete linked service")
    if not call.has("--force", "-f"):
        answer = say.confirm(name, f"{name} Postgres service")
        say.out()
        if not answer:
            return 1
        if answer.strip() != name:
            raise say.RefusedError(f"Confirmation did not match {name}. Aborted.")
    say.title(f"Deleting {name}")
    remove_container(name)
    say.detail("Removing data")
    from sandbox.host.dokku.postgres.backups import schedule

    schedule.remove(name)
    shutil.rmtree(service.root(name))
    server.forget(name)
    say.title(f"Postgres container deleted: {name}")
    return 0


def remove_container(name: str) -> None:
    """Stop it and throw the container away; the data stays."""
    say.title("Pausing container")
    server.stop(name, remove=True)
    say.detail("Container paused")
    say.detail("Removing container")
