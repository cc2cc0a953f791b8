"""What strangers try at every provider's proof, whatever kind of proof it is.

The genuine delivery is made and signed by the provider's test sender, which knows nothing of our
verification. A provider's own tests add what only its kind of proof can be attacked with.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import SignatureError, SignatureMismatchError
from shared.providers.provider import Capability
from shared.providers.registry import PROVIDERS
from shared.providers.transaction_ids import DEFAULT_KEYS
from shared.secrets.secret import Secret
from shared.settings.providers import read_providers
from shared.settings.reader import Reader
from shared.webhooks.authenticator import Credentials, Proof, authenticate, proof_headers
from shared.webhooks.delivery import Delivery
from tests.support.places import ROOT
from tests.support.rows import every
from tools.changed import replace
from tools.traffic.kinds import KINDS, make
from tools.traffic.providers import SENDERS
from tools.traffic.sales import UNKNOWN

NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECONDS: Final = int(NOW.timestamp())
Change = Callable[[Delivery, "Genuine"], Delivery]


@dataclass(frozen=True)
class Genuine:
    """A delivery that is its provider's."""

    name: str
    proof: Proof
    delivery: Delivery
    secrets: tuple[Secret, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers of the delivery that hold its proof."""
        return tuple(name for name in proof_headers(self.proof) if self.delivery.values(name))


@cache
def options_of(name: str) -> Any:  # noqa: ANN401 - of the provider's type of options
    """Return the options with which what the provider's test sender signs is taken."""
    sender, folder = SENDERS.get(name), Path(tempfile.mkdtemp())
    own = sender.environment(folder, "") if sender and sender.environment else {}
    kind = PROVIDERS[name]
    own_secret = {kind.secrets[0]: "file:none"} if kind.secrets else kind.local_options
    entry = json.dumps({name: own_secret})
    reader = Reader({"PAYMENT_PROVIDERS": entry, **own})
    return read_providers(reader, DEFAULT_KEYS)[name].options


def genuine(name: str, *, now: int = SECONDS) -> Genuine:
    """Return a genuine delivery of a provider, signed at some time."""
    kind = PROVIDERS[name]
    first = next(each for each in KINDS if each.startswith(f"{name}."))
    secret = kind.local_secret
    request = make(first, "hostile", visit=UNKNOWN, now=SECONDS).signed(secret, now=now)
    delivery = Delivery(tuple(request.headers.items()), request.body)
    return Genuine(name, kind.proof(options_of(name)), delivery, (Secret(secret),))


def judge(found: Genuine, delivery: Delivery, *secrets: Secret) -> bytes:
    """Return the bytes that are trusted."""
    credentials = Credentials(secrets or found.secrets)
    return asyncio.run(authenticate(found.proof, delivery, credentials, now=NOW)).body


def _without(delivery: Delivery, names: tuple[str, ...]) -> Delivery:
    return replace(delivery, headers=tuple(h for h in delivery.headers if h[0] not in names))


def _each(value: Callable[[str], str]) -> Change:
    """Return the change of every header that holds the proof."""

    def change(delivery: Delivery, found: Genuine) -> Delivery:
        headers = tuple(
            (name, value(text) if name in found.headers else text)
            for name, text in delivery.headers
        )
        return replace(delivery, headers=headers)

    return change


# What is wrong with the headers: of a proof that is in the body they say nothing.
OF_HEADERS: Final[dict[str, Change]] = {
    "no proof": lambda d, f: _without(d, f.headers),
    "the proof twice": lambda d, f: replace(
        d, headers=(*d.headers, *(h for h in d.headers if h[0] in f.headers))
    ),
    "an empty proof": _each(lambda _: ""),
    "white space": _each(lambda _: "  \t "),
    "cut short": _each(lambda text: text[:-1]),
    "the last sign changed": _each(
        lambda text: text[:-2] + ("A" if text[-2] != "A" else "B") + text[-1]
    ),
    "reversed": _each(lambda text: text[::-1]),
    "far too long": _each(lambda text: text + "," + "v1=" * 10_000),
    "zero bytes": _each(lambda _: "\0\0\0"),
    "beyond ASCII": _each(lambda _: "é" * 40),
    "beyond HTTP": _each(lambda _: "\U0001f600" * 40),
    "half of a surrogate pair": _each(lambda _: "\ud800"),
    "a number": _each(lambda _: "0"),
    "JSON": _each(lambda _: '{"alg": "none"}'),
}
OF_BODIES: Final[dict[str, Change]] = {
    "a space more": lambda d, _: replace(d, body=d.body.replace(b":", b": ", 1) + b" "),
    "one byte changed": lambda d, _: replace(
        d, body=d.body[:-8] + bytes([d.body[-8] ^ 1]) + d.body[-7:]
    ),
    "cut short": lambda d, _: replace(d, body=d.body[:-1]),
    "empty": lambda d, _: replace(d, body=b""),
    "no UTF-8": lambda d, _: replace(d, body=b"\xff\xfe" + d.body),
    "another": lambda d, _: replace(d, body=b'{"id": "evt_of_a_stranger"}'),
    "nothing but a list": lambda d, _: replace(d, body=b"[" * 2000),
}


# What of a body a proof leaves open: the password of Chargebee's webhook covers none of it, and
# Adyen signs fields, and Apple a text inside, not bytes.
OPEN: Final[Mapping[str, frozenset[str]]] = {
    "chargebee": frozenset(OF_BODIES),
    "adyen": frozenset({"a space more"}),
    "apple": frozenset({"a space more"}),
}


CHANGES: Final = {"body": OF_BODIES, "header": OF_HEADERS}


# Who may sign one delivery several times, with each secret while one is rotated.
SEVERAL: Final = frozenset({"mollie"})


def concerns(name: str, part: str, title: str) -> bool:
    """Return whether a change of a delivery's part is one of what a provider's proof covers."""
    if part == "body":
        return title not in OPEN.get(name, frozenset())
    if title == "the proof twice" and name in SEVERAL:
        return False
    return bool(proof_headers(PROVIDERS[name].proof(PROVIDERS[name].options())))


@pytest.mark.parametrize("name", PROVIDERS)
def test_what_the_provider_sends_is_taken(name: str) -> None:
    """Byte for byte."""
    found = genuine(name)

    assert judge(found, found.delivery) == found.delivery.body


@pytest.mark.parametrize("name", PROVIDERS)
@every(("part", "title"), [(part, title) for part, each in CHANGES.items() for title in each])
def test_what_a_stranger_changes_is_refused(name: str, part: str, title: str) -> None:
    """With the one error that is answered 400, and no other."""
    if not concerns(name, part, title):
        return
    found = genuine(name)
    changed = CHANGES[part][title](found.delivery, found)
    assert changed != found.delivery

    with pytest.raises(SignatureError):
        judge(found, changed)


@pytest.mark.parametrize("name", sorted(SEVERAL))
def test_one_of_several_proofs_has_to_be_genuine(name: str) -> None:
    """The others do no harm, and prove nothing."""
    found = genuine(name)
    twice = OF_HEADERS["the proof twice"](found.delivery, found)
    forged = OF_HEADERS["reversed"](twice, found)
    own = [each for each in found.delivery.headers if each[0] in found.headers]

    assert judge(found, twice) == found.delivery.body
    assert judge(found, replace(forged, headers=(*forged.headers, *own))) == found.delivery.body
    with pytest.raises(SignatureError):
        judge(found, forged)


@pytest.mark.parametrize(
    ("name", "title"), [(name, title) for name, titles in OPEN.items() for title in sorted(titles)]
)
def test_what_a_proof_leaves_open_its_page_says(name: str, title: str) -> None:
    """It is taken, and no more than that is left open."""
    found = genuine(name)
    changed = OF_BODIES[title](found.delivery, found)

    assert judge(found, changed) == changed.body
    page = (ROOT / f"docs/providers/{name}.md").read_text(encoding="utf-8")
    assert "## What the proof does not cover" in page


@pytest.mark.parametrize("name", [n for n, kind in PROVIDERS.items() if kind.secrets])
@every("secret", ["of somebody else", "", " ", "0", "whsec_", "é", "a:b", "00ff"])
def test_another_secret_proves_nothing(name: str, secret: str) -> None:
    """Nor does an empty one, with which anybody could sign."""
    found = genuine(name)

    with pytest.raises(SignatureError):
        judge(found, found.delivery, Secret(secret))


@pytest.mark.parametrize("name", [n for n, kind in PROVIDERS.items() if kind.secrets])
def test_while_a_secret_is_rotated_either_one_is_taken(name: str) -> None:
    """In any order; and without any of them a mismatch asks for the secrets to be read again."""
    found = genuine(name)
    other = Secret("of tomorrow")

    assert judge(found, found.delivery, other, *found.secrets) == found.delivery.body
    assert judge(found, found.delivery, *found.secrets, other) == found.delivery.body
    with pytest.raises(SignatureMismatchError):
        judge(found, found.delivery, Secret("b2YgdG9tb3Jyb3c="))


@pytest.mark.parametrize(
    "name", [n for n, kind in PROVIDERS.items() if kind.can(Capability.SIGNED_TIME)]
)
@every("seconds", [-86_400, -1, 301, 86_400])
def test_a_time_that_is_not_now_is_refused(name: str, seconds: int) -> None:
    """Otherwise a captured delivery could be repeated for ever."""
    # How old one may be is the proof's to say, where its sender may not sign a retry again.
    oldest = getattr(genuine(name).proof, "oldest_seconds", 300)
    ago = seconds - oldest if seconds < 0 else seconds
    found = genuine(name, now=SECONDS + ago)

    with pytest.raises(SignatureError):
        judge(found, found.delivery)


@pytest.mark.parametrize("name", PROVIDERS)
@every("other", PROVIDERS)
def test_a_proof_of_one_provider_is_none_of_another(name: str, other: str) -> None:
    """Even where both have the same secret: the headers have other names, or the text differs."""
    if name == other:
        return
    found, strange = genuine(name), genuine(other)

    with pytest.raises(SignatureError):
        judge(found, strange.delivery, *found.secrets)


@settings(max_examples=60, deadline=timedelta(seconds=5))
@given(
    name=st.sampled_from(sorted(PROVIDERS)),
    values=st.lists(st.text(st.characters(exclude_categories=[])), min_size=1, max_size=4),
    body=st.binary() | st.sampled_from([b"{}", b'{"signedPayload": 1}', b"null", b"[]"]),
    secret=st.text(),
)
def test_whatever_comes_is_refused_with_one_error(
    name: str, values: list[str], body: bytes, secret: str
) -> None:
    """Nothing that a stranger writes raises another exception."""
    found = genuine(name)
    names = proof_headers(found.proof) or ("content-type",)
    headers = tuple((names[at % len(names)], value) for at, value in enumerate(values))

    with pytest.raises(SignatureError):
        judge(found, Delivery(headers, body), Secret(secret))


@pytest.mark.parametrize(
    "name", [name for name in PROVIDERS if "a space more" not in OPEN.get(name, ())]
)
def test_a_large_forgery_costs_little(name: str) -> None:
    """A megabyte is judged in less than a second."""
    found, begun = genuine(name), time.perf_counter()

    with pytest.raises(SignatureError):
        judge(found, replace(found.delivery, body=found.delivery.body + b" " * 1_000_000))
    assert time.perf_counter() - begun < 1
