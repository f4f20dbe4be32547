"""The readable end of a web address: ukgovcamp-2027."""

import re
import unicodedata
from collections.abc import Callable

LONGEST = 60
PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def fits(slug: str) -> bool:
    """Whether `slug` may stand in an address: small letters a to z, digits, single dashes between them."""
    return len(slug) <= LONGEST and PATTERN.fullmatch(slug) is not None


def suggested(name: str, taken: Callable[[str], bool], otherwise: str) -> str:
    """An address from `name` that is not `taken`, with a number at its end if it must; `otherwise` where no letter is left."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:LONGEST - 4].strip("-") or otherwise
    slug, number = stem, 1
    while taken(slug):
        number += 1
        slug = f"{stem}-{number}"
    return slug
