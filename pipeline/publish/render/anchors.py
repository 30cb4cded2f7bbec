"""Identifiers of a page: every one unique, every link to one that exists."""

import re
from collections.abc import Sequence

IDENTIFIER = re.compile(r'\bid="([^"]+)"')
LINK = re.compile(r'<a class="qd-evidence" href="#([^"]*)">(.*?)</a>')


def unique(fragments: Sequence[str]) -> list[str]:
    """Fragments in which no identifier occurs twice; later ones get a number, with their own references."""
    taken: set[str] = set()
    return [_made_unique(fragment, taken) for fragment in fragments]


def without_dead_links(page: str) -> str:
    """A page in which links to evidence that is not on it are gone, with their separator."""
    known = set(IDENTIFIER.findall(page))

    def kept(found: re.Match[str]) -> str:
        return found[0] if found[1] in known else ""

    return LINK.sub(kept, page).replace("<span></span>", "")


def _made_unique(fragment: str, taken: set[str]) -> str:
    for name in dict.fromkeys(IDENTIFIER.findall(fragment)):
        fresh, number = name, 2
        while fresh in taken:
            fresh, number = f"{name}-{number}", number + 1
        taken.add(fresh)
        if fresh != name:
            fragment = _renamed(fragment, name, fresh)
    return fragment


def _renamed(fragment: str, name: str, fresh: str) -> str:
    for before, after in (('id="', '"'), ('href="#', '"'), ("url(#", ")")):
        fragment = fragment.replace(f"{before}{name}{after}", f"{before}{fresh}{after}")
    return fragment
