"""Stands before `rich`, which the commands here need and which is not deployed.

httpx imports it where it is installed: 25 ms and more of a cold start that no deployment has.
"""

raise ImportError("not deployed")
