"""The reference is what the code says, and the pages name nothing that is not there."""

import re
import shutil
from pathlib import Path
from typing import Final, get_type_hints

from shared.domain.conversion import Kind, PurchaseType
from shared.observability.log import LogFields
from shared.outcome import Result
from shared.settings.shapes import setting_names
from shared.web.responses import STATUS
from tests.docs.pages import code_words, name_of, pages, text_of
from tests.support.places import ROOT
from tests.support.rows import every
from tools.dev.reference.events import NAMES, TYPES
from tools.dev.reference.log_lines import FIELDS
from tools.dev.reference.pages import generated
from tools.functions import FUNCTIONS

PAGES: Final = [name_of(page) for page in pages()]
# In capitals like a setting, and something else.
OTHERS: Final = {
    # of the tools around us
    "CI", "GITHUB_REF_NAME", "PATH", "PORT", "PROCESSES", "PYTHON", "VERSION",
    "LOG_EXECUTION_ID", "K_SERVICE", "GOOGLE_APPLICATION_CREDENTIALS", "NO_MKDOCS_2_WARNING",
    # of the local stack's secrets
    "CONNECTORS_NAME_SECRET",
}  # fmt: skip
_PREFIXES: Final = ("GA4_", "CAPTURE_", "RECONCILE_", "PUSH_", "STRIPE_", "SHOPIFY_", "PADDLE_")
_SUFFIXES: Final = ("_TOPIC", "_DAYS", "_SECONDS", "_EVENTS", "_EVENT_NAME", "_EMULATOR_HOST")


def first_cells(text: str) -> set[str]:
    """Return the code words in the first cell of each row of the tables."""
    cells = re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


def by_hand(name: str) -> str:
    """Return what of a page is written by hand."""
    return re.sub(r"<!-- \S+: connectors dev .*?<!-- end -->", "", text_of(name), flags=re.DOTALL)


def test_generated_pages_are_what_the_code_says() -> None:
    """`make reference` would change nothing."""
    stale = [
        str(path)
        for path, text in generated(ROOT).items()
        if (ROOT / path).read_text(encoding="utf-8") != text
    ]

    assert stale == []


def test_a_page_that_was_changed_by_hand_is_stale(tmp_path: Path) -> None:
    """A change in a generated part is undone, and one beside it is kept."""
    shutil.copytree(ROOT / "docs/reference", tmp_path / "docs/reference")
    for folder in ("shared", "terraform"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    page = tmp_path / "docs/reference/settings.md"
    whole = page.read_text(encoding="utf-8")
    *_, row = re.findall(r"^\| `VALUE_BASIS` \| .*$", whole, re.MULTILINE)
    page.write_text(whole.replace(row, "").replace("# Settings", "# All settings"), "utf-8")

    made = generated(tmp_path)[Path("docs/reference/settings.md")]

    assert made == whole.replace("# Settings", "# All settings")


def test_every_setting_is_explained_and_the_reverse() -> None:
    """A setting that is not documented does not exist for a stranger."""
    assert first_cells(by_hand("docs/reference/settings.md")) == set(setting_names())


def test_every_answer_is_explained_and_the_reverse() -> None:
    """Each word an answer can start with, with the status it has in the code."""
    text = by_hand("docs/reference/answers.md")
    words = {result.value for result in Result} | {word for _, _, word in STATUS} | {"failed"}

    assert first_cells(text) == words
    statuses = dict(re.findall(r"^\| (`[^|]*`) \| ([^|]*) \|", text, re.MULTILINE))
    for _, status, word in STATUS:
        (said,) = (said for cell, said in statuses.items() if f"`{word}`" in cell)
        assert str(status) in said, word


def test_every_event_kind_and_log_field_is_explained() -> None:
    """None is missing in the tables that are made of these words, and none is left over."""
    assert set(NAMES) == set(Kind)
    assert set(TYPES) == set(PurchaseType)
    assert set(FIELDS) == set(get_type_hints(LogFields))


@every("name", [n for n in PAGES if n != "CHANGELOG.md" and not n.startswith("docs/decisions/")])
def test_a_page_names_no_setting_that_is_not_there(name: str) -> None:
    """A word in capitals that looks like a setting is one. Changes and decisions say what was."""
    words = {word.partition("=")[0] for word in code_words(text_of(name))}
    like = {
        word
        for word in words
        if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", word)
        and (word.startswith(_PREFIXES) or word.endswith(_SUFFIXES))
    }

    assert like - set(setting_names()) - OTHERS - _words_of_providers() == set()


def _words_of_providers() -> set[str]:
    """Return words in capitals that the code of providers and Google's API have, as event types."""
    code = [*(ROOT / "shared/providers").rglob("*.py")]
    code += (ROOT / "tools/data_manager/discovery").rglob("*.json")
    return {
        word
        for path in code
        for word in re.findall(r'"([A-Z0-9_]{4,})"', path.read_text(encoding="utf-8"))
    }


@every("name", PAGES)
def test_every_make_target_a_page_names_exists(name: str) -> None:
    """A command that is shown can be run."""
    targets = set(re.findall(r"(?<![-\w])make ([a-z][a-z-]+)`", text_of(name)))
    targets |= set(re.findall(r"^make ([a-z][a-z-]+)", text_of(name), re.MULTILINE))
    makefile = text_of("Makefile")

    assert targets <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_every_function_has_a_place_in_the_pages() -> None:
    """By its name."""
    everything = "\n".join(text_of(name) for name in PAGES)

    assert [each.name for each in FUNCTIONS if f"`{each.name}`" not in everything] == []
