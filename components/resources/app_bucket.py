"""An app's bucket in R2, and the key that opens it and no other."""

from dataclasses import dataclass

import pulumi

from components.cloud import app_bucket, r2_token
from components.cloud.app_bucket import Known
from components.cloud.zones import Zones
from components.config.rules.bucket_defaults import Place, origins_of, place_of, with_buckets
from components.config.spec import Estate
from components.edits import bucket_drop
from components.edits.renaming import with_old_name

_TYPE = "petbase:app_bucket:AppBucket"


@dataclass(frozen=True)
class AppBucketArgs:
    """`stack` is PROJECT/STACK, whose name the token carries; `zones` of the public names; `known` of the account."""

    stack: str
    estate: Estate
    zones: Zones
    known: Known


class AppBucket(pulumi.ComponentResource):
    """Makes the bucket, its rules for browsers and unfinished uploads, its public name where it has one, and the app's
    token. The token is good from any address, since phones send what the app has signed. When the app leaves the
    stack, the token, the rules for browsers and the name go, and the bucket stays with all that is in it.

    Outputs: `keys`, `ready`.
    """

    keys: r2_token.Keys
    ready: pulumi.Resource

    def __init__(self, name: str, args: AppBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(_TYPE, name, None, with_old_name(args.estate, name, opts))
        place, spec = place_of(args.estate, name), args.estate.apps[name].bucket
        assert place
        assert spec
        comes = bucket_drop.imports() and (spec.exists or place.name in args.known.mine)
        found = pulumi.ResourceOptions.merge(
            app_bucket.hooks(name, place, args.known),
            app_bucket.import_of(place) if comes else None,
        )
        guarded = args.estate.protects(args.estate.apps[name])
        bucket = app_bucket.make(
            self, place, spec.location, pulumi.ResourceOptions.merge(found, pulumi.ResourceOptions(protect=guarded))
        )
        # Nothing is lost with any of these, so they may come and go.
        own = pulumi.ResourceOptions(parent=self, depends_on=[bucket])
        if not spec.exists:
            # A bucket that was there before may have rules, and one PUT would replace them all.
            app_bucket.lifecycle(place, args.stack, own)
        if origins := origins_of(args.estate, name):
            app_bucket.cors(place, origins, own)
        if spec.public:
            app_bucket.public(place, spec.public, args.zones[spec.public], own)
        self.keys = self._keys(place, args, own)
        self.ready = self.keys.token
        self.register_outputs({"name": place.name, "endpoint": place.endpoint})

    def _keys(self, place: Place, args: AppBucketArgs, opts: pulumi.ResourceOptions) -> r2_token.Keys:
        backups = args.estate.backups
        token = r2_token.name_of(args.stack, place.name, backups)
        return r2_token.make(token, r2_token.Scope.of_app(place, backups), args.known.group, [], opts)


def look(estate: Estate, stack: str) -> Known:
    """What the account says of these buckets, before anything is made."""
    places = (place_of(estate, app) for app, _ in with_buckets(estate, "r2"))
    return app_bucket.look([place for place in places if place], stack, estate.backups)
