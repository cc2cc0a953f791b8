"""A secret value that cannot be shown by accident."""

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass

import pytest

from shared.secrets.secret import Secret

VALUE = "sEcReT"
SECRET = Secret(VALUE)


@dataclass(frozen=True)
class _Holder:
    secret: Secret


@pytest.mark.parametrize(
    "show",
    [
        pytest.param(repr, id="repr"),
        pytest.param(str, id="str"),
        pytest.param("{}".format, id="format"),
        pytest.param("{!r}".format, id="format with !r"),
        pytest.param(lambda secret: f"{secret}", id="f-string"),
        pytest.param(lambda secret: f"{[secret]} { {'k': secret} }", id="within others"),
        pytest.param(lambda secret: repr(_Holder(secret)), id="a dataclass"),
        pytest.param(lambda secret: "%s %r" % (secret, secret), id="percent"),  # noqa: UP031
        pytest.param(lambda secret: json.dumps({"k": secret}, default=str), id="JSON"),
        pytest.param(lambda secret: str(ValueError(secret)), id="an exception"),
        pytest.param(lambda secret: repr(dir(secret)), id="dir"),
    ],
)
def test_no_way_of_showing_it_shows_the_value(show: Callable[[Secret], str]) -> None:
    """Each shows the mask at most."""
    assert VALUE not in show(SECRET)


def test_its_mask_says_what_it_is() -> None:
    """Whoever reads a log line sees that something is hidden."""
    assert repr(SECRET) == str(SECRET) == f"{SECRET}" == "Secret(…)"


@pytest.mark.parametrize(
    "take",
    [
        pytest.param(pickle.dumps, id="pickle"),
        pytest.param(lambda secret: pickle.dumps({"k": [secret]}), id="pickle, within others"),
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
        pytest.param(lambda secret: asdict(_Holder(secret)), id="asdict"),
        pytest.param(vars, id="vars"),
        pytest.param(json.dumps, id="JSON"),
        pytest.param(lambda secret: format(secret, "x"), id="format with a spec"),
        pytest.param(iter, id="iter"),
        pytest.param(len, id="len"),
    ],
)
def test_it_cannot_be_taken_apart_or_out_of_its_process(take: Callable[[Secret], object]) -> None:
    """Not into a queue, a cache, or another process; the refusal does not show it either."""
    with pytest.raises(TypeError) as caught:
        take(SECRET)

    assert VALUE not in str(caught.value)


def _fail_with(held: Secret) -> None:
    raise RuntimeError(held)


def test_a_traceback_with_locals_does_not_show_it() -> None:
    """As error reporters make them."""
    with pytest.raises(RuntimeError) as caught:
        _fail_with(SECRET)

    reported = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    shown = "".join(reported.format())
    assert "held = Secret(…)" in shown
    assert VALUE not in shown


def test_a_log_line_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    """Neither as an argument nor as a field."""
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("secret %s", SECRET, extra={"fields": {"x": SECRET}})

    assert VALUE not in caplog.text


def test_only_reveal_shows_it() -> None:
    """For the one call that needs it."""
    assert SECRET.reveal() == VALUE


def test_it_is_equal_to_the_same_secret_and_to_nothing_else() -> None:
    """So that a rotation can be told from a re-read."""
    assert Secret("a") == Secret("a")
    assert hash(Secret("a")) == hash(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_it_cannot_be_changed() -> None:
    """There is nowhere to put anything else."""
    with pytest.raises(AttributeError):
        SECRET.value = "x"  # type: ignore[attr-defined]
