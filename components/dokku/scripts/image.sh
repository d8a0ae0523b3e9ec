# Newer AWS clients send checksums that R2 refuses (501). The image with both settings is what cron's runs use too.
need_image() {
  if docker image inspect "$image" >/dev/null; then return 0; fi
  step "$service: building the dump image $image"
  docker build --tag "$image" - <<DOCKERFILE
FROM $base
ENV AWS_REQUEST_CHECKSUM_CALCULATION=when_required AWS_RESPONSE_CHECKSUM_VALIDATION=when_required
DOCKERFILE
}
