"""Consent mode on the page: which commands came in which order, and what that means for us.

The snippet passes on what the commands say (`browser/README.md`, “Consent”); this judges by its
rules. What `gcs` and `gcd` mean is as observed: Google documents neither.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from tools.doctor.finding import Finding, error, ok, unknown, warning
from tools.doctor.site.seen import Command, Hit, Seen

ANALYTICS: Final = "analytics_storage"
TYPES: Final = ("ad_storage", ANALYTICS, "ad_user_data", "ad_personalization")

_ADS: Final = ("ad_user_data", "ad_personalization")
_STARTS: Final = ("config", "event", "gtm")
_DENIED: Final = "denied"
_GCD: Final = re.compile(r"\d\d" + r"([a-z])\d".join([""] * 4) + r"([a-z]).*")
_UNSET: Final = "l"
_WITHOUT_DEFAULT: Final = "mn"
_LETTERS: Final = {
    _UNSET: "not set",
    "p": "denied by default",
    "q": "denied by default and by update",
    "t": "granted by default",
    "r": "denied by default, granted by update",
    "m": "denied by update, without a default",
    "n": "granted by update, without a default",
    "u": "granted by default, denied by update",
    "v": "granted by default and by update",
}
_GIVE: Final = "give the snippet `consent` (browser/README.md, “Consent”)"
_FIRST: Final = "set the default above the tag, before `config` and before Tag Manager"


def examine(seen: Seen) -> Iterator[Finding]:
    """Yield what is found of a page's consent.

    Args:
        seen: The page.
    """
    if seen.commands is None:
        yield from _of_requests(seen)
        return
    consents = [command for command in seen.commands if command.name == "consent"]
    if consents:
        shown = " → ".join(_shown(c) for c in seen.commands if c.name in ("consent", *_STARTS))
        yield ok("consent commands", shown)
        yield from _order(seen.commands)
        yield from _defaults(seen, consents)
        yield from _types(consents)
        yield _outcome(choices(seen.commands))
    elif seen.snippet.own_consent:
        yield ok("consent", "no consent command; the page gives the snippet its own word")
    elif any(_letter(hit) not in (None, _UNSET) for hit in seen.hits):
        says = "the tag has a choice, but no command of it is in the data layer: the snippet sees "
        yield warning("consent", f"{says}none, and the server takes it as not denied", _GIVE)
    else:
        says = "no consent command: the snippet passes no choice on, and the server takes it as "
        fix = f"where visitors must be asked: {_FIRST}"
        yield warning("consent", f"{says}not denied", fix)


def choices(commands: Sequence[Command]) -> Mapping[str, str]:
    """Return the choices in force, as the snippet reads them: a region's denial counts.

    Args:
        commands: The page's commands, in their order.
    """
    plain: dict[str, str] = {}
    regional: dict[str, str] = {}
    updated: dict[str, str] = {}
    for command in commands:
        if command.name != "consent":
            continue
        if command.subject == "update":
            updated |= command.choices
        elif command.regions:
            regional |= {name: it for name, it in command.choices.items() if it == _DENIED}
        else:
            plain |= command.choices
    return {**plain, **regional, **updated}


def is_denied(seen: Seen) -> bool:
    """Return whether the visitor has denied analytics, or not allowed it yet.

    Args:
        seen: The page.
    """
    if seen.commands is not None and choices(seen.commands).get(ANALYTICS, "granted") != "granted":
        return True
    states = [hit.gcs for hit in seen.hits if hit.gcs]
    return bool(states) and states[-1][-1] == "0"


def in_words(hit: Hit) -> str:
    """Return the consent that a request carries."""
    if hit.gcs is None:
        state = "no gcs"
    else:
        names = {"1": "granted", "0": "denied", "-": "not asked"}
        state = f"gcs {hit.gcs} (ads {names[hit.gcs[2]]}, analytics {names[hit.gcs[3]]})"
    letter = _letter(hit)
    if hit.gcd is None:
        return f"{state}, no gcd"
    meaning = f"analytics {_LETTERS[letter]}" if letter in _LETTERS else "its meaning is unknown"
    return f"{state}, gcd {hit.gcd} ({meaning})"


def _letter(hit: Hit) -> str | None:
    """Return how analytics' state came to be, as a letter of `gcd`."""
    found = _GCD.fullmatch(hit.gcd or "")
    return found and found[1 + TYPES.index(ANALYTICS)]


