"""Rules for consent."""

from tests.ga4.payloads import Case, request, said, table


def _consent(**choices: object) -> dict[str, object]:
    return request(consent=choices)


@table(
    Case(
        "both",
        "GRANTED or DENIED",
        _consent(ad_user_data="GRANTED", ad_personalization="DENIED"),
        [],
    ),
    Case("one", "both are optional", _consent(ad_user_data="DENIED"), []),
    Case("none", "both are optional", _consent(), []),
    Case(
        "small",
        "capitals; what gtag takes is another matter",
        _consent(ad_user_data="granted"),
        ["error consent.ad_user_data VALUE_INVALID"],
    ),
    Case(
        "true",
        "a word",
        _consent(ad_personalization=True),
        ["error consent.ad_personalization VALUE_INVALID"],
    ),
    Case(
        "null",
        "leave it out",
        _consent(ad_personalization=None),
        ["error consent.ad_personalization VALUE_INVALID"],
    ),
    Case(
        "a list",
        "a word",
        _consent(ad_personalization=["GRANTED"]),
        ["error consent.ad_personalization VALUE_INVALID"],
    ),
    Case(
        "a tag's",
        "the rest of consent mode belongs to tags",
        _consent(analytics_storage="DENIED"),
        ["error consent.analytics_storage VALUE_INVALID"],
    ),
    Case("text", "an object", request(consent="GRANTED"), ["error consent VALUE_INVALID"]),
)
def test_consent(case: Case) -> None:
    """Consent has two keys and two words."""
    assert case.said == said(case.request), case.reason


@table(
    Case(
        "true",
        "deprecated",
        request(non_personalized_ads=True),
        ["advice non_personalized_ads VALUE_INVALID"],
    ),
    Case(
        "text",
        "a boolean",
        request(non_personalized_ads="true"),
        ["error non_personalized_ads VALUE_INVALID", "advice non_personalized_ads VALUE_INVALID"],
    ),
)
def test_non_personalized_ads(case: Case) -> None:
    """The flag that consent replaced still works."""
    assert case.said == said(case.request), case.reason
