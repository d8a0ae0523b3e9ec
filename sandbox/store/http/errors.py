"""What the store answers when it refuses, in S3's XML.

Codes and statuses: developers.cloudflare.com/r2/api/error-codes. One differs on purpose: for an unknown key R2
documents 401 Unauthorized and AWS 403 InvalidAccessKeyId; the store gives the latter, whose name says what is wrong.
"""

from xml.sax.saxutils import escape

STATUS = {
    "AccessDenied": 403,
    "BadDigest": 400,
    "EntityTooSmall": 400,
    "ExpiredRequest": 400,
    "IncompleteBody": 400,
    "InternalError": 500,
    "InvalidAccessKeyId": 403,
    "InvalidArgument": 400,
    "InvalidBucketName": 400,
    "InvalidDigest": 400,
    "InvalidObjectName": 400,
    "InvalidPart": 400,
    "InvalidRange": 416,
    "InvalidRegionName": 400,
    "InvalidRequest": 400,
    "MalformedXML": 400,
    "MethodNotAllowed": 405,
    "MissingContentLength": 411,
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "NotImplemented": 501,
    "NotModified": 304,
    "ObjectLockedByBucketPolicy": 403,
    "PreconditionFailed": 412,
    "RequestTimeTooSkewed": 403,
    "ServiceUnavailable": 503,
    "SignatureDoesNotMatch": 403,
    "TooManyRequests": 429,
    "Unauthorized": 401,
    "XAmzContentSHA256Mismatch": 400,
}


class S3Error(Exception):
    """A refusal: S3's code (it decides the HTTP status) and a sentence."""

    def __init__(self, code: str, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status or STATUS[code]

    def xml(self) -> bytes:
        """The body, as S3 words it."""
        body = f"<Error><Code>{self.code}</Code><Message>{escape(self.message)}</Message></Error>"
        return f'<?xml version="1.0" encoding="UTF-8"?>{body}'.encode()
