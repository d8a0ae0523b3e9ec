"""One certificate of Cloudflare's Origin CA."""

from collections.abc import Sequence

import pulumi
import pulumi_tls as tls

from components.cloud import cloudflare
from components.config.values.pem import Pair, Signed

# A certificate's name says all of it. The API returns names in another order, and days that it counted, and each
# difference would replace it (cloudflare/terraform-provider-cloudflare, issues 5392 and 5725).
_SAID_BY_ITS_NAME = ["csr", "hostnames", "requestedValidity"]


def sign(parent: pulumi.Resource, label: str, hosts: Sequence[str], days: int, period: int) -> Signed:
    """A key and a request that stay, and the certificate of this period."""
    own = pulumi.ResourceOptions(parent=parent)
    key = tls.PrivateKey(f"{label}-origin", algorithm="ECDSA", ecdsa_curve="P256", opts=own)
    request = tls.CertRequest(
        f"{label}-origin",
        private_key_pem=key.private_key_pem,
        dns_names=list(hosts),
        subject=tls.CertRequestSubjectArgs(organization="Petbase"),
        opts=own,
    )
    made = cloudflare.OriginCaCertificate(
        f"{label}-origin-{days}-{period}",
        {
            "csr": request.cert_request_pem,
            "hostnames": list(hosts),
            "requestType": "origin-ecc",
            "requestedValidity": days,
        },
        pulumi.ResourceOptions(parent=parent, ignore_changes=_SAID_BY_ITS_NAME),
    )
    return Signed(Pair(made.certificate, key.private_key_pem), made.expiresOn.apply(day), made)


def day(moment: str) -> str:
    """Of "2041-11-18 09:00:00 +0000 UTC" or "2041-11-18T09:00:00Z": the API answers with either, now this, now that
    (cloudflare/origin-ca-issuer, pull request 13).
    """
    return moment[: len("YYYY-MM-DD")]
