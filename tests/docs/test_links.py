"""Links lead somewhere: to a page, to a heading, to a file."""

import re
from pathlib import Path
from typing import Final

from tests.docs.pages import FENCE, name_of, pages
from tests.support.places import ROOT
from tests.support.rows import every

PAGES: Final = [name_of(page) for page in pages()]
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")


def anchors(path: Path) -> set[str]:
    """Return what a link may name in a page, as GitHub makes it of its headings."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        same = sum(
            1 for each in found if each == slug or re.fullmatch(rf"{re.escape(slug)}-\d+", each)
        )
        found.add(f"{slug}-{same}" if same else slug)
    return found


@every("name", PAGES)
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    """With its heading, where it names one."""
    page = ROOT / name
    dead = []
    for link in _LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target)
        ):
            dead.append(link)

    assert dead == []


def test_addresses_of_others_are_whole_and_encrypted() -> None:
    """They are not asked: a test needs no internet. Their form is what can be held."""
    wrong = [
        f"{name}: {link}"
        for name in PAGES
        for link in _LINK.findall(FENCE.sub("", (ROOT / name).read_text(encoding="utf-8")))
        if re.match(r"[a-z]+:", link) and not re.fullmatch(r"https://[\w.-]+\.\w+(/[^\s]*)?", link)
    ]

    assert wrong == []


def test_every_page_of_docs_is_linked_from_another() -> None:
    """A page that nothing leads to is read by nobody."""
    linked: set[Path] = set()
    for name in PAGES:
        page = ROOT / name
        for link in _LINK.findall(page.read_text(encoding="utf-8")):
            path = link.partition("#")[0]
            if path and not re.match(r"[a-z]+:", link):
                target = (page.parent / path).resolve()
                linked.add(target / "README.md" if target.is_dir() else target)
    alone = [name for name in PAGES if name.startswith("docs/") and ROOT / name not in linked]

    assert alone == ["docs/index.md"]
