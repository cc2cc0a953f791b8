"""Pieces of a page; every text of the ledger's is data, whatever stands in it."""

import html
from collections.abc import Iterable, Sequence

from tools.visible import visible


def escaped(text: str) -> str:
    """Return a text that is nothing but text, in an element or an attribute.

    What a browser would not show, or would obey, is shown by its number.
    """
    return html.escape(visible(text))


def prose(text: str) -> str:
    """Return a text of our own, in which what stands in backticks is a command or a name."""
    parts = escaped(text).split("`")
    return "".join(
        part if number % 2 == 0 else f"<code>{_unbroken(part)}</code>"
        for number, part in enumerate(parts)
    )


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Iterable[int],
    stacked: bool = False,
) -> str:
    """Return a table that scrolls by itself where it is wider than the page.

    Args:
        head: Titles of the columns; texts.
        rows: The cells, as HTML; the first of each row names it.
        numbers: Which columns hold numbers, from 0.
        stacked: Whether a phone shows the cells of a row below one another.
    """
    right = frozenset(numbers)

    def cell(tag: str, number: int, content: str, more: str = "") -> str:
        kind = f' class="n" data-label="{escaped(head[number])}"' if number in right else ""
        return f"<{tag}{more}{kind}>{content}</{tag}>"

    titles = "".join(
        cell("th", number, escaped(title), ' scope="col"') for number, title in enumerate(head)
    )
    body = "".join(
        "<tr>"
        + "".join(
            cell("td", number, content) if number else cell("th", 0, content, ' scope="row"')
            for number, content in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    style = "scroll stacked" if stacked else "scroll"
    return (
        f'<div class="{style}" tabindex="0" role="region" aria-label="Table"><table>'
        f"<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def legend(entries: Iterable[tuple[str, str]]) -> str:
    """Return what the colours of a chart mean.

    Args:
        entries: The class of each colour, and its name.
    """
    items = "".join(
        f'<li><svg class="key" viewBox="0 0 12 12" aria-hidden="true"><rect class="{style}" '
        f'width="12" height="12"/></svg>{escaped(name)}</li>'
        for style, name in entries
    )
    return f'<ul class="legend">{items}</ul>'


def details(title: str, content: str) -> str:
    """Return what is shown when somebody asks for it."""
    return f"<details><summary>{escaped(title)}</summary>{content}</details>"


def _unbroken(command: str) -> str:
    """Return a command whose words stay whole at the end of a line: options begin with hyphens."""
    return " ".join(f"<span>{word}</span>" for word in command.split(" "))
