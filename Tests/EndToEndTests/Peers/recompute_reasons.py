"""Which reason stands behind a period of which too few parts are valid (docs/calculation.md, sections 6 and 9).

Where docs/calculation.md leaves a choice: of an hour's reason within a day counts what stands behind its number, and a factor is
named behind its own number too, when it is impossible.
"""

import collections
import re

NAMED = re.compile(r"(?:.*, )?((?:no valid|impossible) [aiw]\d{5})")


def lack_in(reason):
    """What a part lacks; None where its reason names no factor."""
    match = NAMED.fullmatch(reason or "")
    return match[1] if match else None


def commonest_lack(reasons, lost):
    """The commonest lack in the reasons of parts that are due and not valid; None where more of the lost parts have none."""
    lacks = collections.Counter(lack for lack in (lack_in(reason) for reason in reasons) if lack is not None)
    if not lacks:
        return None
    worst = min(lacks, key=lambda lack: (-lacks[lack], lack))
    return worst if lacks[worst] >= lost - sum(lacks.values()) else None


def with_lack(text, lack):
    return f"{text}, {lack}" if lack else text
