"""`connectors trigger`, on a whole local stack: what is sent, what is said of it, how it ends."""

import json
import signal
import socket
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from shared.domain.money import CURRENCIES
from shared.providers.registry import PROVIDERS
from tests.support import loopback
from tests.support.forks import run_connectors
from tests.support.local_stack import ServedStack, clean_environment, served
from tools.stand_ins.secret_manager import SecretManagerStandIn
from tools.traffic.kinds import KINDS

FIELDS: Final = {"name", "status", "outcome", "reason", "transaction_id", "event_id"}


def test_the_stack_describes_itself(stack: ServedStack) -> None:
    """`GET /stack` is the line that `serve --json` printed, and no secret is shown."""
    found = loopback.get(f"{stack.line['collector']}/stack")
    places = loopback.get(f"{stack.line['collector']}/stack/secrets").json()

    assert found.json() == stack.line
    assert found.text == json.dumps(stack.line)
    assert set(places) == {*PROVIDERS, "capture"}
    assert all(place.startswith("file:/") for place in places.values())


def test_a_refund_brings_its_purchase(stack: ServedStack) -> None:
    """On an empty stack a refund works: one line for each of the two deliveries."""
    purchase, refund = stack.answers("stripe.refund")

    assert set(purchase) == set(refund) == FIELDS
    assert [purchase["name"], refund["name"]] == ["stripe.checkout", "stripe.refund"]
    assert [purchase["outcome"], refund["outcome"]] == ["delivered", "delivered"]
    assert purchase["transaction_id"] == refund["transaction_id"]
    assert [event["name"] for event in stack.sent()] == ["purchase", "refund"]
    assert stack.sent()[1]["params"]["value"] == 18


def test_twice_is_the_very_same(stack: ServedStack) -> None:
    """The second of two equal deliveries is a duplicate, webhook or push."""
    for name in ("stripe.checkout", "shopify.order", "renewal", "lead", "sale"):
        stack.forget()
        first, second = stack.answers(name, "--twice")

        assert (first["outcome"], second["outcome"]) == ("delivered", "duplicate"), name
        assert first["event_id"] == second["event_id"]
        assert len(stack.sent()) == 1


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("4990", "JPY"), ("1.234", "KWD"), ("49.9", "eur"), ("0.01", "USD"), ("500", "ISK")],
)
@pytest.mark.parametrize(
    "name", ["stripe.checkout", "shopify.order", "standard.purchase", "renewal", "sale", "lead"]
)
def test_money_is_what_was_asked_for(
    stack: ServedStack, name: str, amount: str, currency: str
) -> None:
    """Whatever the currency's and the provider's minor units are."""
    (answer,) = stack.answers(name, "--amount", amount, "--currency", currency)

    (event,) = stack.sent()
    assert answer["outcome"] == "delivered"
    assert event["params"]["currency"] == currency.upper()
    assert Decimal(str(event["params"]["value"])) == Decimal(amount)


def test_a_refund_gives_back_what_was_paid(stack: ServedStack) -> None:
    """With an amount the purchase is of it, and the refund of all of it."""
    for name in ("stripe.refund", "paddle.refund", "shopify.refund"):
        stack.forget()
        stack.trigger(name, "--amount", "4990", "--currency", "JPY")

        assert [event["params"]["value"] for event in stack.sent()] == [4990, 4990], name


@pytest.mark.parametrize(
    ("arguments", "attribution", "outcome"),
    [
        ((), "session", "delivered"),
        (("--client-id", "77.88"), "session", "delivered"),
        (("--no-client",), "generated", "delivered"),
        (("--late", "30h"), "client", "delivered"),
        (("--late", "5d"), "client", "delivered"),
        (("--denied",), None, "withheld"),
        (("--denied", "--no-client"), None, "withheld"),
    ],
)
@pytest.mark.parametrize("name", ["stripe.checkout", "paddle.transaction", "sale"])
def test_who_buys_and_when(
    stack: ServedStack,
    name: str,
    arguments: tuple[str, ...],
    attribution: str | None,
    outcome: str,
) -> None:
    """The browser, consent and time are what the options say."""
    (answer,) = stack.answers(name, *arguments)

    assert answer["outcome"] == outcome
    sent = stack.events()
    if attribution is None:
        assert sent == []
        return
    (event,) = sent[0]["body"]["events"]
    assert event["params"]["mp_attribution"] == attribution
    assert (event["params"].get("late_hours") == 120) is ("5d" in arguments)
    if "--client-id" in arguments:
        assert sent[0]["body"]["client_id"] == "77.88"


def test_a_session_is_the_one_that_is_given(stack: ServedStack) -> None:
    """`--session` is what GA4 gets as session_id."""
    (answer,) = stack.answers("stripe.checkout", "--late", "1h")
    began = stack.sent()[0]["params"]["session_id"]
    stack.forget()

    stack.answers("stripe.checkout", "--session", str(int(began) + 60))

    assert answer["outcome"] == "delivered"
    assert stack.sent()[0]["params"]["session_id"] == int(began) + 60


