"""A section of a report: a heading, what it shows, and what that means."""

from dataclasses import dataclass

from tools.report.html import escaped, prose


@dataclass(frozen=True, slots=True)
class Section:
    """One card of the page.

    Attributes:
        title: Its heading, a text.
        content: What it shows, as HTML.
        meaning: What the numbers mean, in sentences; for `prose`.
        half: Whether it has half of a wide page.
        name: What a link on the page calls it; empty without one.
    """

    title: str
    content: str
    meaning: str
    half: bool = False
    name: str = ""

    def html(self) -> str:
        """Return it as HTML."""
        name = f' id="{self.name}"' if self.name else ""
        width = ' class="half"' if self.half else ""
        return (
            f"<section{name}{width}><h2>{escaped(self.title)}</h2>{self.content}"
            f'<p class="meaning">{prose(self.meaning)}</p></section>'
        )
