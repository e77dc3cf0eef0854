package import Alarms
package import Telemetry

/// The section `power`: the meters of a plant, and how production, treatment and outlets hang together.
package struct PowerConfiguration: Equatable, Sendable {
    package var meters: [PowerMeterConfiguration] = []
    package var lines: [PowerLineConfiguration] = []

    package init() {}
}

/// One entry of `power.meters`: a device and what tells whether it runs.
package struct PowerMeterConfiguration: Equatable, Sendable {
    /// Unique among meters and groups.
    package var id: String
    package var name: String?
    package var source: FactorSource
    /// Where its voltage is read; nil: no power is not told from stopped.
    package var voltage: FactorSource?
    /// Readings above run (a damper: is open); readings below ``below`` do not; between them it stays what it is.
    package var above: Double
    package var below: Double
    /// For a state in place of a measurement: the numbers that run; nil: the thresholds tell.
    package var values: Set<Int64>?
    /// The reading at normal work; nil: idling is not told from running.
    package var normal: Double?
    /// The reading at full load; nil: the load is not known.
    package var rated: Double?
    /// Older readings say nothing; nil: three polls, and at least `instrument_gap`.
    package var gap: Duration?
}

/// One entry of `power.lines`: production, what treats its gas or water, and the outlets these reach.
package struct PowerLineConfiguration: Equatable, Sendable {
    /// Unique among outlets, devices and instruments; the source of its alarms.
    package var id: String
    package var name: String?
    /// Over indices of ``PowerConfiguration/meters``. One of those that are listed is enough.
    package var production: PowerNeed
    /// All of those that are listed are needed.
    package var treatment: PowerNeed
    package var productionName: String
    package var treatmentName: String
    /// Meters of bypasses around the treatment.
    package var bypasses: [Int]
    /// Indices of the outlets whose marks are compared with the meters.
    package var outlets: [Int]
    package var lateness = Duration.seconds(300)
    package var purge = Duration.seconds(600)
    package var orders: [ProductionOrderConfiguration]
}

/// One entry of `power.lines[].orders`: when production must stop or slow down.
package struct ProductionOrderConfiguration: Equatable, Sendable {
    /// Of the full load, 0…1; 0: production must stand.
    package var load: Double
    package var validFrom: CivilTime?
    package var validTo: CivilTime?
    package var months: CalendarSpan?
    package var minutesOfDay: CalendarSpan?
    package var conditions: [LimitCondition]
    package var source: String?
}
