"""`python -m tools.dev`: as `connectors dev`, in a clone that is not installed."""

import sys

from tools.dev.cli import app

sys.exit(app())
