"""What recompute.py needs of a configuration: the outlets with their factors and constants, as docs/calculation.md names them.

A setting that would change a result and is not understood here is refused, so that no comparison passes by accident.
"""

import re
import zoneinfo

from recompute_parts import three_quarters

# Molar masses, g/mol.
MOLAR_MASS = {
    "a21026": 64.06, "a21003": 30.01, "a21004": 46.01, "a21002": 46.01, "a21005": 28.01, "a21024": 36.46, "a21028": 34.08,
    "a21018": 20.01, "a21001": 17.03, "a05001": 44.01, "a05002": 16.04, "a24088": 12.01,
}
# Decimals of the HJ 212-2017 table; dust as docs/calculation.md has it.
DECIMALS = {
    "a00000": 1, "a01011": 2, "a01012": 1, "a01013": 3, "a01014": 1, "a01017": 3, "a19001": 1, "a34013": 1, "a21026": 2,
    "a21003": 1, "a21004": 1, "a21005": 3, "a05001": 3, "i23001": 3, "w00000": 2, "w01001": 2, "w01010": 1, "w01018": 1,
    "w21003": 2, "w21001": 2, "w21011": 2,
}
# Recorded in mg/m3, so with an amount in kg where the outlet has a flow.
GASES = re.compile(r"a(05|2[0-9]|3[0-4])[0-9]{3}")
# Recorded in mg/L.
DISSOLVED = re.compile(r"w(01012|01018|01017|2[0-9]{4})")
# The greatest numbers of the formats N5.2, N5.1 and N4: those of HJ 212-2017, as the decimals are.
GREATEST = {"a21026": 99_999.99, "a21002": 99_999.9, "a34013": 9_999.0}
UNIT_FACTORS = {"g/m3": 1000.0, "ug/m3": 0.001, "Pa": 0.001, "m3/h": 1 / 3600}
DURATIONS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}


def milliseconds(text):
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h)", str(text)).groups()
    return int(number) * DURATIONS[unit]


