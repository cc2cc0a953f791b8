"""The certificates that HTTPS servers are held against, read once and only where there is one.

OpenSSL reads the system's file of them whole: 20 ms. A directory costs nothing until a server's
certificate is looked for. https://docs.openssl.org/master/man3/SSL_CTX_load_verify_locations/
"""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

_FILE: Final = "SSL_CERT_FILE"


@cache
def verified() -> ssl.SSLContext:
    """Return the process's context for HTTPS/1.1; it trusts what the system trusts."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


@contextmanager
def without_file() -> Iterator[None]:
    """Make contexts, within the block, that trust the system's directory of certificates only.

    aiohttp makes two when it is imported, and reads the file for each. Connections take `verified`
    instead. One that does not is refused where the directory is empty: it trusts less, not more.
    """
    before = os.environ.get(_FILE)
    os.environ[_FILE] = os.devnull
    try:
        yield
    finally:
        if before is None:
            del os.environ[_FILE]
        else:
            os.environ[_FILE] = before
