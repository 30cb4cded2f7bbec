"""Folding of labels, so that spelling, case, spaces and full-width characters do not matter."""

import re
import unicodedata
from functools import lru_cache

BRACKETED = re.compile(r"[\(\[\{【〔].*?[\)\]\}】〕]")
SEPARATORS = re.compile(r"[\s_\-–—:：./\\#*'\"“”,，;；]+")
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


@lru_cache(maxsize=65536)
def fold(label: str) -> str:
    """A label reduced to what identifies it: NFKC, lower case, without separators and invisible characters.

    >>> fold(" Deal - Title ") == fold("deal_title") == fold("ＤＥＡＬ　ＴＩＴＬＥ")
    True
    """
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", label)).casefold()
    return SEPARATORS.sub("", plain)


@lru_cache(maxsize=65536)
def fold_without_unit(label: str) -> str:
    """`fold` without what stands in brackets: `金额（万元）` and `Amount (USD)` lose their units."""
    plain = BRACKETED.sub("", unicodedata.normalize("NFKC", label))
    return fold(plain) or fold(label)


def bracketed(label: str) -> tuple[str, ...]:
    """What stands in a label's brackets: `("万元",)` of `金额（万元）`."""
    plain = unicodedata.normalize("NFKC", label)
    return tuple(part[1:-1].strip() for part in BRACKETED.findall(plain))
