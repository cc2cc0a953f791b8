"""The streams and routes of settings: which rule leads where, and what no rule reaches."""

from collections.abc import Iterator, Mapping

from shared.settings.read_streams import read_streams
from shared.settings.reader import Reader
from shared.settings.streams import Rule, Streams
from tools.doctor.finding import Finding, ok, warning


def examine(settings: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the routes as a table, and what is odd about them.

    Args:
        settings: Names and values; what cannot be read is another finding's.
    """
    reader = Reader(settings)
    if not reader.given("STREAMS"):
        return
    streams = read_streams(reader)
    if reader.problems:
        return
    for number, rule in enumerate(streams.rules):
        yield ok(f"ROUTES[{number}]", f"{in_words(rule)} → {rule.to}")
    for stream in streams.by_name.values():
        if stream.is_app:
            yield warning(
                f"STREAMS.{stream.name}",
                "Firebase's SDK may log in_app_purchase by itself: a purchase that is sent too "
                "counts twice",
                "send only what the SDK does not see: renewals, refunds, purchases on the web",
            )
    yield from _odd(streams, settings.get("ACCEPT_TEST_EVENTS", "").strip().lower() == "true")


def in_words(rule: Rule) -> str:
    """Return a rule's conditions as a person reads them."""
    parts = [] if rule.live is None else ["live" if rule.live else "test mode"]
    parts += [f"{name} {' or '.join(sorted(values))}" for name, values in sorted(rule.when.items())]
    return ", ".join(parts) or "everything else"


def _odd(streams: Streams, accepts_tests: bool) -> Iterator[Finding]:  # noqa: FBT001 - private
    rules = streams.rules
    covered = set()
    for number, rule in enumerate(rules):
        before = [at for at in range(number) if _covers(rules[at], rule)]
        if before:
            covered.add(number)
            yield warning(
                f"ROUTES[{number}]",
                f"is never reached: ROUTES[{before[0]}] takes all that it would take",
                "move it up, or take it out",
            )
            continue
        for at in range(number):
            if at not in covered and _overlap(rules[at], rule):
                yield warning(
                    f"ROUTES[{number}]",
                    f"overlaps ROUTES[{at}], which leads to {rules[at].to}: what matches both "
                    "goes there",
                    "check that their order is right",
                )
    if rules and not any(not rule.when and rule.live in (None, True) for rule in rules):
        yield warning(
            "ROUTES",
            "has a hole: live events that match no rule are ignored",
            'end it with {"to": "NAME"}, unless that is meant',
        )
    reached = {rule.to for number, rule in enumerate(rules) if number not in covered}
    for name in streams.by_name:
        if rules and name not in reached:
            yield warning(f"STREAMS.{name}", "no rule leads there", "add a rule, or take it out")
    if accepts_tests and any(rule.live is None for rule in rules):
        yield warning(
            "ACCEPT_TEST_EVENTS",
            "rules that say nothing of test mode take test payments too",
            'unset it; a rule with "live": false takes test mode without it',
        )


def _covers(earlier: Rule, later: Rule) -> bool:
    """Return whether a rule takes every event that a later one would take."""
    if earlier.live is not None and earlier.live is not later.live:
        return False
    if later.live is False and earlier.live is None:
        return False  # test mode is taken by the later one alone, unless it is accepted
    return all(
        name in later.when and later.when[name] <= values for name, values in earlier.when.items()
    )


def _overlap(one: Rule, other: Rule) -> bool:
    """Return whether some event matches two rules that lead to two streams.

    A rule that takes everything else overlaps all others, and that is what it is for.
    """
    if one.to == other.to or not one.when or not other.when:
        return False
    if one.live is not None and other.live is not None and one.live is not other.live:
        return False
    shared = one.when.keys() & other.when.keys()
    return all(one.when[name] & other.when[name] for name in shared)
