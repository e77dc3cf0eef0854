"""Amounts of minutes and hours (docs/calculation.md, sections 4 and 5)."""

from recompute_parts import GAS_FLOW, WATER_FLOW
from recompute_reasons import lack_in

IMPOSSIBLE_GAS, IMPOSSIBLE_WATER = f"impossible {GAS_FLOW}", f"impossible {WATER_FLOW}"


def carried_by(flow):
    """What a mean flow of gas carries off. Below 0 nobody knows what it was."""
    return flow if flow is None or flow >= 0 else None


def weigh_gas_flow(part, hours, is_valid, reason):
    """The m3 of a gas flow."""
    if part.carrying is None:
        part.set_amount(None, False, reason or IMPOSSIBLE_GAS)
    else:
        part.set_amount(part.carrying * 3600 * hours, is_valid, reason)


def weigh_gas(part, flow, hours):
    """The mass of a gas, valid when concentration and flow are; below 0 there is nothing of it."""
    amount = None
    if part.avg is not None and flow.carrying is not None:
        amount = max(part.avg, 0) * flow.carrying * 3600 / 1e6 * hours
    part.set_amount(amount, bool(part.valid and flow.cou_valid), lack_of(part, flow, GAS_FLOW))


def weigh_gas_with_meter(part, flow):
    amount = None
    if part.avg is not None and flow.cou is not None:
        amount = max(part.avg, 0) * flow.cou * 1e-6
    part.set_amount(amount, bool(part.valid and flow.cou_valid), lack_of(part, flow, GAS_FLOW))


def weigh_water_flow(part, noise):
    """The m3 of a minute's flow; from `noise` to 0 it is water that stands."""
    if part.avg is not None and part.avg < noise:
        part.set_amount(None, False, part.reason or IMPOSSIBLE_WATER)
    else:
        amount = None if part.avg is None else max(0.0, part.avg) * 60 / 1000
        part.set_amount(amount, part.valid, part.reason)


def weigh_water(part, flow, is_without_discharge):
    """The mass of a concentration in a minute of a flow without a meter."""
    if is_without_discharge:
        part.discharge = 0.0
        part.set_amount(0.0, True, None)
        return
    judged = part.avg if part.bound is None and part.valid else part.bound
    if judged is not None and flow.cou_valid:
        part.judged = (judged, flow.cou, 1)
    if part.avg is None or flow.cou is None:
        part.set_amount(None, False, lack_of(part, flow, WATER_FLOW))
        return
    part.discharge = flow.cou
    is_valid = bool(part.valid and flow.cou_valid)
    part.set_amount(part.avg * flow.cou / 1000, is_valid, lack_of(part, flow, WATER_FLOW))
    if is_valid:
        part.weight = (part.avg, flow.cou, 1)
        part.carried_from = (part.avg, part.avg)


def weigh_results(part, flow):
    """The mass in the hour of a batch analyser: of its result, whether or not the plant was stopped."""
    part.cou_stands_for = flow.cou_stands_for
    if flow.cou_valid and flow.cou == 0:
        part.discharge = 0.0
        part.set_amount(0.0, True, None)
        return
    reason = part.result_reason if not part.result_valid else lack_of(part, flow, WATER_FLOW, is_valid=True)
    if part.avg is None or flow.cou is None:
        part.set_amount(None, False, reason)
        return
    part.discharge = flow.cou
    part.set_amount(part.avg * flow.cou / 1000, bool(part.result_valid and flow.cou_valid), reason)
    if part.cou_valid and flow.cou > 0:
        part.carried_from = (part.avg, part.avg)


def weigh_bound(part, flow):
    """The water of the lower bound in the hour of a batch analyser."""
    judged = part.avg if part.bound is None and part.valid else part.bound
    if judged is not None and flow.cou_valid and flow.cou > 0:
        part.judged = (judged, flow.cou, 1)


def lack_of(part, flow, code, is_valid=None):
    """Why there is no amount: the reason of the concentration, else what the flow lacks."""
    if not (part.valid if is_valid is None else is_valid):
        return part.reason
    if flow.valid:
        return lack_in(flow.cou_reason) or f"no valid {code}"
    return flow.blame
