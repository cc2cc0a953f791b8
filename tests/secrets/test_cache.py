"""Secrets kept for five minutes, and read again when there is reason to."""

import asyncio
from pathlib import Path

import pytest

from shared.errors import ConnectorError, MisconfiguredError, UnavailableError
from shared.secrets.cache import Secrets
from shared.secrets.reference import ManagedSecret, SecretFile, SecretReference
from shared.secrets.secret import Secret
from tests.support.loop import in_a_loop

REFERENCE = ManagedSecret("projects/shop/secrets/stripe/versions/latest")
OTHER = ManagedSecret("projects/shop/secrets/ga4/versions/latest")
SETTING = "PAYMENT_PROVIDERS stripe"


class Vault:
    """A Secret Manager that says what it is told to, and a clock.

    Attributes:
        holds: The secret, or how reading fails.
        now: Seconds.
        reads: How often it was read.
        gate: Readers wait while it is closed.
        reported: What was reported of reads that failed.
    """

    def __init__(self, holds: str | ConnectorError) -> None:
        self.holds = holds
        self.now = 1000.0
        self.reads = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.reported: list[str] = []
        self.secrets = Secrets(self.read, lambda: self.now, self.reported.append)

    async def read(self, reference: ManagedSecret) -> str:
        """Return the secret or fail."""
        assert reference in {REFERENCE, OTHER}
        self.reads += 1
        await self.gate.wait()
        if isinstance(self.holds, ConnectorError):
            raise self.holds
        return self.holds

    async def get(self) -> str:
        """Return what is got."""
        return (await self.secrets.get(REFERENCE, SETTING)).reveal()

    async def refresh(self) -> str:
        """Return what a refresh gets."""
        return (await self.secrets.refresh(REFERENCE, SETTING)).reveal()


DOWN = UnavailableError("Secret Manager says ServiceUnavailable")
DENIED = MisconfiguredError("Secret Manager says PermissionDenied")


@pytest.mark.parametrize("text", ["whsec_1", " whsec_1 ", "whsec_1\n", "\r\n\twhsec_1\r\n"])
@in_a_loop
async def test_white_space_around_a_secret_is_none_of_it(text: str) -> None:
    """A trailing newline is the classic mistake when one is stored."""
    assert await Vault(text).get() == "whsec_1"


@pytest.mark.parametrize("text", ["", " ", "\n"])
@in_a_loop
async def test_an_empty_secret_is_a_misconfiguration(text: str) -> None:
    """Anybody could sign with it."""
    with pytest.raises(MisconfiguredError) as caught:
        await Vault(text).get()

    assert str(caught.value) == "PAYMENT_PROVIDERS stripe: the secret is empty"


@in_a_loop
async def test_a_secret_is_kept_for_five_minutes() -> None:
    """Then it is read again, whatever happened to it."""
    vault = Vault("old")
    assert await vault.get() == "old"
    vault.holds = "new"
    vault.now += 299.9
    assert (await vault.get(), vault.reads) == ("old", 1)
    vault.now += 0.1

    assert (await vault.get(), vault.reads) == ("new", 2)


@in_a_loop
async def test_a_refresh_reads_at_once() -> None:
    """A signature failed: perhaps the secret was rotated."""
    vault = Vault("old")
    await vault.get()
    vault.holds = "new"
    vault.now += 10

    assert (await vault.refresh(), await vault.get(), vault.reads) == ("new", "new", 2)


@in_a_loop
async def test_a_refresh_reads_once_in_ten_seconds() -> None:
    """Forged signatures must not become a stream of reads."""
    vault = Vault("old")
    await vault.get()
    for _ in range(100):
        await vault.refresh()
        vault.now += 0.099
    assert vault.reads == 1
    vault.now += 0.2
    await vault.refresh()

    assert vault.reads == 2


@in_a_loop
async def test_fifty_who_need_a_secret_at_once_read_it_once() -> None:
    """A cold start under load."""
    vault = Vault("whsec_1")
    vault.gate.clear()
    waiting = [asyncio.create_task(vault.get()) for _ in range(50)]
    await asyncio.sleep(0)
    vault.gate.set()

    assert await asyncio.gather(*waiting) == ["whsec_1"] * 50
    assert vault.reads == 1


@in_a_loop
async def test_fifty_who_wait_for_a_service_that_is_away_fail_together() -> None:
    """One after another they would wait for it once each."""
    vault = Vault(DOWN)
    vault.gate.clear()
    waiting = [asyncio.create_task(vault.get()) for _ in range(50)]
    await asyncio.sleep(0)
    vault.gate.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)

    assert {UnavailableError} == {type(error) for error in found}
    assert vault.reads == 1


@in_a_loop
async def test_one_who_gives_up_does_not_take_the_reading_from_the_others() -> None:
    """A sender hung up while the secret was on its way."""
    vault = Vault("whsec_1")
    vault.gate.clear()
    impatient, patient = asyncio.create_task(vault.get()), asyncio.create_task(vault.get())
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    vault.gate.set()

    assert await patient == "whsec_1"
    assert vault.reads == 1


