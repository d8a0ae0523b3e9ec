"""The image that makes and moves dumps, on top of the plugin's own."""

from host.core.host import Host

S3BACKUP_IMAGE = "dokku/s3backup:0.18.0"
"""What the plugin's backups use by default (dokku-postgres 1.48.0)."""
DUMP_IMAGE = "petbase/s3backup:0.18.0"
"""Petbase's image on top of it; cron's runs use it too (host/backup)."""

# Newer AWS clients send checksums that R2 refuses with 501.
_DOCKERFILE = f"""FROM {S3BACKUP_IMAGE}
ENV AWS_REQUEST_CHECKSUM_CALCULATION=when_required AWS_RESPONSE_CHECKSUM_VALIDATION=when_required
"""


def ensure_image(host: Host) -> None:
    """Build the dump image; nothing to do where it is there."""
    if host.ask("docker", "image", "inspect", DUMP_IMAGE).ok:
        return
    host.step(f"building the dump image {DUMP_IMAGE}")
    host.run("docker", "build", "--tag", DUMP_IMAGE, "-", stdin=_DOCKERFILE)