def test_one_function_by_its_address(stack: ServedStack) -> None:
    """`--url` is an address of `serve --json`; the provider's path is added, or there already."""
    url = stack.line["functions"]["payment_webhook"]

    for address in (url, f"{url}/", f"{url}/stripe"):
        (answer,) = stack.answers("stripe.checkout", "--url", address)
        assert answer["outcome"] == "delivered"
    (pushed,) = stack.answers("lead", "--url", stack.line["functions"]["offline_event"])
    assert pushed["outcome"] == "delivered"


def test_a_wrong_secret_is_refused(stack: ServedStack, tmp_path: Path) -> None:
    """A refused delivery ends the command with 1, and its line says why."""
    secret = tmp_path / "secret"
    secret.write_text("whsec_wrong\n")
    url = stack.line["functions"]["payment_webhook"]

    done = stack.trigger("stripe.refund", "--url", url, "--secret", f"file:{secret}", "--json")

    (answer,) = done.lines
    assert (done.status, answer["status"], answer["outcome"]) == (1, 400, "bad_signature")
    assert answer["name"] == "stripe.checkout"
    assert stack.sent() == []


def test_the_settings_name_the_secret(tmp_path: Path) -> None:
    """`--settings` with `--url`: each sender's own, from a file or from Secret Manager."""
    (tmp_path / "paddle").write_text("paddle-mine")
    (tmp_path / "push").write_text("push-mine")
    providers = {
        "stripe": {"secret": ["projects/shop/secrets/stripe", "projects/shop/secrets/old"]},
        "paddle": {"secret": f"file:{tmp_path}/paddle"},
    }
    with SecretManagerStandIn(stripe="whsec_mine") as manager:
        settings = {
            "PAYMENT_PROVIDERS": json.dumps(providers),
            "PUSH_TOKEN": f"file:{tmp_path}/push",
            "SECRET_MANAGER_EMULATOR_HOST": manager.address,
        }
        written = "".join(f"{name}='{value}'\n" for name, value in settings.items())
        (tmp_path / "settings.env").write_text(written)
        with served(
            PAYMENT_PROVIDERS=settings["PAYMENT_PROVIDERS"],
            PUSH_TOKEN=settings["PUSH_TOKEN"],
            SECRET_MANAGER_EMULATOR_HOST=manager.address,
        ) as stack:
            functions = stack.line["functions"]
            for name, function in (
                ("stripe.checkout", "payment_webhook"),
                ("paddle.transaction", "payment_webhook"),
                ("lead", "offline_event"),
            ):
                where = ("--url", functions[function])
                named = stack.answers(name, *where, "--settings", f"{tmp_path}/settings.env")
                local = stack.answers(name, *where)

                assert [answer["outcome"] for answer in named] == ["delivered"], name
                assert [answer["outcome"] for answer in local] == ["bad_signature"], name
            reference = ("--secret", "projects/shop/secrets/stripe")
            emulator = {**stack.environ, "SECRET_MANAGER_EMULATOR_HOST": manager.address}
            by_reference = run_connectors(
                *("trigger", "stripe.checkout", "--json", "--url", functions["payment_webhook"]),
                *reference,
                environ=emulator,
            )
            shown = stack.trigger("lead", "--print")

    assert by_reference.report["outcome"] == "delivered"
    assert "x-push-token: [PUSH_TOKEN]" in shown.out
    assert "push-mine" not in shown.out


def test_print_sends_nothing_and_can_be_run(stack: ServedStack) -> None:
    """What `--print` prints is a command of a shell, and it delivers."""
    done = stack.trigger("stripe.refund", "--print")
    assert (done.status, stack.events()) == (0, [])

    ran = subprocess.run(["/bin/sh"], input=done.out, capture_output=True, text=True, check=True)

    assert ran.stdout.count('"outcome":"delivered"') == 2
    assert [event["name"] for event in stack.sent()] == ["purchase", "refund"]


def test_print_as_json_is_the_request(stack: ServedStack) -> None:
    """The same as JSON: a line for each request."""
    (request,) = stack.answers("shopify.order", "--print")

    answer = loopback.post(request["url"], headers=request["headers"], content=request["body"])
    assert answer.json()["outcome"] == "delivered"


def test_list_prints_a_name_a_line_first() -> None:
    """It needs no stack."""
    done = run_connectors("trigger", "--list", environ=clean_environment())

    assert done.status == 0
    assert [line.split()[0] for line in done.out.splitlines()] == list(KINDS)


