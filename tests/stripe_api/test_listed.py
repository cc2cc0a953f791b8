"""Stripe's lists, from a server that pages as Stripe does."""

import asyncio
from typing import Final

import msgspec
import pytest

from shared.errors import UnavailableError
from shared.secrets.secret import Secret
from shared.stripe_api.access import Access
from shared.stripe_api.client import StripeApi
from shared.stripe_api.listed import MAX_PAGES, Listed, listed
from tests.support.api_server import Json
from tests.support.faulty_server import FaultyServer, answer
from tests.support.loop import in_a_loop
from tests.support.stripe_server import KEY, StripeServer

PATH: Final = "/v1/invoices/in_1/lines"


def lines(count: int) -> list[Json]:
    """Return so many lines."""
    return [{"id": f"il_{number}", "amount": number} for number in range(count)]


async def read_list(url: str) -> Listed:
    """Read the list of a server."""
    api = StripeApi(url)
    give_up_at = asyncio.get_running_loop().time() + 30
    try:
        return await listed(api, PATH, Access(Secret(KEY), None, live=True, give_up_at=give_up_at))
    finally:
        await api.close()


@pytest.mark.parametrize(
    ("count", "pages"), [(0, 1), (1, 1), (99, 1), (100, 1), (101, 2), (250, 3), (500, 5)]
)
@in_a_loop
async def test_every_entry_comes_once_and_in_order(count: int, pages: int) -> None:
    """In as few pages as Stripe gives."""
    async with StripeServer(lists={PATH: lines(count)}) as stripe:
        found = await read_list(stripe.url)

    assert [msgspec.json.decode(entry) for entry in found.data] == lines(count)
    assert (found.has_more, len(stripe.questions)) == (False, pages)
    assert {question.query["limit"] for question in stripe.questions} == {"100"}


@in_a_loop
async def test_a_list_without_end_is_read_so_far_and_says_so() -> None:
    """GA4 takes no more items than a part of these."""
    async with StripeServer(lists={PATH: lines(MAX_PAGES * 100 + 1)}) as stripe:
        found = await read_list(stripe.url)

    assert (len(found.data), found.has_more) == (MAX_PAGES * 100, True)
    assert len(stripe.questions) == MAX_PAGES


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(b"{}", "data: missing, expected a list", id="no data"),
        pytest.param(b'{"data": {}}', "data: expected a list", id="no list"),
        pytest.param(
            b'{"data": [7], "has_more": true}', "body: expected an object", id="no object"
        ),
        pytest.param(
            b'{"data": [{}], "has_more": true}',
            "id: missing, expected text",
            id="no id to go on from",
        ),
    ],
)
@in_a_loop
async def test_what_is_no_list_of_stripes_is_out_of_reach(body: bytes, problem: str) -> None:
    """Something else answers in its place; a later retry may meet Stripe."""
    async with FaultyServer([answer(200, body=body)]) as server:
        with pytest.raises(UnavailableError) as caught:
            await read_list(server.url)

    assert str(caught.value) == f"Stripe's API gives a list with {problem}"


@in_a_loop
async def test_a_list_that_promises_more_and_gives_nothing_has_ended() -> None:
    """Else it would be asked for ever."""
    async with FaultyServer([answer(200, body=b'{"data": [], "has_more": true}')]) as server:
        found = await read_list(server.url)

    assert (found.data, found.has_more, len(server.seen)) == ([], False, 1)
