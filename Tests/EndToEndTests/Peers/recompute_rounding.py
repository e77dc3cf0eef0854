"""How numbers are written (docs/calculation.md, section 7)."""

import decimal
import math

AMOUNT_DECIMALS = 3
UNKNOWN_FACTOR_DIGITS = 7
NOISE = decimal.Decimal("1e-14")
RULES = {"half_even": decimal.ROUND_HALF_EVEN, "half_up": decimal.ROUND_HALF_UP}


def rounded(number, decimals, rule=decimal.ROUND_HALF_EVEN):
    """The text. What differs from a tie by the noise of binary sums alone is that tie."""
    if decimals is None:
        return f"{float(f'{number:.{UNKNOWN_FACTOR_DIGITS - 1}e}')!r}"
    scaled = abs(number) * 10**decimals
    # Far from a tie every way of rounding gives the same; this one is fast.
    if abs(scaled - math.floor(scaled) - 0.5) > 1e-6:
        return f"{number:.{decimals}f}"
    exact = decimal.Decimal(repr(number))
    # The tie is an odd number of halves of the last decimal.
    unit = decimal.Decimal(1).scaleb(-decimals)
    half = unit / 2
    tie = (2 * (exact / half // 2) + (1 if number >= 0 else -1)) * half
    if abs(exact - tie) <= NOISE * abs(tie):
        exact = tie
    return f"{exact.quantize(unit, rule):f}"