def _shown(command: Command) -> str:
    if command.name != "consent":
        return f"{command.name} {command.subject}".strip()
    parts = [f"{name} {value}" for name, value in sorted(command.choices.items())]
    if command.regions:
        parts.append(f"regions {' '.join(command.regions[:30])}")
    if command.wait_ms > 0:
        parts.append(f"wait_for_update {command.wait_ms} ms")
    return f"{command.subject or '?'} ({', '.join(parts)})"


def _order(commands: Sequence[Command]) -> Iterator[Finding]:
    names = [(command.name, command.subject) for command in commands]
    start = next((at for at, (name, _) in enumerate(names) if name in _STARTS), len(names))
    if ("consent", "default") not in names:
        says = "an update, but no default: until it comes the tag works as if all was granted"
        yield warning("consent order", says, _FIRST)
        return
    default = names.index(("consent", "default"))
    if default > start:
        says = (
            f"the default comes after `{names[start][0]}`: the first events are sent, and cookies "
            "set, without it"
        )
        yield error("consent order", says, _FIRST)
    elif ("consent", "update") in names[:default]:
        yield warning("consent order", "an update comes before the default", _FIRST)
    else:
        yield ok("consent order", "the default comes before everything that is measured")


def _defaults(seen: Seen, consents: Sequence[Command]) -> Iterator[Finding]:
    defaults = [command for command in consents if command.subject == "default"]
    regional = [command for command in defaults if command.regions]
    denying = any(command.choices.get(ANALYTICS) == _DENIED for command in regional)
    answered = any(c.subject == "update" and ANALYTICS in c.choices for c in consents)
    if denying and not answered and not seen.snippet.own_consent:
        says = (
            "a default for some regions denies, and no update came. The snippet does not know "
            "where the visitor is and counts the denial everywhere: the server sends nothing"
        )
        fix = f"send an update in the other regions too, or {_GIVE}"
        yield warning("consent regions", says, fix)
    elif regional and len(regional) == len(defaults):
        says = "defaults for some regions only: elsewhere the tag works as if all was granted"
        yield warning("consent regions", says, "add a default without region")
    wait = max((command.wait_ms for command in defaults), default=0)
    if wait > seen.snippet.wait_ms and seen.snippet.there:
        says = f"the tag waits {wait} ms for an update, the snippet {seen.snippet.wait_ms} ms"
        yield warning("consent wait", says, f'give the snippet data-wait="{wait}" or more')
    elif wait and not answered:
        yield ok(
            "consent wait", f"no update came within the visit: after {wait} ms the default holds"
        )


def _types(consents: Sequence[Command]) -> Iterator[Finding]:
    named = {name for command in consents for name in command.choices}
    if ANALYTICS not in named:
        says = f"no command names {ANALYTICS}: analytics counts as not denied"
        yield warning("consent types", says, f"name {ANALYTICS} in the default and in the update")
    if missing := [name for name in _ADS if name not in named]:
        says = f"no command names {' or '.join(missing)}: the server passes none on to Google"
        yield warning("consent types", says, "name all four types of consent mode version 2")
    odd = sorted({n for c in consents for n, value in c.choices.items() if value == "other"})
    if odd:
        says = f"{', '.join(odd)}: neither granted nor denied; analytics then counts as denied"
        yield error("consent types", says, "write `granted` or `denied`")


def _outcome(state: Mapping[str, str]) -> Finding:
    analytics = state.get(ANALYTICS)
    if analytics == "granted":
        return ok("consent of this visit", "analytics is granted: the server sends its purchase")
    if analytics is None:
        return ok("consent of this visit", "analytics is not named: the server sends its purchase")
    says = "analytics is denied until the visitor agrees: the server sends nothing of this visit"
    return ok("consent of this visit", says)


def _of_requests(seen: Seen) -> Iterator[Finding]:
    """Yield what the tag's requests say, where nobody could look at the commands."""
    letters = [letter for letter, _ in groupby(filter(None, map(_letter, seen.hits)))]
    if not letters:
        says = "a recording holds no commands, and no request says how consent came to be (gcd)"
        if not seen.recorded:
            says = "the page did not answer, and no request says how consent came to be (gcd)"
        yield unknown("consent commands", says, "open the page: connectors doctor site URL")
        return
    shown = " → ".join(_LETTERS.get(letter, f"unknown letter {letter}") for letter in letters)
    if letters[0] in _WITHOUT_DEFAULT:
        yield warning("consent commands", f"analytics: {shown}, by gcd", _FIRST)
    elif letters == [_UNSET]:
        says = "analytics: not set, by gcd: the tag works as if all was granted"
        yield warning("consent commands", says, f"where visitors must be asked: {_FIRST}")
    else:
        yield ok("consent commands", f"analytics: {shown}, by gcd")
