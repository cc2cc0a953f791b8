"""From outcome or error to an HTTP answer: design §4, status by status."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import errors
from shared.outcome import Outcome, Result
from shared.web.responses import OUTCOME_HEADER, to_error, to_outcomes, to_pushed


@pytest.mark.parametrize("result", Result)
def test_a_settled_event_is_answered_200(result: Result) -> None:
    """The sender was authentic and need not send it again."""
    answer = to_outcomes([Outcome(result, "why", "purchase", "ORD-9", "session")])

    assert (answer.status, answer.headers) == (200, {})
    assert json.loads(answer.body) == {
        "outcome": result.value,
        "reason": "why",
        "events": [{"name": "purchase", "transaction_id": "ORD-9"}],
    }


def test_an_unclear_answer_of_which_a_copy_does_no_harm_is_answered_503() -> None:
    """The sender's retry is wanted."""
    answer = to_outcomes([Outcome(Result.UNCERTAIN, "no clear answer", "purchase", retry=True)])

    assert (answer.status, answer.headers) == (503, {"retry-after": "30"})
    assert json.loads(answer.body)["outcome"] == "uncertain"


def test_an_event_that_became_nothing_has_no_name() -> None:
    """And none is made up."""
    answer = to_outcomes([Outcome(Result.IGNORED, "test mode")])

    assert json.loads(answer.body) == {"outcome": "ignored", "reason": "test mode", "events": []}


def test_an_event_without_a_transaction_has_only_a_name() -> None:
    """A lead, a sign-up."""
    answer = to_outcomes([Outcome(Result.DELIVERED, name="sign_up")])

    assert json.loads(answer.body)["events"] == [{"name": "sign_up"}]


def test_a_delivery_without_events_is_ignored() -> None:
    """Some providers send empty batches."""
    answer = to_outcomes([])

    assert (
        answer.status,
        json.loads(answer.body),
    ) == (200, {"outcome": "ignored", "reason": "no events", "events": []})


def test_of_several_events_the_one_that_needs_attention_is_named() -> None:
    """All of them are listed."""
    answer = to_outcomes(
        [
            Outcome(Result.DELIVERED, None, "purchase", "1"),
            Outcome(Result.REJECTED, "data.object: bad", "purchase", "2"),
            Outcome(Result.IGNORED, "test mode"),
        ]
    )

    assert json.loads(answer.body) == {
        "outcome": "rejected",
        "reason": "data.object: bad",
        "events": [
            {"name": "purchase", "transaction_id": "1"},
            {"name": "purchase", "transaction_id": "2"},
        ],
    }


def test_one_event_to_be_retried_has_all_of_them_retried() -> None:
    """The others are duplicates then."""
    retried = Outcome(Result.UNCERTAIN, None, "purchase", "1", retry=True)

    assert to_outcomes([Outcome(Result.DELIVERED), retried]).status == 503


@pytest.mark.parametrize(
    ("error", "status", "outcome", "headers"),
    [
        (errors.SignatureError("x"), 400, "bad_signature", {}),
        (errors.SignatureMismatchError("x"), 400, "bad_signature", {}),
        (errors.MalformedError("x"), 400, "malformed", {}),
        (errors.NotFoundError("x"), 404, "not_found", {}),
        (errors.MethodError("x"), 405, "method_not_allowed", {"allow": "POST"}),
        (errors.InProgressError("x"), 409, "in_progress", {"retry-after": "30"}),
        (errors.TooLargeError("x"), 413, "too_large", {}),
        (errors.UnavailableError("x"), 503, "unavailable", {"retry-after": "30"}),
        (errors.UnavailableError("x", retry_after=5), 503, "unavailable", {"retry-after": "5"}),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_an_error_has_its_status(
    error: Exception, status: int, outcome: str, headers: dict[str, str]
) -> None:
    """With its text, which was written for the answer."""
    answer = to_error(error)

    assert (status, headers) == (answer.status, answer.headers)
    assert json.loads(answer.body) == {"outcome": outcome, "reason": "x", "events": []}


@pytest.mark.parametrize("kind", [errors.MisconfiguredError, errors.CredentialsError])
def test_what_is_set_up_is_not_told_to_anybody(kind: type[errors.MisconfiguredError]) -> None:
    """Names of settings are for the log: whoever asks may be a stranger."""
    answer = to_error(kind("PAYMENT_PROVIDERS: stripe.whsec_1 is no option"))

    assert (answer.status, answer.headers) == (500, {})
    assert json.loads(answer.body) == {
        "outcome": "misconfigured",
        "reason": "settings are missing or wrong; the log names them",
        "events": [],
    }


@pytest.mark.parametrize(
    "error",
    [
        ValueError("jane@example.com"),
        KeyError("jane@example.com"),
        RecursionError("jane@example.com"),
        errors.LeaseLostError("jane@example.com"),
        errors.UnusableError("jane@example.com", "x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_defect_is_answered_500_without_its_text(error: Exception) -> None:
    """It may hold anything."""
    answer = to_error(error)

    assert (answer.status, answer.headers) == (500, {})
    assert json.loads(answer.body) == {
        "outcome": "failed",
        "reason": "a defect of the connectors; the log names it",
        "events": [],
    }


@given(
    st.lists(
        st.builds(
            Outcome,
            st.sampled_from(Result),
            st.none() | st.text(),
            st.none() | st.text(),
            st.none() | st.text(),
            retry=st.booleans(),
        )
    )
)
def test_any_outcomes_have_an_answer_of_three_keys(outcomes: list[Outcome]) -> None:
    """Small JSON, always the same shape."""
    answer = to_outcomes(outcomes)

    assert set(json.loads(answer.body)) == {"outcome", "reason", "events"}
    assert answer.status == (503 if any(outcome.retry for outcome in outcomes) else 200)


def test_a_push_is_answered_what_became_of_it_in_a_header() -> None:
    """204 has no body: the same JSON is one line of ASCII, whatever an id holds."""
    answer = to_pushed([Outcome(Result.REJECTED, "bad \r\n", "purchase", "ORD-\u00e9\n9")])

    assert (answer.status, answer.body) == (204, b"")
    (header,) = answer.headers.values()
    assert header.isascii()
    assert header.isprintable()
    assert json.loads(answer.headers[OUTCOME_HEADER]) == {
        "outcome": "rejected",
        "reason": "bad \r\n",
        "events": [{"name": "purchase", "transaction_id": "ORD-\u00e9\n9"}],
    }


@pytest.mark.parametrize(("reason", "kept"), [(1900, True), (2100, False), (10_000, False)])
def test_a_header_stays_short(reason: int, *, kept: bool) -> None:
    """A long reason is left out: a proxy that refused the answer would have the push repeated."""
    answer = to_pushed([Outcome(Result.REJECTED, "x" * reason, "purchase")])

    said = json.loads(answer.headers[OUTCOME_HEADER])
    assert (said["outcome"], said["reason"] is not None) == ("rejected", kept)
    assert to_pushed([Outcome(Result.REJECTED, "x", "y" * 3000)]).headers == {}


def test_an_unsettled_push_is_answered_with_a_body() -> None:
    """It says itself what became of it."""
    answer = to_pushed([Outcome(Result.UNCERTAIN, "no clear answer", "purchase", retry=True)])

    assert (answer.status, json.loads(answer.body)["outcome"]) == (503, "uncertain")
    assert OUTCOME_HEADER not in answer.headers
