"""Rules for geography and device."""

from tests.ga4.payloads import Case, app_request, request, said, table


def _location(**fields: object) -> dict[str, object]:
    return request(user_location={"country_id": "US", "region_id": "US-CA"} | fields)


def _device(**fields: object) -> dict[str, object]:
    return request(device={"category": "mobile"} | fields)


def _wrong(path: str) -> list[str]:
    return [f"error {path} VALUE_INVALID"]


@table(
    Case("country and region", "the advised least", _location(), []),
    Case(
        "all",
        "five fields",
        _location(city="Berkeley", subcontinent_id="021", continent_id="019"),
        [],
    ),
    Case(
        "small country",
        "ISO 3166-1 alpha-2",
        _location(country_id="us"),
        _wrong("user_location.country_id"),
    ),
    Case(
        "country by name",
        "ISO 3166-1 alpha-2",
        _location(country_id="USA"),
        _wrong("user_location.country_id"),
    ),
    Case(
        "region without country",
        "ISO 3166-2",
        _location(region_id="CA"),
        _wrong("user_location.region_id"),
    ),
    Case(
        "a code as number", "text", _location(continent_id=19), _wrong("user_location.continent_id")
    ),
    Case(
        "two digits",
        "three digits",
        _location(continent_id="19"),
        _wrong("user_location.continent_id"),
    ),
    Case("city as number", "text", _location(city=1), _wrong("user_location.city")),
    Case("another key", "five fields", _location(country="US"), _wrong("user_location.country")),
    Case(
        "city alone",
        "country and region are advised",
        request(user_location={"city": "Paris"}),
        ["advice user_location VALUE_REQUIRED"] * 2,
    ),
    Case("text", "an object", request(user_location="US"), _wrong("user_location")),
)
def test_location(case: Case) -> None:
    """A location is codes and a city."""
    assert case.said == said(case.request), case.reason


@table(
    Case("IPv4", "an address", request(ip_override="192.0.2.1"), []),
    Case("IPv6", "an address", request(ip_override="2001:db8::1"), []),
    Case("words", "an address", request(ip_override="localhost"), _wrong("ip_override")),
    Case("a number", "text", request(ip_override=3221225985), _wrong("ip_override")),
    Case(
        "beside a location",
        "ignored there",
        _location() | {"ip_override": "192.0.2.1"},
        ["advice ip_override VALUE_INVALID"],
    ),
)
def test_address(case: Case) -> None:
    """An address stands in for a location."""
    assert case.said == said(case.request), case.reason


@table(
    Case("category", "the advised least", _device(), []),
    Case(
        "all",
        "nine fields",
        _device(
            language="en",
            screen_resolution="1280x2856",
            operating_system="Android",
            operating_system_version="14",
            model="Pixel 9 Pro",
            brand="Google",
            browser="Chrome",
            browser_version="136.0.7103.60",
        ),
        [],
    ),
    Case(
        "no category",
        "advised, or it is a desktop",
        request(device={"brand": "Google"}),
        ["advice device VALUE_REQUIRED"],
    ),
    Case(
        "resolution",
        "WIDTHxHEIGHT",
        _device(screen_resolution="1280*2856"),
        _wrong("device.screen_resolution"),
    ),
    Case(
        "a browser's language",
        "ISO 639-1",
        _device(language="en-US"),
        ["advice device.language VALUE_INVALID"],
    ),
    Case(
        "a version as number",
        "text",
        _device(browser_version=136),
        _wrong("device.browser_version"),
    ),
    Case("another key", "nine fields", _device(os="Android"), _wrong("device.os")),
    Case("null", "an object", request(device=None), _wrong("device")),
)
def test_device(case: Case) -> None:
    """A device is texts."""
    assert case.said == said(case.request), case.reason


@table(
    Case("a browser's", "text", request(user_agent="Mozilla/5.0 (X11; Linux x86_64)"), []),
    Case("empty", "text", request(user_agent=""), _wrong("user_agent")),
    Case("null", "text", request(user_agent=None), _wrong("user_agent")),
    Case(
        "beside a device",
        "ignored there",
        _device() | {"user_agent": "Mozilla/5.0"},
        ["advice user_agent VALUE_INVALID"],
    ),
)
def test_user_agent(case: Case) -> None:
    """A user agent stands in for a device."""
    assert case.said == said(case.request), case.reason


def test_user_agent_of_an_app() -> None:
    """An app stream takes no user agent."""
    assert said(app_request(user_agent="Mozilla/5.0"), "app") == _wrong("user_agent")
