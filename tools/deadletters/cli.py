"""The `connectors deadletters` commands."""

from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from tools.settings_source import DEFAULT, SettingsSource

app = App(name="deadletters", help="Dead-lettered messages: look at them, and bring them back.")

Flag = Annotated[bool, Parameter(negative="")]
Most = Annotated[int, Parameter(validator=Number(gte=1, lte=100_000))]


@app.command
def pull(  # noqa: PLR0913 - one option each
    subscription: str,
    /,
    *,
    max: Most = 1_000,  # noqa: A002 - the option's name
    reason: str | None = None,
    show_data: Flag = False,
    json: Flag = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Show what is there and why; everything is left where it is.

    For example:

        connectors deadletters pull projects/P/subscriptions/S

    Args:
        subscription: projects/P/subscriptions/S, of the dead-letter topic.
        max: How many to look at.
        reason: Only those whose reason contains this.
        show_data: Show what was published as well. It may hold personal data.
        json: Print one line of JSON for each.
        source: Where the settings are.
    """
    from tools.deadletters.pull import run  # noqa: PLC0415 - import cost

    return run(
        subscription=subscription,
        emulator=source.load().pubsub_emulator,
        most=max,
        reason=reason,
        show_data=show_data,
        as_json=json,
    )


@app.command
def replay(  # noqa: PLR0913 - one option each
    subscription: str,
    /,
    *,
    topic: str,
    max: Most = 10_000,  # noqa: A002 - the option's name
    reason: str | None = None,
    apply: Flag = False,
    json: Flag = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Publish dead letters again, as they came; each is taken away once that is confirmed.

    The function knows duplicates by their ids: what was sent after all is not sent twice. Exit
    status 1 when it ended early, or when letters came back at once.

    For example:

        connectors deadletters replay projects/P/subscriptions/S --topic projects/P/topics/T

    Args:
        subscription: projects/P/subscriptions/S, of the dead-letter topic.
        topic: projects/P/topics/T, where they were published first.
        max: How many.
        reason: Only those whose reason contains this.
        apply: Do it. Without, it only says what would be done.
        json: Print one machine-readable object.
        source: Where the settings are.
    """
    from tools.deadletters.replay import run  # noqa: PLC0415 - import cost

    return run(
        subscription=subscription,
        topic=topic,
        emulator=source.load().pubsub_emulator,
        most=max,
        reason=reason,
        apply=apply,
        as_json=json,
    )
