"""Fetching an organisation's policy over HTTPS and checking its signature."""

import base64
import binascii
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from router.base.failures import RouterError
from router.policy.sources.yaml_reader import MAX_YAML_BYTES

TIMEOUT_S = 10.0
SIGNATURE_SUFFIX = ".sig"

Fetch = Callable[[str], bytes]
"""The bytes at an address; raises FetchError or OSError."""


class FetchError(RouterError):
    """An address did not give a policy; the text says why."""


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Redirects stay on the host and on HTTPS: another host never agreed to speak for the organisation."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if new.scheme != "https" or new.netloc != old.netloc:
            raise FetchError(f"it redirects to {new.scheme}://{new.netloc}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch_https(url: str, context: ssl.SSLContext | None = None) -> bytes:
    """The bytes at an https address, at most 1 MiB of them, without leaving its host; `context` may trust further roots."""
    if urlsplit(url).scheme != "https":
        raise FetchError("only https:// addresses are fetched")
    opener = urllib.request.build_opener(_SameHost, urllib.request.HTTPSHandler(context=context))
    request = urllib.request.Request(url, headers={"User-Agent": "llm-router", "Accept": "*/*"})
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            data: bytes = answer.read(MAX_YAML_BYTES + 1)
    except urllib.error.HTTPError as cause:
        raise FetchError(f"it answers {cause.code}") from cause
    except ValueError as cause:
        raise FetchError(str(cause)) from cause
    if len(data) > MAX_YAML_BYTES:
        raise FetchError(f"it is larger than {MAX_YAML_BYTES // (1024 * 1024)} MiB")
    return data


def fetch_signed(url: str, public_key: str, fetch: Fetch) -> tuple[bytes, bytes]:
    """A policy and its signature, checked; raises FetchError."""
    try:
        body = fetch(url)
        signature = _decoded(fetch(url + SIGNATURE_SUFFIX))
    except OSError as cause:
        raise FetchError(f"it cannot be reached: {getattr(cause, 'reason', None) or cause}") from cause
    check_signature(body, signature, public_key)
    return body, signature


def check_signature(body: bytes, signature: bytes, public_key: str) -> None:
    """Raises FetchError unless `signature` is the key's Ed25519 signature (RFC 8032) of exactly these bytes."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as cause:
        raise FetchError("its signature cannot be checked: the package `cryptography` is missing") from cause
    try:
        key = Ed25519PublicKey.from_public_bytes(
            base64.b64decode(public_key.removeprefix("ed25519:"), validate=True)
        )
        key.verify(signature, body)
    except InvalidSignature as cause:
        raise FetchError("its signature does not fit the pinned key") from cause
    except ValueError as cause:
        raise FetchError("the pinned key is no Ed25519 key") from cause


def _decoded(text: bytes) -> bytes:
    try:
        signature = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as cause:
        raise FetchError("its signature is not base64") from cause
    if len(signature) != 64:
        raise FetchError("its signature does not have 64 bytes")
    return signature
