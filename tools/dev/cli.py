"""The commands of `connectors dev`. Their bodies are imported when they run."""

from typing import Annotated

from cyclopts import App, Parameter

app = App(name="dev")


@app.command(name="new-provider")
def new_provider(name: str, /) -> int:
    """Start a provider: its folder, golden case, test deliveries and page, ready to be filled.

    It runs in a clone of the repository. docs/contributing/add-a-provider.md goes through the rest.

    For example:

        connectors dev new-provider acme

    Args:
        name: Its name in the settings and the path it posts to: lower-case letters and digits.
    """
    from tools.dev.new_provider import run  # noqa: PLC0415 - see the module's docstring

    return run(name)


@app.command
def providers(*, check: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Write what is generated from the registry of providers.

    That is the tables of docs/providers/README.md, and Terraform's variable payment_providers.

    Args:
        check: Write nothing. Exit status 1 when a file is not as it would be written.
    """
    from tools.dev.providers import run  # noqa: PLC0415 - see the module's docstring

    return run(check=check)


@app.command
def reference(*, check: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Write what is generated from the code in docs/reference: settings, events, commands and more.

    Args:
        check: Write nothing. Exit status 1 when a page is not as it would be written.
    """
    from tools.dev.reference.pages import run  # noqa: PLC0415 - see the module's docstring

    return run(check=check)
