"""PayPal's signature: which address, which certificate and which text are taken, and no other."""

import asyncio
import base64
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from shared.errors import (
    MisconfiguredError,
    SignatureError,
    SignatureMismatchError,
    UnavailableError,
)
from shared.providers.paypal.proof import LIVE_API, PayPalProof
from shared.secrets.secret import Secret
from shared.webhooks.authenticator import Credentials
from shared.webhooks.certificate_source import MAX_BYTES, MOST_IN_A_MINUTE
from shared.webhooks.delivery import Delivery
from tools.changed import replace
from tools.traffic.certificates import Issued, issue
from tools.traffic.paypal_stand_in import SUBJECT

NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
CERTS: Final = "/v1/notifications/certs"
PATH: Final = f"{CERTS}/CERT-1"
BODY: Final = b'{"id": "WH-1", "event_type": "X", "resource": {}}'
WEBHOOK: Final = "8AB12345"
LIVE: Final = "messageverificationcerts.paypal.com"


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return a key that is made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def root() -> Issued:
    """Return the root that is held."""
    return issue("Root", authority=True)


@cache
def authority() -> Issued:
    """Return an authority below it."""
    return issue("Authority", root(), authority=True)


def leaf(name: str = SUBJECT, by: Issued | None = None, **other: Any) -> Issued:  # noqa: ANN401
    """Return a signer's certificate, right in all that is not said."""
    return issue(name, by or authority(), **{"key": rsa_key(), **other})


def pem(*chain: Issued) -> bytes:
    """Return certificates as a host has them."""
    return "".join(each.pem for each in chain).encode()


@dataclass
class Host:
    """A host on loopback.

    Attributes:
        pages: Path → status, headers and body.
        asked: The paths that were asked for, in order.
        seconds: How long it thinks.
        url: Its address.
    """

    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    seconds: float = 0
    url: str = ""

    def has(self, body: bytes, path: str = PATH, status: int = 200, **headers: str) -> None:
        """Put a page there."""
        self.pages[path] = status, headers, body


@pytest.fixture
def host() -> Iterator[Host]:
    """A host for one test: what is kept of an address is kept for the process."""
    found = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            time.sleep(found.seconds)
            status, headers, body = found.pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            with suppress(BrokenPipeError):  # who asked may be gone
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    found.has(pem(leaf(), authority()))
    yield found
    server.shutdown()
    server.server_close()


def signed(
    url: str,
    wrong: Mapping[str, str] = MappingProxyType({}),
    *,
    body: bytes = BODY,
    webhook: str = WEBHOOK,
    at: datetime = NOW,
) -> Delivery:
    """Return a delivery that PayPal's key signed, with other headers where they are given."""
    name, when = "69cd13f0-d67a", at.isoformat().replace("+00:00", "Z")
    text = f"{name}|{when}|{webhook}|{zlib.crc32(body)}".encode()
    made = rsa_key().sign(text, padding.PKCS1v15(), hashes.SHA256())
    headers = {
        "paypal-transmission-id": name,
        "paypal-transmission-time": when,
        "paypal-transmission-sig": base64.b64encode(made).decode(),
        "paypal-cert-url": url,
        "paypal-auth-algo": "SHA256withRSA",
        **{f"paypal-{key.replace('_', '-')}": value for key, value in wrong.items()},
    }
    return Delivery(tuple(headers.items()), body)


def judge(host: Host, delivery: Delivery, *webhooks: str, now: datetime = NOW) -> bytes:
    """Return the bytes that are trusted, with a proof whose host is this one."""
    proof = PayPalProof(host.url, f"{root().pem}\n# {host.url}")
    credentials = Credentials(tuple(map(Secret, webhooks or (WEBHOOK,))))
    return asyncio.run(proof.authenticate(delivery, credentials, now=now)).body


def test_a_delivery_is_taken_and_its_certificate_asked_for_once(host: Host) -> None:
    """The next one asks nobody; after a day the host is asked again."""
    for _ in range(3):
        assert judge(host, signed(host.url + PATH)) == BODY
    assert host.asked == [PATH]

    later = NOW + timedelta(hours=25)
    judge(host, signed(host.url + PATH, at=later), now=later)
    assert host.asked == [PATH, PATH]


def test_the_crc_is_of_the_exact_bytes(host: Host) -> None:
    """Unsigned and decimal, of what came and not of what it means; its top bit may be set."""
    high = next(b for b in (b'{"n": %d}' % n for n in range(99)) if zlib.crc32(b) >= 1 << 31)
    delivery = signed(host.url + PATH, body=high)

    assert judge(host, delivery) == high
    with pytest.raises(SignatureMismatchError):
        judge(host, replace(delivery, body=high + b" "))


