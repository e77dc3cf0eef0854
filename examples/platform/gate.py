"""The one gate: types, ranges, lengths and depth of what comes in are checked here before anything else sees it.

What does not pass is `Refused`, whatever is wrong with it, so that no message can end the process.
"""

import json
import math
import re

LONGEST = 1 << 20                   # bytes of a payload
DEEPEST = 32                        # levels of lists and objects
LONGEST_NUMBER = 64                 # digits: 64-bit registers come with all of theirs, also scaled
LARGEST = (1 << 53) - 1             # of numbers that are kept: exact in every reader of JSON, far within BIGINT
EARLIEST, LATEST = -31_536_000_000, 253_402_300_799_999     # ms since 1970 UTC: 1969 to 9999
NAME = re.compile("[A-Za-z0-9_-]{1,64}")    # of gateways, outlets, devices and kinds


class Refused(ValueError):
    """Said aloud, counted and set aside. The reason is one of few: refusals are counted by it."""


def parse(payload: bytes):
    """The JSON of a payload: UTF-8, no key twice, finite numbers, whole characters, neither long nor deep."""
    if len(payload) > LONGEST:
        raise Refused(f"longer than {LONGEST} bytes")
    try:
        value = DECODER.decode(payload.decode())
    except UnicodeDecodeError:
        raise Refused("not UTF-8") from None
    except RecursionError:
        raise Refused(f"deeper than {DEEPEST} levels") from None
    except ValueError as error:
        raise error if isinstance(error, Refused) else Refused("not JSON") from None
    if payload.count(b"[") + payload.count(b"{") > DEEPEST:
        check_depth(value)
    if b"\\u" in payload:
        check_characters(value)
    return value


def unique(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("a key twice")
    return found


def integer(digits):
    if len(digits) > LONGEST_NUMBER:
        raise Refused("a number out of range")
    return int(digits)


def decimal(digits):
    number = float(digits)
    if not math.isfinite(number):
        raise Refused("a number out of range")
    return number


DECODER = json.JSONDecoder(object_pairs_hook=unique, parse_int=integer, parse_float=decimal, parse_constant=decimal)


def check_depth(value):
    layer = [value]
    for _ in range(DEEPEST):
        layer = [child for item in layer if isinstance(item, (dict, list))
                 for child in (item.values() if isinstance(item, dict) else item)]
        if not layer:
            return
    raise Refused(f"deeper than {DEEPEST} levels")


def check_characters(value):
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Refused("half a character (a lone surrogate)") from None


def object_of(value, name="the message"):
    if not isinstance(value, dict):
        raise Refused(f"{name} is no object")
    return value


def whole(value, name, low=0, high=LARGEST):
    """A whole number from `low` to `high`; `true` is none."""
    if type(value) is not int or not low <= value <= high:
        raise Refused(f"{name} is no whole number in its range")
    return value


def time(value, name):
    return whole(value, name, EARLIEST, LATEST)


def text(value, name, longest=64):
    """A short text of characters that can be printed: what is bound to a statement or shown."""
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise Refused(f"{name} is no short text")
    return value


def is_name(value) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def shown(value: str, longest=200) -> str:
    """Foreign text for a terminal, a log or a column: nothing that steers a terminal or turns the line around, and short."""
    cut = value if len(value) <= longest else value[:longest] + "…"
    return cut if cut.isprintable() else "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in cut)
