"""What a period has of a factor, and the small sums that minutes and longer periods share."""

TEMPERATURE, PRESSURE, HUMIDITY, BAROMETER = "a01012", "a01013", "a01014", "i23001"
VELOCITY, DYNAMIC_PRESSURE, OXYGEN, GAS_FLOW, WATER_FLOW = "a01011", "a01017", "a19001", "a00000", "w00000"
NOX, NO, NO2 = "a21002", "a21003", "a21004"
STATE = [TEMPERATURE, PRESSURE, BAROMETER]
NO_DISCHARGE, STOPPED = "no discharge", "plant stopped"
FLAG_ORDER = "DMC"


class Part:
    """What a period has of one factor. `zs_valid` and `cou_valid` are None where there is no such quantity."""

    __slots__ = (
        "avg", "min", "max", "count", "flag", "valid", "reason", "blame", "due", "stopped", "zs_avg", "zs_min", "zs_max",
        "zs_valid", "zs_reason", "cou", "cou_valid", "cou_reason", "discharge", "means", "stands_for", "cou_stands_for",
        "carrying", "bound", "zs_bound", "judged", "weight", "carried_from", "result_valid", "result_reason",
        "is_without_discharge", "is_said_to_stand", "zs_is_greatest",
    )

    def __init__(self):
        self.avg = self.min = self.max = None
        self.count, self.flag = 0, "N"
        self.valid, self.reason = True, None
        # What others say that need this factor: `no valid a01014`, `impossible a01014`. None while it is valid.
        self.blame = None
        # Whether a value is expected of the plant as it is, and whether the plant stands all the time.
        self.due, self.stopped = True, False
        self.zs_avg = self.zs_min = self.zs_max = self.zs_valid = self.zs_reason = None
        self.cou = self.cou_valid = self.cou_reason = None
        # Of a concentration in water: the m3 in which its mass was counted, where both are valid.
        self.discharge = None
        # Of a computed flow of gas: the means it is computed from, by factor. Of oxygen in a minute: what it is converted with.
        self.means = None
        # Of a flow of gas: its mean without what flows backwards.
        self.carrying = None
        # With samples above the range: what judges see of it where that is valid.
        self.bound = self.zs_bound = None
        # Of a concentration in water: mg/L, m3 and minutes with which it enters a weighted lower bound.
        self.judged = None
        # Of a valid mass in counted water: the least and the greatest concentration in it.
        self.carried_from = None
        # Of a minute: mg/L, m3 and minutes with which it enters the weighted mean of its hour.
        self.weight = None
        # Of a factor of water: whether nothing is discharged. Of a meter alone: whether it says so.
        self.is_without_discharge = self.is_said_to_stand = False
        # The converted value is the greatest number of the format, which is no measurement.
        self.zs_is_greatest = False
        # Of a batch analyser's hour: whether its result is valid, whatever the plant does.
        self.result_valid = self.result_reason = None
        # So many minutes the mean and the amount stand for.
        self.stands_for = self.cou_stands_for = 1

    def invalidate(self, reason, blame=None):
        self.valid, self.reason, self.blame = False, reason, blame or reason

    def forget_mean(self):
        self.avg = self.min = self.max = None

    def take_no_bound(self):
        self.bound = self.zs_bound = self.judged = None

    def set_converted(self, is_valid, reason):
        self.zs_valid, self.zs_reason = is_valid, None if is_valid else reason

    def set_amount(self, amount, is_valid, reason):
        self.cou, self.cou_valid, self.cou_reason = amount, is_valid, None if is_valid else reason


def total(numbers):
    """Added one by one in their order, which is that of time: sum() compensates errors since Python 3.12."""
    result = 0.0
    for number in numbers:
        result += number
    return result


def mean(numbers):
    return within(total(numbers) / len(numbers), numbers)


def weighted_mean(numbers, weights):
    return within(total([number * weight for number, weight in zip(numbers, weights)]) / total(weights), numbers)


def within(result, numbers):
    """A mean that the noise of sums puts outside of its numbers is the nearest of them."""
    return min(max(result, min(numbers)), max(numbers))


def three_quarters(number):
    """75 % of so many parts, at least one."""
    return max(1, -(-3 * number // 4))


def counted(number, singular):
    return f"{number} {singular}" if number == 1 else f"{number} {singular}s"


def commonest(flags):
    """Of the letters other than N, the commonest; N when there is none."""
    counts = {}
    for flag in flags:
        if flag != "N":
            counts[flag] = counts.get(flag, 0) + 1
    return greatest(counts) if counts else "N"


def greatest(shares):
    """The letter with the most; of equals D, M, C, then by the alphabet."""
    return min(shares, key=lambda flag: (-shares[flag], FLAG_ORDER.find(flag) % 9, flag))


def flag_of(flags):
    """Of a minute with these samples."""
    return "N" if 4 * flags.count("N") >= 3 * len(flags) else commonest(flags)