def test_any_of_several_webhooks_is_taken_and_no_other(host: Host) -> None:
    """While one is replaced there are two ids; an empty one is none."""
    delivery = signed(host.url + PATH)

    assert judge(host, delivery, "other", WEBHOOK) == BODY
    with pytest.raises(SignatureMismatchError):
        judge(host, delivery, "other")
    with pytest.raises(SignatureMismatchError):
        judge(host, signed(host.url + PATH, webhook=""), "")


@pytest.mark.parametrize(
    "url",
    [
        "http://api.paypal.com{path}",
        "https://api.paypal.com.evil.example{path}",
        "https://evil.example{path}",
        "https://evil.example/api.paypal.com{path}",
        "https://api-m.paypal.com{path}",
        "https://paypal.com{path}",
        "https://API.PAYPAL.COM{path}",
        "https://api.paypal.com:443{path}",
        "https://api.paypal.com:8443{path}",
        "https://user@api.paypal.com{path}",
        "https://api.paypal.com@evil.example{path}",
        "https://api.paypal.com\\@evil.example{path}",
        "https://api.paypal.com%2eevil.example{path}",
        "https://api.paypal.com#@evil.example{path}",
        "https://api.paypal.com{path}?x=1",
        "https://api.paypal.com{path}#x",
        "https://api.paypal.com{path}\n",
        "https://api.paypal.com{path}/../../../x",
        "https://api.paypal.com/v1/notifications/certs/",
        "https://api.paypal.com/v1/notifications/certs/../x",
        "https://api.paypal.com/v1/notifications/certs/..",
        "https://api.paypal.com/v1/notifications/certs/a/b",
        "https://api.paypal.com/v1/notifications/certs/a%2fb",
        "https://api.paypal.com//v1/notifications/certs/a",
        "https://api.paypal.com/v1/notifications/webhooks",
        "https://api.paypal.com/",
        "https:api.paypal.com{path}",
        "//api.paypal.com{path}",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/",
        "http://169.254.169.254/computeMetadata/v1/",
        "http://metadata.google.internal{path}",
        "http://127.0.0.1{path}",
        "http://127.0.0.1:1{path}",
        "http://localhost{path}",
        "{host}/x",
        "{host}/v1/notifications/certs/../x",
        "{host}{path}?x=1",
        "{host}{path}#x",
        "{host}.evil.example{path}",
        "{host}@evil.example{path}",
        "https://{bare}{path}",
        "{path}",
        "x",
    ],
)
def test_no_other_address_is_asked(host: Host, url: str) -> None:
    """Else anybody signs with a key of his own, or sends us to where only we can go."""
    own = url.format(host=host.url, bare=host.url.removeprefix("http://"), path=PATH)

    with pytest.raises(SignatureError, match="not an address of PayPal's"):
        judge(host, signed(own))
    assert host.asked == []


@pytest.mark.parametrize("api", [LIVE_API, "https://api-m.sandbox.paypal.com"])
def test_loopback_is_asked_only_where_the_settings_name_it(host: Host, api: str) -> None:
    """A deployment has PayPal's own API."""
    proof = PayPalProof(api, root().pem)
    credentials = Credentials((Secret(WEBHOOK),))

    with pytest.raises(SignatureError, match="not an address of PayPal's"):
        asyncio.run(proof.authenticate(signed(host.url + PATH), credentials, now=NOW))
    assert host.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(host: Host, status: int) -> None:
    """Not even to the same host: only the first address was judged."""
    host.has(b"", path=f"{CERTS}/MOVED", status=status, location=host.url + PATH)

    with pytest.raises(SignatureError, match=f"its host says {status}"):
        judge(host, signed(f"{host.url}{CERTS}/MOVED"))
    assert host.asked == [f"{CERTS}/MOVED"]


_PAST: Final = (NOW - timedelta(days=9), NOW - timedelta(days=1))
_FUTURE: Final = (NOW + timedelta(days=1), NOW + timedelta(days=9))
_UNKNOWN: Final = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
_NO_CERTIFICATES: Final = x509.KeyUsage(*([True] + [False] * 8))


def _below(**of_authority: Any) -> bytes:  # noqa: ANN401 - arguments of `issue`
    between = issue("Between", root(), **{"authority": True, **of_authority})
    return pem(leaf(by=between), between)


def _of_a_stranger(*, with_root: bool) -> bytes:
    stranger = issue("Root", authority=True)  # of the root's name, with another key
    other = issue("Authority", stranger, authority=True)
    return pem(leaf(by=other), other, *([stranger] if with_root else []))


def _with_a_gap() -> bytes:
    third = issue("Third", issue("Second", authority(), authority=True), authority=True)
    return pem(leaf(by=third), third, authority())


