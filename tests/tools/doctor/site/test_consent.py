"""Consent commands, in every order, and what they mean for the server's purchases."""

from dataclasses import replace

import pytest

from tests.tools.doctor.site.pages_seen import (
    CONFIG,
    DENIED,
    GOOD,
    GRANTED,
    HIT,
    default,
    levels,
    update,
)
from tools.doctor.finding import Level
from tools.doctor.site.consent import choices, examine, in_words
from tools.doctor.site.seen import Command, Snippet

ANALYTICS = {"analytics_storage": "denied"}
CASES: dict[str, tuple[list[Command], dict[str, Level], str]] = {
    "in order": ([default(DENIED), CONFIG, update(GRANTED)], {}, "granted: the server sends"),
    "denied": ([default(DENIED), CONFIG], {}, "the server sends nothing of this visit"),
    "late": ([CONFIG, default(DENIED)], {"consent order": Level.ERROR}, "comes after `config`"),
    "after gtm": ([Command("gtm"), default(DENIED)], {"consent order": Level.ERROR}, "`gtm`"),
    "no default": ([CONFIG, update(GRANTED)], {"consent order": Level.WARNING}, "no default"),
    "update first": (
        [update(GRANTED), default(DENIED), CONFIG],
        {"consent order": Level.WARNING},
        "before the default",
    ),
    "a region denies": (
        [default(DENIED, "DE", "FR"), default(GRANTED), CONFIG],
        {"consent regions": Level.WARNING},
        "counts the denial everywhere",
    ),
    "a region alone": (
        [default(GRANTED, "US"), CONFIG],
        {"consent regions": Level.WARNING},
        "some regions only",
    ),
    "a region, answered": (
        [default(DENIED, "DE"), default(DENIED), CONFIG, update(GRANTED)],
        {},
        "",
    ),
    "waits": ([default(DENIED, wait_ms=500), CONFIG], {}, "after 500 ms the default holds"),
    "waits longer than we": (
        [default(DENIED, wait_ms=2000), CONFIG],
        {"consent wait": Level.WARNING},
        'data-wait="2000"',
    ),
    "no ads": ([default(ANALYTICS), CONFIG], {"consent types": Level.WARNING}, "ad_user_data or"),
    "ads alone": (
        [default({"ad_storage": "denied", "ad_user_data": "denied"}), CONFIG],
        {"consent types": Level.WARNING},
        "no command names analytics_storage",
    ),
    "no such word": (
        [default({**DENIED, "analytics_storage": "other"}), CONFIG],
        {"consent types": Level.ERROR},
        "neither granted nor denied",
    ),
    "none": ([CONFIG], {"consent": Level.WARNING}, "no command of it is in the data layer"),
}


@pytest.mark.parametrize("name", CASES)
def test_each_order_has_its_finding_and_no_other(name: str) -> None:
    """Everything that is not named is in order."""
    commands, expected, says = CASES[name]
    found = list(examine(replace(GOOD, commands=tuple(commands))))

    assert {about: it for about, it in levels(found).items() if it is not Level.OK} == expected
    assert any(says in f"{each.says} {each.fix}" for each in found)


def test_the_commands_are_shown_in_their_order() -> None:
    """With regions and the wait."""
    commands = (default(ANALYTICS, "DE", wait_ms=500), CONFIG, update({"ad_storage": "granted"}))
    (first, *_) = examine(replace(GOOD, commands=commands))

    assert first.says == (
        "default (analytics_storage denied, regions DE, wait_for_update 500 ms) → config G-SHOP1"
        " → update (ad_storage granted)"
    )


def test_the_choices_are_those_that_the_snippet_reads() -> None:
    """A region's denial counts everywhere, its grant nowhere; an update overrides both."""
    commands = [default(GRANTED), default(ANALYTICS, "DE"), update({"ad_storage": "denied"})]

    found = choices(commands)
    assert (found["analytics_storage"], found["ad_storage"]) == ("denied", "denied")
    assert choices([default(GRANTED, "US")]) == {}


def test_a_page_that_gives_its_own_word_needs_no_command() -> None:
    """Nor where none is in the data layer."""
    seen = replace(GOOD, commands=(CONFIG,), snippet=Snippet(there=True, own_consent=True))

    assert set(levels(list(examine(seen))).values()) == {Level.OK}


@pytest.mark.parametrize(
    ("gcds", "level", "says"),
    [
        (["13p3p3p3p5", "13r3r3r3r5"], Level.OK, "denied by default → denied by default, granted"),
        (["13n3n3n3n5"], Level.WARNING, "without a default"),
        (["13l3l3l3l1"], Level.WARNING, "not set"),
        (["13x3x3x3x5"], Level.OK, "unknown letter x"),
        (["99"], Level.UNKNOWN, "a recording holds no commands"),
        ([], Level.UNKNOWN, "a recording holds no commands"),
    ],
)
def test_of_a_recording_the_requests_speak(gcds: list[str], level: Level, says: str) -> None:
    """By `gcd`; without one nothing is made up."""
    hits = tuple(replace(HIT, gcd=gcd) for gcd in gcds)
    (found,) = examine(replace(GOOD, recorded=True, commands=None, hits=hits))

    assert (found.level, says in found.says) == (level, True)


def test_what_a_request_carries_is_shown_in_words() -> None:
    """And what is unknown is said to be."""
    assert in_words(HIT) == (
        "gcs G111 (ads granted, analytics granted), gcd 13t3t3t3t5l1 (analytics granted by default)"
    )
    assert "not asked" in in_words(replace(HIT, gcs="G1--"))
    assert "its meaning is unknown" in in_words(replace(HIT, gcd="zz"))
    assert in_words(replace(HIT, gcs=None, gcd=None)) == "no gcs, no gcd"
