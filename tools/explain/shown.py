"""The story of an id on the terminal, or as one JSON object."""

from typing import Any, Final

from tools.explain.story import Story
from tools.ledger.list_show import as_document
from tools.terminal import Terminal
from tools.visible import write_json

_LONGEST: Final = 100


def show(each: str, story: Story) -> None:
    """Print a story for a person: each sentence and each moment on a line of its own.

    Args:
        each: The id that was asked about.
        story: What is said of it.
    """
    console = Terminal()
    console.one_line(shortened(each), style="bold")
    for sentence in story.sentences:
        console.one_line(shortened_words(sentence))
    if story.lines:
        console.print()
    for line in story.lines:
        console.one_line(f"{line.at:%Y-%m-%d %H:%M:%S} UTC  {shortened_words(line.what)}")
    if story.more:
        console.one_line(f"and {story.more:,} older entries; --limit shows more")
    if story.to_do:
        console.print()
        console.one_line("What to do", style="bold")
    for advice in story.to_do:
        console.one_line(f"- {advice}")


def write(each: str, story: Story) -> None:
    """Write a story as one JSON object.

    Args:
        each: The id that was asked about.
        story: What is said of it.
    """
    document: dict[str, Any] = {
        "id": each,
        "summary": " ".join(story.sentences),
        "timeline": [{"at": line.at.isoformat(), "what": line.what} for line in story.lines],
        "entries": [as_document(entry) for entry in story.entries],
        "more": story.more,
        "to_do": list(story.to_do),
    }
    write_json(document)


def shortened(text: str) -> str:
    """Return a text that fits a line: what is longer than any id says how long it is."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… ({len(text):,} characters)"


def shortened_words(text: str) -> str:
    """Return a sentence in which no id is longer than a line."""
    return " ".join(shortened(word) for word in text.split(" "))