def _too_deep() -> bytes:
    short = issue("Short", root(), authority=True, path_length=0)
    shorter = issue("Shorter", short, authority=True)
    return pem(leaf(by=shorter), shorter, short)


def _with_a_name_beside() -> bytes:
    two_names = x509.SubjectAlternativeName([x509.DNSName(SUBJECT)])
    return pem(leaf("x", extensions=((two_names, False),)), authority())


# Chains that break one rule each, made where they are tried: a long key takes a second.
_CHAINS: Final[dict[str, Callable[[], bytes]]] = {
    "signed by itself": lambda: pem(issue(SUBJECT, key=rsa_key())),
    "of a root that we do not hold": lambda: _of_a_stranger(with_root=False),
    "with its own root": lambda: _of_a_stranger(with_root=True),
    "signed by a signer": lambda: pem(leaf(by=leaf(key=rsa_key(3072))), leaf(key=rsa_key(3072))),
    "no link between": lambda: pem(leaf()),
    "a gap": _with_a_gap,
    "the signer is not first": lambda: pem(authority(), leaf()),
    "the signer has expired": lambda: pem(leaf(valid=_PAST), authority()),
    "the signer is not valid yet": lambda: pem(leaf(valid=_FUTURE), authority()),
    "the authority has expired": lambda: _below(valid=_PAST),
    "the authority is not valid yet": lambda: _below(valid=_FUTURE),
    "the authority is none": lambda: _below(authority=False),
    "the authority does not say so": lambda: _below(authority=None),
    "the authority may not issue": lambda: _below(extensions=((_NO_CERTIFICATES, True),)),
    "an unknown critical extension": lambda: _below(extensions=((_UNKNOWN, True),)),
    "more authorities than allowed": _too_deep,
    "the signer is an authority": lambda: pem(leaf(authority=True), authority()),
    "signed with a weak hash": lambda: pem(leaf(algorithm=hashes.SHA224()), authority()),
    "a key of an elliptic curve": lambda: pem(
        leaf(key=ec.generate_private_key(ec.SECP256R1())), authority()
    ),
    "a short key": lambda: pem(leaf(key=rsa_key(1024)), authority()),
    "another name": lambda: pem(leaf("evil.example"), authority()),
    "a name that ends alike": lambda: pem(leaf(f"evil.{SUBJECT}"), authority()),
    "a name that begins alike": lambda: pem(leaf(f"{SUBJECT}.evil.example"), authority()),
    "the name in capitals": lambda: pem(leaf(SUBJECT.upper()), authority()),
    "the name beside": _with_a_name_beside,
    "too many": lambda: pem(leaf(), *[authority()] * 9),
    "no PEM": lambda: b"<html>",
    "nothing": lambda: b"",
    "broken": lambda: pem(leaf()).replace(b"M", b"N", 20),
    "a private key": lambda: b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "more than fits": lambda: b" " * (MAX_BYTES + 1) + pem(leaf(), authority()),
}


@pytest.mark.parametrize("what", sorted(_CHAINS))
def test_no_other_certificate_is_taken(host: Host, what: str) -> None:
    """The signature is right each time, by the key that the certificate names or by another."""
    host.has(_CHAINS[what]())

    with pytest.raises(SignatureError, match="certificate"):
        judge(host, signed(host.url + PATH))


@pytest.mark.parametrize(
    "chain",
    [
        lambda: pem(leaf(by=root())),
        lambda: pem(leaf(LIVE), authority()),
        lambda: pem(leaf(), authority(), root()),
        lambda: pem(leaf(), issue("Nobody's", authority=True), authority()),
        lambda: pem(leaf(authority=None), authority()),
        lambda: _below(path_length=0),
        lambda: _below(extensions=((_UNKNOWN, False),)),
    ],
    ids=["root itself", "live", "with the root", "one too many", "no word", "path", "extension"],
)
def test_any_chain_that_leads_to_the_root_is_taken(host: Host, chain: Any) -> None:  # noqa: ANN401
    """Of any length, in any order, whatever else is there."""
    host.has(chain())

    assert judge(host, signed(host.url + PATH)) == BODY


def test_a_certificate_that_is_kept_grows_too_old(host: Host) -> None:
    """It is checked at each delivery, and then asked for again."""
    soon = (NOW - timedelta(days=1), NOW + timedelta(hours=1))
    host.has(pem(leaf(valid=soon), authority()))
    later = NOW + timedelta(hours=2)
    judge(host, signed(host.url + PATH))

    with pytest.raises(SignatureError, match="not valid now"):
        judge(host, signed(host.url + PATH, at=later), now=later)
    host.has(pem(leaf(), authority()))
    much_later = later + timedelta(minutes=2)
    assert judge(host, signed(host.url + PATH, at=much_later), now=much_later) == BODY