def test_a_wrong_name_lists_the_names() -> None:
    """Exit status 2, before anything is asked of a stack."""
    done = run_connectors("trigger", "stripe.chekout", environ=clean_environment())

    assert (done.status, done.out) == (2, "")
    assert all(name in done.error for name in KINDS)
    assert "did you mean stripe.checkout?" in done.error
    assert done.error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "which delivery"),
        (("stripe.checkout", "--amount", "0"), "more than 0"),
        (("stripe.checkout", "--amount", "-1"), "--amount"),
        (("stripe.checkout", "--amount=-1"), "--amount"),
        (("stripe.checkout", "--amount", "NaN"), "--amount"),
        (("stripe.checkout", "--amount", "1e99"), "--amount"),
        (("stripe.checkout", "--amount", "1.234"), "EUR has 2 decimals"),
        (("stripe.checkout", "--amount", "1.5", "--currency", "JPY"), "JPY has no decimals"),
        (("lead", "--amount", "1.2345", "--currency", "KWD"), "KWD has 3 decimals"),
        (("stripe.checkout", "--amount", "9999999999999"), "up to"),
        (("stripe.checkout", "--currency", "xyz"), "--currency"),
        (("stripe.checkout", "--currency", ""), "--currency"),
        (("stripe.checkout", "--currency", "\u0130SK"), "--currency"),
        (("paddle.transaction", "--currency", "KWD"), "--currency"),
        (("capture", "--amount", "5"), "names no amount"),
        (("stripe.checkout", "--late", "1000d"), "--late"),
        (("stripe.checkout", "--late", "-1d"), "--late"),
        (("stripe.checkout", "--late", "soon"), "--late"),
        (("stripe.checkout", "--session", "x"), "--session"),
        (("stripe.checkout", "--client-id", " "), "--client-id"),
        (("stripe.checkout", "--no-client", "--client-id", "1.2"), "--no-client"),
        (("stripe.checkout", "--url", "127.0.0.1:8788"), "--url"),
        (("stripe.checkout", "--url", "http://shop.example/"), "--url"),
        (("stripe.checkout", "--url", "ftp://127.0.0.1/"), "--url"),
        (("stripe.checkout", "--collector", "nowhere"), "--collector"),
        (("stripe.checkout", "--secret", "whsec_mine"), "--secret"),
        (("stripe.checkout", "--settings", "/dev/null"), "--url"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(arguments: tuple[str, ...], says: str) -> None:
    """Exit status 2, and one line that names the option and never quotes a secret."""
    done = run_connectors("trigger", *arguments, environ=clean_environment())

    assert (done.status, done.out) == (2, ""), done.error
    assert says in done.error
    assert "whsec_mine" not in done.error
    assert "Traceback" not in done.error


@pytest.mark.parametrize(
    "where",
    [
        ("--collector", "http://127.0.0.1:9"),
        ("--url", "http://127.0.0.1:9"),
        ("--url", "https://127.0.0.1:9/x"),
    ],
)
def test_nobody_listens(where: tuple[str, str]) -> None:
    """Exit status 1 and one plain line; with --json and --url the delivery's own line says it."""
    done = run_connectors("trigger", "stripe.checkout", *where, environ=clean_environment())
    as_json = run_connectors(
        "trigger", "stripe.checkout", *where, "--json", environ=clean_environment()
    )

    assert (done.status, as_json.status, done.out) == (1, 1, "")
    assert done.error.count("\n") == 1
    assert "nobody listens at" in done.error
    if where[0] == "--url":
        assert as_json.report["status"] is None
        assert "nobody listens" in as_json.report["reason"]


def test_a_collector_alone_is_no_stack(stack: ServedStack) -> None:
    """A server that is no stack, and a function's address, are said to be none."""
    wrong = stack.line["functions"]["payment_webhook"]

    done = run_connectors("trigger", "lead", "--collector", wrong, environ=stack.environ)

    assert done.status == 1
    assert "names no local stack" in done.error


@pytest.mark.parametrize("arguments", [("--list",), ("stripe.refund", "--print")])
def test_a_closed_pipe_ends_it_quietly(stack: ServedStack, arguments: tuple[str, ...]) -> None:
    """As behind `head`: no complaint, and the exit status of a closed pipe."""
    where = ("--collector", stack.line["collector"])

    done = run_connectors("trigger", *arguments, *where, environ=stack.environ, closed=True)

    assert (done.status, done.error) == (141, "")


def test_ctrl_c_ends_it_with_one_line(stack: ServedStack) -> None:
    """While nobody answers: no traceback, and the exit status of the signal."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [sys.executable, "-P", "-m", "tools.cli", "trigger", "lead", "--url", url]
        process = subprocess.Popen(  # noqa: S603 - what is under test
            command, env=stack.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with silent.accept()[0]:
            process.send_signal(signal.SIGINT)
            out, error = process.communicate(timeout=30)

    assert (process.returncode, out, error) == (130, "", "connectors: stopped by SIGINT\n")


def test_the_currencies_that_are_taken() -> None:
    """Every active currency can be asked for."""
    for currency in ("BHD", "CLP", "UGX", "HUF", "XOF"):
        assert currency in CURRENCIES
        done = run_connectors(
            "trigger",
            "standard.purchase",
            *("--currency", currency, "--print", "--url", "http://127.0.0.1:9"),
            environ=clean_environment(),
        )
        assert done.status == 0
        assert currency in done.out
