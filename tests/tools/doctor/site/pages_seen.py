"""Pages as the doctor sees them, for judging."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from tools.doctor.finding import Finding, Level
from tools.doctor.site.findings import Ours
from tools.doctor.site.seen import Command, Cookie, Hit, Purchase, Seen, Snippet

OURS: Final = Ours(("G-SHOP1",))
CLIENT: Final = "1170316824.1763812345"
SESSION: Final = "1763990000"
GRANTED: Final = {
    "ad_storage": "granted",
    "analytics_storage": "granted",
    "ad_user_data": "granted",
    "ad_personalization": "granted",
}
DENIED: Final = dict.fromkeys(GRANTED, "denied")
CONFIG: Final = Command("config", "G-SHOP1")
HIT: Final = Hit(
    "G-SHOP1",
    "www.google-analytics.com",
    client_id=CLIENT,
    session_id=SESSION,
    gcs="G111",
    gcd="13t3t3t3t5l1",
    events=("page_view",),
)
READS: Final = {"ga_client_id": "", "ga_session_id": ""}
GOOD: Final = Seen(
    host="shop.example.com",
    status=200,
    tag=True,
    cookies=(Cookie(), Cookie(container="SHOP1")),
    commands=(Command("consent", "default", GRANTED), CONFIG),
    snippet=Snippet(
        there=True,
        measurement_ids=("G-SHOP1",),
        reads=READS,
        consents={"analytics": "granted"},
    ),
    hits=(HIT,),
)


def default(choices: dict[str, str], *regions: str, wait_ms: int = 0) -> Command:
    """Return the command that says what holds until the visitor chose."""
    return Command("consent", "default", choices, regions, wait_ms)


def update(choices: dict[str, str]) -> Command:
    """Return the command of a choice."""
    return Command("consent", "update", choices)


def buying(*purchases: Purchase, **changes: Any) -> Seen:  # noqa: ANN401 - a hit's parts
    """Return a recording in which the browser sends purchases."""
    hit = replace(HIT, events=("purchase",) * len(purchases), purchases=purchases, **changes)
    return replace(GOOD, recorded=True, hits=(HIT, hit))


def levels(findings: list[Finding]) -> dict[str, Level]:
    """Return the worst level of each thing that was looked at."""
    rank = (Level.OK, Level.WARNING, Level.UNKNOWN, Level.ERROR)
    worst: dict[str, Level] = {}
    for found in findings:
        worst[found.about] = max(worst.get(found.about, Level.OK), found.level, key=rank.index)
    return worst


def har(path: Path, *entries: object) -> str:
    """Write a recording, and return where."""
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return str(path)


def entry(url: str, **parts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a request and its answer, as a recording has them."""
    request = {"method": "GET", "url": url, "headers": [], "cookies": []}
    response = {"status": 200, "headers": [], "content": {"mimeType": ""}}
    return {
        "request": request | parts.get("request", {}),
        "response": response | parts.get("response", {}),
    }


def page(url: str = "https://www.shop.example.com/done", html: str = "", **more: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a page of the shop in a recording."""
    content = {"mimeType": "text/html; charset=utf-8", "text": html}
    return entry(url, response={"content": content}, **more)
