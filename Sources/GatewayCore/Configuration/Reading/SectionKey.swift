import Alarms

/// The keys that a mapping of the configuration may have, as they are written in the file.
///
/// Everything that must know them is derived from here: what is an unknown key, what it could have meant, and whether
/// the reference documents all of them.
protocol SectionKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// The mapping's place in the file, such as `buses[].devices[]`.
    static var section: String { get }
}

enum RootKey: String, SectionKey {
    static let section = "(top level)"
    case gateway, uplinks, buses, instruments, outlets, factors, power, alarms, http
}

enum GatewayKey: String, SectionKey {
    static let section = "gateway"
    case id, timezone
    case dataDirectory = "data_directory"
    case profilesDirectory = "profiles_directory"
    case controlSocket = "control_socket"
    case realtimeInterval = "realtime_interval"
    case minuteInterval = "minute_interval"
    case commitInterval = "commit_interval"
    case t0Kelvin = "t0_kelvin"
    case rounding
    case overRangeCounts = "over_range_counts"
    case language
    case retention
    case keepRaw = "keep_raw"
    case journalLimit = "journal_limit"
    case keepFree = "keep_free"
}

/// The kinds of record that may be deleted when they are old.
enum RetentionKey: String, SectionKey {
    static let section = "gateway.retention"
    case realtime, minute, hour, day, month, year, rates, counts, raw, frame
}

enum UplinkKey: String, SectionKey {
    static let section = "uplinks[]"
    case id, mqtt, kinds, factors, outlets, window, commands
    case historyRate = "history_rate"
    case historyDelay = "history_delay"
    case reconnectLimit = "reconnect_limit"
}

enum MQTTKey: String, SectionKey {
    static let section = "uplinks[].mqtt"
    case url, username
    case passwordFile = "password_file"
    case caFile = "ca_file"
    case certificateFile = "cert_file"
    case keyFile = "key_file"
    case topicPrefix = "topic_prefix"
    case keepAlive = "keep_alive"
    case version, expiry
    case expiryKinds = "expiry_kinds"
}

enum BusKey: String, SectionKey {
    static let section = "buses[]"
    case id, tcp, serial, timeout, retries, tolerate, devices
    case rtuOverTCP = "rtu_over_tcp"
    case maximumHole = "max_hole"
    case requestGap = "request_gap"
    case keepConnection = "keep_connection"
}

enum SerialKey: String, SectionKey {
    static let section = "serial"
    case path, baud, parity
    case dataBits = "data_bits"
    case stopBits = "stop_bits"
}

enum DeviceKey: String, SectionKey {
    static let section = "buses[].devices[]"
    case id, unit, poll, raw, registers, profile, heartbeat
    case heartbeatCycle = "heartbeat_cycle"
}

enum RegisterKey: String, SectionKey {
    static let section = "registers[]"
    case name, holding, input, coil, discrete, type, order, bit, scale, offset, flags, registered, invalid, times
    case flagged = "for"
}

enum ProfileKey: String, SectionKey {
    static let section = "profile file"
    case description, registers
}

enum InstrumentKey: String, SectionKey {
    static let section = "instruments[]"
    case id, listen, connect, serial, mn, edition, tolerate, allow, connections, timeout, resends
    case passwordFile = "password_file"
    case keyFile = "key_file"
    case idleTimeout = "idle_timeout"
    case frameTimeout = "frame_timeout"
    case heartbeat
    case setTime = "set_time"
    case drift, history, configure
    case realtimeAge = "realtime_age"
    case stamps
    case realtimeInterval = "realtime_interval"
    case minuteInterval = "minute_interval"
    case passThrough = "pass_through"
    case station, poll, command, registered
    case checkParameters = "check_parameters"
}

enum RegisteredParameterKey: String, SectionKey {
    static let section = "instruments[].registered[]"
    case info, factor, value
}

enum OutletKey: String, SectionKey {
    static let section = "outlets[]"
    case id, name, mn, st, stack, validity, factors
    case plantMark = "plant_mark"
    case exemptions
    case hourCloseDelay = "hour_close_delay"
}

enum StackKey: String, SectionKey {
    static let section = "outlets[].stack"
    case area
    case velocityCoefficient = "velocity_coefficient"
    case pitotCoefficient = "pitot_coefficient"
    case gasDensity = "gas_density"
    case atmosphericPressure = "atmospheric_pressure"
    case staticPressure = "static_pressure"
    case temperature, humidity
    case referenceOxygen = "reference_oxygen"
    case excessAir = "excess_air"
    case industry
    case oxygenCap = "oxygen_cap"
    case oxygenCapAction = "oxygen_cap_action"
    case oxygenIdle = "oxygen_idle"
    case idleVelocity = "idle_velocity"
    case convertedMethod = "converted_method"
    case greatestCarbonDioxide = "carbon_dioxide_max"
}

enum ValidityKey: String, SectionKey {
    static let section = "outlets[].validity"
    case minutes, hours, days
}

enum PlantMarkKey: String, SectionKey {
    static let section = "outlets[].plant_mark"
    case from, marks
}

