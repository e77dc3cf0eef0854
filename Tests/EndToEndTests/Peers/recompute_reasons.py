"""Which factor stands behind a period of which too few parts are valid (docs/calculation.md, sections 6 and 9).

Where docs/calculation.md leaves a choice: a part lacks the factor that its own reason names, an hour within a day too; parts of
which nothing was heard are lost without any. Told is what most of the parts that lack it say, `no valid` or `impossible`.
"""

import collections
import re

NAMED = re.compile(r"(?:.*, )?((?:no valid|impossible) ([aiw]\d{5}))")


def lack_in(reason, own):
    """What a part lacks besides its own factor: (complaint, factor); None where it names no other."""
    match = NAMED.fullmatch(reason or "")
    return match.groups() if match and match[2] != own else None


def lack_of_parts(own, reasons, lost):
    """The complaint about the factor that cost the most of `lost` parts, whose reasons are those; None where more were lost
    without any."""
    lacks = [lack for lack in (lack_in(reason, own) for reason in reasons) if lack is not None]
    if not lacks:
        return None
    factors = collections.Counter(factor for _, factor in lacks)
    worst = min(factors, key=lambda factor: (-factors[factor], factor))
    if factors[worst] < lost - len(lacks):
        return None
    complaints = collections.Counter(complaint for complaint, factor in lacks if factor == worst)
    return min(complaints, key=lambda complaint: (-complaints[complaint], complaint))


def with_lack(text, lack):
    return f"{text}, {lack}" if lack else text