def test_the_host_of_a_certificate_says_whose_it_is() -> None:
    """The sandbox's key signs nothing that is live."""
    proof = PayPalProof(LIVE_API, root().pem)

    assert proof._subjects(f"https://api.paypal.com{PATH}") == (LIVE,)  # noqa: SLF001
    assert proof._subjects(f"https://api.sandbox.paypal.com{PATH}") == (SUBJECT,)  # noqa: SLF001


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_host_in_trouble_is_asked_again_later(host: Host, status: int) -> None:
    """503 and not 400: PayPal tries again, and then it is taken."""
    host.has(b"", status=status)
    with pytest.raises(UnavailableError):
        judge(host, signed(host.url + PATH))

    host.has(pem(leaf(), authority()))
    assert judge(host, signed(host.url + PATH)) == BODY


def test_a_host_that_is_down_or_slow_is_unavailable(host: Host) -> None:
    """It is given three seconds."""
    host.seconds, begun = 4, time.monotonic()
    with pytest.raises(UnavailableError):
        judge(host, signed(host.url + PATH))
    assert time.monotonic() - begun < 3.9
    nobody = Host(url="http://127.0.0.1:9")
    with pytest.raises(UnavailableError):
        judge(nobody, signed(nobody.url + PATH))


def test_strangers_cannot_make_us_ask_without_end(host: Host) -> None:
    """An address that has none is not asked again for a minute, and not many in one minute."""
    for _ in range(3):
        with pytest.raises(SignatureError):
            judge(host, signed(f"{host.url}{CERTS}/NONE"))
    assert len(host.asked) == 1

    for number in range(MOST_IN_A_MINUTE - 1):
        with pytest.raises(SignatureError):
            judge(host, signed(f"{host.url}{CERTS}/NONE-{number}"))
    with pytest.raises(UnavailableError, match="too many"):
        judge(host, signed(host.url + PATH))
    assert len(host.asked) == MOST_IN_A_MINUTE

    later = NOW + timedelta(minutes=2)
    assert judge(host, signed(host.url + PATH, at=later), now=later) == BODY


@pytest.mark.parametrize(
    "wrong",
    [
        {"auth_algo": "SHA1withRSA"},
        {"auth_algo": "none"},
        {"auth_algo": "SHA256withECDSA"},
        {"auth_algo": "sha256withrsa"},
        {"auth_algo": "HS256"},
        {"transmission_sig": "AAAA"},
        {"transmission_sig": "not base64!"},
        {"transmission_sig": "é"},
        {"transmission_id": "a|b"},
        {"transmission_id": "x" * 256},
        {"transmission_id": ""},
        {"transmission_time": "yesterday"},
        {"transmission_time": "1795435200"},
        {"transmission_time": "2026-11-23T12:00:00"},
        {"transmission_time": "2026-11-23|12:00:00Z"},
        {"transmission_time": "0001-01-01T00:00:00+14:00"},
        {"transmission_time": "2026-11-23T12:00:01Z"},
        {"cert_url": ""},
    ],
    ids=str,
)
def test_a_header_that_is_wrong_is_refused(host: Host, wrong: dict[str, str]) -> None:
    """Each is part of what is signed, or says how."""
    with pytest.raises(SignatureError):
        judge(host, signed(host.url + PATH, wrong))


@pytest.mark.parametrize(
    ("ago", "is_taken"),
    [
        (timedelta(days=3), True),
        (timedelta(days=3, hours=2), False),
        (timedelta(minutes=-4), True),
        (timedelta(minutes=-6), False),
    ],
)
def test_a_delivery_is_taken_for_as_long_as_paypal_tries(
    host: Host,
    ago: timedelta,
    is_taken: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Three days: nobody says that a later try is signed again, and a repeat is a duplicate."""
    delivery = signed(host.url + PATH, at=NOW - ago)

    if is_taken:
        assert judge(host, delivery) == BODY
        return
    with pytest.raises(SignatureError, match="transmission-time"):
        judge(host, delivery)
    assert host.asked == []


def test_roots_that_cannot_be_read_are_the_operators_to_fix(host: Host) -> None:
    """It is answered 500, and no delivery is lost."""
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    proof = PayPalProof(host.url, broken)

    with pytest.raises(MisconfiguredError, match="CONNECTORS_PAYPAL_ROOT"):
        asyncio.run(
            proof.authenticate(signed(host.url + PATH), Credentials((Secret(WEBHOOK),)), now=NOW)
        )


def test_without_roots_of_our_own_the_public_ones_count(host: Host) -> None:
    """A chain of our own is none of theirs."""
    proof = PayPalProof(host.url, None)

    with pytest.raises(SignatureError, match="not issued under a root"):
        asyncio.run(
            proof.authenticate(signed(host.url + PATH), Credentials((Secret(WEBHOOK),)), now=NOW)
        )