enum FactorKey: String, SectionKey {
    static let section = "outlets[].factors[]"
    case code, from, basis, state, converted, range, limits, quotas
    case slope, intercept, unit
    case ppmFactor = "ppm_factor"
    case nitricOxideWeight = "no_weight"
    case decimals, average, cycle, meter, constant, noise, invalid, fossil
}

enum MeterKey: String, SectionKey {
    static let section = "outlets[].factors[].meter"
    case from, slope, modulus
}

enum LimitKey: String, SectionKey {
    static let section = "outlets[].factors[].limits[]"
    case average, of, max, min, warn, deadband
    case validFrom = "valid_from"
    case validTo = "valid_to"
    case months, hours, priority, source, when
}

enum QuotaKey: String, SectionKey {
    static let section = "outlets[].factors[].quotas[]"
    case period, max, warn, months
    case validFrom = "valid_from"
    case validTo = "valid_to"
    case source, when, before
}

enum EarlierAmountKey: String, SectionKey {
    static let section = "outlets[].factors[].quotas[].before"
    case amount, until
}

enum LimitConditionKey: String, SectionKey {
    static let section = "outlets[].factors[].limits[].when"
    case factor, max, min
    case responseLevel = "response_level"
    case plantMark = "plant_mark"
}

enum PowerKey: String, SectionKey {
    static let section = "power"
    case meters, groups, lines
}

enum PowerMeterKey: String, SectionKey {
    static let section = "power.meters[]"
    case id, name, from, voltage, above, below, values, normal, rated, gap
}

enum PowerGroupKey: String, SectionKey {
    static let section = "power.groups[]"
    case id, of
    case atLeast = "at_least"
}

enum PowerLineKey: String, SectionKey {
    static let section = "power.lines[]"
    case id, name, production, treatment, bypass, outlets, lateness, purge, orders
}

enum PowerOrderKey: String, SectionKey {
    static let section = "power.lines[].orders[]"
    case load
    case validFrom = "valid_from"
    case validTo = "valid_to"
    case months, hours, source, when
}

enum ExemptionKey: String, SectionKey {
    static let section = "outlets[].exemptions[]"
    case marks, flags, count, period, max, name
}

enum FactorOverrideKey: String, SectionKey {
    static let section = "factors[]"
    case code, name, unit, decimals
    case molarMass = "molar_mass"
}

enum FactorNameKey: String, SectionKey {
    static let section = "factors[].name"
    case en, zh
}

enum AlarmsKey: String, SectionKey {
    static let section = "alarms"
    case instrumentGap = "instrument_gap"
    case uplinkGap = "uplink_gap"
    case responseLevels = "response_levels"
    case responseFile = "response_file"
    case actions
    case rules
}

enum ActionKey: String, SectionKey {
    static let section = "alarms.actions[]"
    case id, rules, severity, sources, on, gap, exec, timeout, environment, coil
}

enum CoilKey: String, SectionKey {
    static let section = "alarms.actions[].coil"
    case device, address, enabled, until
}

/// The rules by their names.
extension RuleID: SectionKey {
    static var section: String { "alarms.rules" }
}

enum RuleKey: String, SectionKey {
    static let section = "alarms.rules.*"
    case enabled, severity, delay
    case offDelay = "off_delay"
    case repeatInterval = "repeat"
}

enum HTTPKey: String, SectionKey {
    static let section = "http"
    case listen
}

/// The names of one section's keys, for the hint on a misplaced key and for the check of the reference.
struct SectionKeys {
    let section: String
    let keys: [String]

    private init<Key: SectionKey>(_: Key.Type) {
        section = Key.section
        keys = Key.allCases.map(\.rawValue)
    }

    /// Every section there is.
    static let all: [SectionKeys] = [
        SectionKeys(RootKey.self), SectionKeys(GatewayKey.self), SectionKeys(RetentionKey.self),
        SectionKeys(UplinkKey.self),
        SectionKeys(MQTTKey.self), SectionKeys(BusKey.self), SectionKeys(SerialKey.self),
        SectionKeys(DeviceKey.self), SectionKeys(RegisterKey.self), SectionKeys(ProfileKey.self),
        SectionKeys(InstrumentKey.self), SectionKeys(RegisteredParameterKey.self),
        SectionKeys(OutletKey.self), SectionKeys(StackKey.self),
        SectionKeys(ValidityKey.self), SectionKeys(PlantMarkKey.self), SectionKeys(FactorKey.self),
        SectionKeys(MeterKey.self), SectionKeys(LimitKey.self), SectionKeys(LimitConditionKey.self),
        SectionKeys(QuotaKey.self), SectionKeys(EarlierAmountKey.self), SectionKeys(ExemptionKey.self),
        SectionKeys(PowerKey.self),
        SectionKeys(PowerMeterKey.self), SectionKeys(PowerGroupKey.self), SectionKeys(PowerLineKey.self),
        SectionKeys(PowerOrderKey.self),
        SectionKeys(FactorOverrideKey.self),
        SectionKeys(FactorNameKey.self), SectionKeys(AlarmsKey.self), SectionKeys(RuleID.self),
        SectionKeys(RuleKey.self), SectionKeys(ActionKey.self), SectionKeys(CoilKey.self), SectionKeys(HTTPKey.self),
    ]
}
