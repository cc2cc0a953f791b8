"""Each diagram of the site has its drawings, made of the text that it has now."""

import re
from xml.etree import ElementTree as ET

import pytest

from tests.docs.drawings import FOLDER, SCHEMES, diagrams, drawing_of
from tests.docs.pages import Block

ALL = [pytest.param(diagram, id=diagram.place) for diagram in diagrams()]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("diagram", ALL)
def test_it_shows_what_the_diagram_says(diagram: Block, scheme: str) -> None:
    """Each word of a label or an arrow is in it; it loads nothing and runs nothing."""
    drawing = drawing_of(diagram, scheme)
    assert drawing.is_file(), "run `make drawings`"
    text = drawing.read_text(encoding="utf-8")
    shown = set(re.findall(r"\w+", " ".join(ET.fromstring(text).itertext())))  # noqa: S314
    labels = re.findall(r"\[\(?([^\[\]()]+)\)?\]|\|([^|]+)\|", diagram.text)
    words = {
        word for label in labels for word in re.findall(r"\w+", re.sub("<br>", " ", "".join(label)))
    }

    assert len(words) > 20
    assert words - shown == set()
    assert re.findall(r"<script|<image|<use|href=|url\(['\"]?http", text) == []


def test_no_drawing_is_of_a_diagram_that_is_no_more() -> None:
    """`make drawings` removes it."""
    made = {drawing_of(diagram, scheme) for diagram in diagrams() for scheme in SCHEMES}

    assert made
    assert made == set(FOLDER.iterdir())
