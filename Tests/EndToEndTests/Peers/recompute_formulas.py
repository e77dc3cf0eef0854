"""Formulas of HJ 212-2017, appendix D. Pressures in kPa, humidity in %."""

import math


def at_standard_state(number, t0, temperature, pressure, barometer):
    return number * 101.325 / (barometer + pressure) * (t0 + temperature) / t0


def dried(number, humidity):
    return number / (1 - humidity / 100)


def dry_standard_flow(actual, t0, temperature, pressure, barometer, humidity):
    return actual * t0 / (t0 + temperature) * (barometer + pressure) / 101.325 * (1 - humidity / 100)


def pitot_velocity(stack, t0, dynamic, temperature, pressure, barometer):
    """m/s from kPa."""
    density = stack.gas_density * t0 / (t0 + temperature) * (barometer + pressure) / 101.325
    return stack.pitot_coefficient * math.sqrt(2 * dynamic * 1000 / density) if dynamic >= 0 and density > 0 else None


def converted(stack, number, oxygen, is_standing, greatest=None):
    """At the reference oxygen or excess air; None where there is no converted value. `greatest`: the greatest number of the
    factor's format."""
    if number is None or oxygen is None:
        return None
    if oxygen >= stack.oxygen_idle and is_standing:
        return None
    if stack.oxygen_cap_action == "max":
        if oxygen >= 21:
            return greatest
    elif oxygen > stack.oxygen_cap:
        if stack.oxygen_cap_action != "cap":
            return number if stack.oxygen_cap_action == "use_measured" else None
        oxygen = stack.oxygen_cap
    if stack.excess_air is not None:
        return number * 21 / (21 - oxygen) / stack.excess_air
    return number * (21 - stack.reference_oxygen) / (21 - oxygen)
