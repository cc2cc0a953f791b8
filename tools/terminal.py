"""What commands print for people: rich's console, in which every text is visible."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from tools.visible import visible, visible_lines


class Terminal(Console):
    """A console that shows control characters instead of obeying them; its own styles work.

    No text is markup either: a name in brackets would be a style, or a link.

    Args:
        options: As rich's.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - rich's
        super().__init__(**{"highlight": False, "markup": False, "emoji": False, **options})

    def one_line(self, text: str, **style: Any) -> None:  # noqa: ANN401 - rich's
        """Print one line, whatever stands in it: no line feed, no wrapping.

        Args:
            text: The line; what it holds of ids is data.
            style: Options of `Console.print`.
        """
        self.print(visible(text), soft_wrap=True, **style)

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 - rich's
        """Return a string as rich's text; each that is printed, or in a table, comes by here."""
        return super().render_str(visible_lines(text), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield what is written: also texts that were made elsewhere are visible."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment(visible_lines(text), style)