@in_a_loop
async def test_a_service_that_is_away_at_first_is_named_by_the_setting() -> None:
    """And asked again by a delivery ten seconds later."""
    vault = Vault(DOWN)
    with pytest.raises(UnavailableError) as caught:
        await vault.get()
    vault.holds = "whsec_1"
    vault.now += 10

    assert str(caught.value) == f"{SETTING}: Secret Manager says ServiceUnavailable"
    assert await vault.get() == "whsec_1"


@pytest.mark.parametrize("failure", [DOWN, DENIED])
@in_a_loop
async def test_a_failed_read_is_remembered_for_ten_seconds(failure: ConnectorError) -> None:
    """As a success is: unsigned posts must not become a stream of reads."""
    vault = Vault(failure)
    for _ in range(100):
        with pytest.raises(type(failure)):
            await vault.get()
        with pytest.raises(type(failure)):
            await vault.refresh()
        vault.now += 0.099
    assert vault.reads == 1
    vault.now += 0.2
    with pytest.raises(type(failure)):
        await vault.get()

    assert vault.reads == 2


@in_a_loop
async def test_a_failure_that_is_remembered_is_named_by_whoever_asks() -> None:
    """Two settings may refer to one secret."""
    vault = Vault(DENIED)
    with pytest.raises(MisconfiguredError):
        await vault.get()

    with pytest.raises(MisconfiguredError) as caught:
        await vault.secrets.get(REFERENCE, "CAPTURE_SECRET")

    assert str(caught.value) == "CAPTURE_SECRET: Secret Manager says PermissionDenied"


@in_a_loop
async def test_each_read_that_fails_is_reported_once() -> None:
    """Also where what was read before serves on, and nothing else would show it."""
    vault = Vault("whsec_1")
    await vault.get()
    vault.holds = DOWN
    vault.now += 300
    for _ in range(20):
        assert await vault.get() == "whsec_1"

    assert vault.reported == [f"{SETTING}: Secret Manager says ServiceUnavailable"]


@in_a_loop
async def test_a_service_that_goes_away_later_stops_nobody() -> None:
    """What was read before serves on, and is asked for every ten seconds."""
    vault = Vault("whsec_1")
    await vault.get()
    vault.holds = DOWN
    vault.now += 300
    for _ in range(20):
        assert await vault.get() == "whsec_1"
        assert await vault.refresh() == "whsec_1"
    assert vault.reads == 2
    vault.now += 10
    vault.holds = "new"

    assert (await vault.get(), vault.reads) == ("new", 3)


@in_a_loop
async def test_a_version_that_is_gone_is_not_served_on() -> None:
    """Somebody revoked it on purpose."""
    vault = Vault("whsec_1")
    await vault.get()
    vault.holds = DENIED
    vault.now += 300
    for _ in range(2):
        with pytest.raises(MisconfiguredError) as caught:
            await vault.get()
        assert str(caught.value) == f"{SETTING}: Secret Manager says PermissionDenied"
    vault.holds = DOWN
    vault.now += 10

    with pytest.raises(UnavailableError):
        await vault.get()


@in_a_loop
async def test_a_secret_that_becomes_empty_is_not_served_on() -> None:
    """The new version is the one that counts."""
    vault = Vault("whsec_1")
    await vault.get()
    vault.holds = " "
    vault.now += 300

    with pytest.raises(MisconfiguredError, match="the secret is empty"):
        await vault.get()


@in_a_loop
async def test_each_reference_is_kept_apart() -> None:
    """Two settings, two secrets."""
    vault = Vault("one")
    await vault.get()
    vault.holds = "two"

    assert (await vault.secrets.get(OTHER, "GA4_API_SECRET")).reveal() == "two"
    assert await vault.get() == "one"


@in_a_loop
async def test_a_file_is_read_and_kept_alike(tmp_path: Path) -> None:
    """Local runs rotate too."""
    path = tmp_path / "secret"
    path.write_text("first\n")
    vault = Vault("")
    reference = SecretFile(str(path))
    first = await vault.secrets.get(reference, SETTING)
    path.write_text("second\n")
    vault.now += 10

    assert (Secret("first"), Secret("first"), Secret("second")) == (
        first,
        await vault.secrets.get(reference, SETTING),
        await vault.secrets.refresh(reference, SETTING),
    )
    assert vault.reads == 0


@in_a_loop
async def test_an_absent_file_is_named_by_its_setting(tmp_path: Path) -> None:
    """Not by its path."""
    with pytest.raises(MisconfiguredError) as caught:
        await Vault("").secrets.get(SecretFile(str(tmp_path / "absent")), SETTING)

    assert str(caught.value) == f"{SETTING}: the file cannot be read (FileNotFoundError)"


@in_a_loop
async def test_a_reference_of_another_kind_is_a_defect() -> None:
    """Not a misconfiguration: no setting can make one."""
    with pytest.raises(TypeError, match="SecretReference is no reference we can read"):
        await Vault("").secrets.get(SecretReference(), SETTING)
