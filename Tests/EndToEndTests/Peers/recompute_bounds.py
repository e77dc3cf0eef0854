"""The lower bounds of periods with samples above the range (docs/calculation.md, section 6).

Where docs/calculation.md leaves a choice: the bound is weighted where enough of its parts have a weight, whatever the mean is;
parts with the greatest number of a converted value are left out of the bound and of the count that it needs. The weights of a meter
are those of its amounts, with the lower bounds of the minutes that awaited them.
"""

from recompute_parts import mean, three_quarters, total, weighted_mean


def take_bounds(part, parts, weighed, need, due, is_weighted):
    """What judges see of a period made of `parts`, where these are enough for that. `need(due)`: how many make it
    valid; `weighed`: mg/L, m3 and minutes with which they enter a weighted bound."""
    if any(each.bound is not None for each in parts):
        judged = [each for each in parts if each.valid or each.bound is not None]
        if len(judged) >= need(due):
            _take_mean(part, judged, weighed, due, is_weighted)
    if any(each.zs_bound is not None for each in parts):
        judged = [
            part.zs_avg if each.zs_bound is None else each.zs_bound
            for each in parts if (each.zs_valid and not each.zs_is_greatest) or each.zs_bound is not None]
        # Where the record has no such value of its own, or the greatest number, there is none.
        is_known = None not in judged and not (part.zs_is_greatest and part.zs_avg in judged)
        if is_known and len(judged) >= need(None):
            part.zs_bound = mean(judged)


def _take_mean(part, judged, weighed, due, is_weighted):
    part.bound = mean([each.avg if each.bound is None else each.bound for each in judged])
    if sum(minutes for _, _, minutes in weighed) < three_quarters(due):
        return
    numbers, weights, _ = zip(*weighed)
    if is_weighted and total(weights) > 0:
        part.bound = weighted_mean(numbers, weights)
    part.judged = (part.bound, total(weights), 1)
