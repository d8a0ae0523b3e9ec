"""A stand-in for Cloudflare R2: the S3 side as a server (`Store`), the account's side as files (`account`)."""

from sandbox.store.process import Store, StoreError

__all__ = ["Store", "StoreError"]
