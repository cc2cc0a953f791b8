"""httpx for what listens on loopback: no client loads certificates, which takes 20 ms each."""

import ssl
from functools import partial
from typing import Final

import httpx

# It trusts nobody. What listens on loopback speaks plain HTTP.
_NO_CERTIFICATES: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

Client: Final = partial(httpx.Client, verify=_NO_CERTIFICATES)
AsyncClient: Final = partial(httpx.AsyncClient, verify=_NO_CERTIFICATES)
delete: Final = partial(httpx.delete, verify=_NO_CERTIFICATES)
get: Final = partial(httpx.get, verify=_NO_CERTIFICATES)
post: Final = partial(httpx.post, verify=_NO_CERTIFICATES)
request: Final = partial(httpx.request, verify=_NO_CERTIFICATES)
stream: Final = partial(httpx.stream, verify=_NO_CERTIFICATES)
