"""Serves localstripe at a host and a port.

It would listen on every interface and keep its state in one file for the whole machine: here it
listens on loopback, and forgets.
"""

import sys

from aiohttp import web
from localstripe import resources, server


def main() -> None:
    """Serve until the process ends."""
    resources.Store.dump_to_disk = lambda _: None
    _, host, port = sys.argv
    web.run_app(server.app, host=host, port=int(port), print=None)