class Factor:
    """One entry of `factors`."""

    def __init__(self, entry, interval, intervals=None):
        self.code = entry["code"]
        self.interval = interval
        self.is_computed = entry["from"] == "computed"
        self.slope = float(entry.get("slope", 1))
        self.intercept = float(entry.get("intercept", 0))
        self.unit = entry.get("unit", "recorded")
        self.is_wet = entry.get("basis", "dry") == "wet"
        # Parts of a volume do not change with the state of the gas.
        self.is_actual = entry.get("state", "standard") == "actual" and self.unit not in ("ppm", "percent")
        self.is_converted = entry.get("converted", False)
        # What stands for a converted value that has none, with oxygen_cap_action: max.
        self.greatest = GREATEST.get(self.code)
        # In the unit of the reading as it comes. What is further below than a tenth of the span is no measurement.
        self.lower_end, self.upper_end = entry.get("range", (None, None))
        self.least = None if self.lower_end is None else self.lower_end - (self.upper_end - self.lower_end) * 0.1
        self.no_values = entry.get("invalid", [])
        self.span = None if self.lower_end is None else abs(self.slope) * (self.upper_end - self.lower_end)
        self.decimals = entry.get("decimals", DECIMALS.get(self.code))
        usual = "flow_weighted" if DISSOLVED.fullmatch(self.code) else "arithmetic"
        self.is_weighted = entry.get("average", usual) == "flow_weighted"
        self.cycle = milliseconds(entry["cycle"]) if "cycle" in entry else None
        self.nitric_oxide_weight = entry.get("no_weight", 46.01 / 30.01)
        self.scale = self._scale(entry)
        self.has_amount = bool(GASES.fullmatch(self.code) or DISSOLVED.fullmatch(self.code))
        self.limits = [Limit(each) for each in entry.get("limits", [])]
        self.meter = MeterSettings(entry, self, intervals or {}) if entry.get("meter") else None
        if self.is_meter_alone():
            # Its readings are m3, and the range is that of the flow.
            self.scale, self.upper_end, self.least, self.span = 1.0, None, None, None

    def is_water(self):
        """Whether the water that flows decides what is due of it."""
        return self.code.startswith("w") and self.code != "w00000"

    def is_meter_alone(self):
        return self.meter is not None and not self.meter.is_beside

    def _scale(self, entry):
        if self.unit == "ppm":
            return entry["ppm_factor"] if "ppm_factor" in entry else MOLAR_MASS[self.code] / 22.4
        if self.unit == "percent":
            return 10_000 * MOLAR_MASS[self.code] / 22.4
        if self.code == "w00000" and self.unit in ("m3/h", "m3/s"):
            return 1000 / (3600 if self.unit == "m3/h" else 1)
        return UNIT_FACTORS.get(self.unit, 1.0)

    def samples_needed(self):
        """Good samples that make a minute valid."""
        if self.interval <= 5_000:
            return 12
        return max(1, -(-3 * (60_000 // self.interval) // 4))

    def condition_age(self):
        """For how long a value stands for the condition of the gas when a minute has none."""
        return max(60_000, 3 * self.interval)


class Limit:
    """One entry of `limits`: what is judged, of which quantity, and its ends."""

    KNOWN = {"average", "of", "max", "min", "warn", "deadband", "source"}

    def __init__(self, entry):
        if unknown := set(entry) - self.KNOWN:
            raise SystemExit(f"recompute: limits: not implemented: {sorted(unknown)}")
        self.average = entry["average"]
        self.quantity = entry.get("of", "measured")
        self.max, self.min = entry.get("max"), entry.get("min")
        self.share = float(str(entry["warn"]).rstrip("%")) / 100 if "warn" in entry else None
        deadband = str(entry.get("deadband", "2%"))
        if deadband.endswith("%"):
            end = self.max if self.max is not None else self.min
            self.deadband = abs(end) * float(deadband[:-1]) / 100
            if "deadband" not in entry and None not in (self.max, self.min):
                self.deadband = min(self.deadband, (self.max - self.min) / 2)
        else:
            self.deadband = float(deadband)


class MeterSettings:
    """What `meter` says; `greatest_rate` in m3/s, None without a range of the flow."""

    def __init__(self, entry, factor, intervals):
        section = entry["meter"] if isinstance(entry["meter"], dict) else {}
        self.is_beside = "from" in section
        self.slope = float(section.get("slope", 1))
        self.modulus = section.get("modulus")
        device = str(section.get("from", entry["from"])).split(".")[0]
        self.interval = intervals.get(device, factor.interval)
        self.greatest_rate = None
        if factor.upper_end is not None:
            # Beside a meter the range is that of the flow's reading; alone the meter has the slope, and the range is a flow.
            end = factor.slope * factor.upper_end + factor.intercept if self.is_beside else factor.upper_end
            flow = end * factor.scale
            self.greatest_rate = flow / 1000 if factor.code == "w00000" else flow


class Stack:
    """The constants of a stack."""

    KNOWN = {
        "area", "velocity_coefficient", "pitot_coefficient", "gas_density", "atmospheric_pressure", "static_pressure",
        "temperature", "humidity", "reference_oxygen", "excess_air", "oxygen_cap", "oxygen_cap_action", "oxygen_idle",
        "idle_velocity", "converted_method",
    }

    def __init__(self, entry):
        if unknown := set(entry) - self.KNOWN:
            raise SystemExit(f"recompute: stack: not implemented: {sorted(unknown)}")
        self.area = entry.get("area")
        self.velocity_coefficient = entry.get("velocity_coefficient", 1.0)
        self.pitot_coefficient = entry.get("pitot_coefficient", 0.84)
        self.gas_density = entry.get("gas_density", 1.34)
        self.reference_oxygen = entry.get("reference_oxygen")
        self.excess_air = entry.get("excess_air")
        self.oxygen_cap = entry.get("oxygen_cap", 20.0)
        self.oxygen_cap_action = entry.get("oxygen_cap_action", "cap")
        self.oxygen_idle = entry.get("oxygen_idle", 19.0)
        self.idle_velocity = entry.get("idle_velocity")
        # of_means, paired or mean_of.
        self.converted_method = entry.get("converted_method", "of_means")
        # In the units of the records: degrees Celsius, kPa, %, kPa.
        pressure = entry.get("atmospheric_pressure", 101_325)
        self.constants = {
            "a01012": entry.get("temperature"), "a01013": entry.get("static_pressure", 0) / 1000,
            "a01014": entry.get("humidity"), "i23001": pressure / 1000,
        }

    def has_reference(self):
        return self.reference_oxygen is not None or self.excess_air is not None


class OutletSettings:
    """One entry of `outlets`."""

    def __init__(self, entry, intervals, gateway):
        self.id = entry["id"]
        self.stack = Stack(entry.get("stack", {}))
        self.t0 = float(gateway.get("t0_kelvin", 273))
        self.over_range_counts = gateway.get("over_range_counts", False)
        self.minute_interval = gateway.get("minute_interval", 1)
        validity = {key: number for key, number in entry.get("validity", {}).items() if number != "default"}
        # What gas needs; of water what takes the place of a share of the parts due, None where it is not written.
        self.valid = {
            "minute": -(-3 * self.minute_interval // 4), "hour": validity.get("minutes", 45), "day": validity.get("hours", 20),
            "month": validity.get("days", 25), "year": 1}
        self.written = {"day": validity.get("hours"), "month": validity.get("days")}
        self.factors = {}
        for factor in entry["factors"]:
            device = str(factor["from"]).split(".")[0]
            self.factors[factor["code"]] = Factor(factor, intervals.get(device), intervals)
        for code, base in (("a01011", "a01017"), ("a21002", "a21003")):
            factor = self.factors.get(code)
            if factor is not None and factor.is_computed:
                factor.interval = self.factors[base].interval
        for factor in self.factors.values():
            if factor.is_converted and self.stack.oxygen_cap_action == "max" and factor.greatest is None:
                raise SystemExit(f"recompute: oxygen_cap_action: max is not implemented for {factor.code}")
        self.has_computed_flow = self.stack.area is not None and "a01011" in self.factors and "a00000" not in self.factors

    def water_need(self, level, due, less=0):
        """How many valid parts water needs of those due."""
        if level == "hour":
            return min(three_quarters(due), self.valid["hour"])
        written = self.written.get(level)
        return three_quarters(due) if written is None else max(1, min(due, written - less))


class Settings:
    """The whole configuration."""

    def __init__(self, document):
        gateway = document["gateway"]
        if "factors" in document:
            raise SystemExit("recompute: the section factors is not implemented")
        self.zone = zoneinfo.ZoneInfo(gateway.get("timezone", "Asia/Shanghai"))
        self.rounding = gateway.get("rounding", "half_even")
        intervals = {}
        for bus in document.get("buses", []):
            for device in bus["devices"]:
                intervals[device["id"]] = milliseconds(device.get("poll", "5s"))
        for instrument in document.get("instruments", []):
            intervals[instrument["id"]] = milliseconds(instrument.get("realtime_interval", "60s"))
        self.outlets = {entry["id"]: OutletSettings(entry, intervals, gateway) for entry in document["outlets"]}
