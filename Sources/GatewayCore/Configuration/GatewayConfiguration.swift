package import Alarms
package import Emissions
package import Telemetry

/// The whole configuration, validated: every reference resolves, every number is in its range.
///
/// Built only by ``ConfigurationReader``; nothing else in the program reads the file.
package struct GatewayConfiguration: Equatable, Sendable {
    package var gateway: GatewaySettings
    package var uplinks: [UplinkConfiguration]
    package var buses: [BusConfiguration]
    package var instruments: [InstrumentConfiguration]
    package var outlets: [OutletConfiguration]
    /// Factors that the factor table lacks, or has otherwise.
    package var factors: [FactorOverride] = []
    package var power = PowerConfiguration()
    package var alarms: AlarmSettings
    /// The section `http`; nil: no local page.
    package var http: HTTPSettings?

    /// The instruments that share an address or port: indices into ``instruments``, line by line, in the order of the file.
    package var instrumentLines: [[Int]] {
        var lines: [(transport: InstrumentTransport, members: [Int])] = []
        for (index, instrument) in instruments.enumerated() {
            if let line = lines.firstIndex(where: { $0.transport == instrument.transport }) {
                lines[line].members.append(index)
            } else {
                lines.append((instrument.transport, [index]))
            }
        }
        return lines.map(\.members)
    }
}

/// The section `gateway`.
package struct GatewaySettings: Equatable, Sendable {
    /// The gateway's name at the platform and a topic segment: `[A-Za-z0-9_-]{1,64}`.
    package var id: String
    /// Where the journal lives; an absolute path.
    package var dataDirectory: String = "/var/lib/gatewayd"
    /// An IANA zone name.
    package var timezone: String = "Asia/Shanghai"
    /// How often a `realtime` record is made, 1 s … 1 h.
    package var realtimeInterval: Duration = .seconds(30)
    /// Minutes per minute record: 1 2 3 4 5 6 10 12 15 20 30. Source: HJ 212-2017, table 4 (MinInterval).
    package var minuteInterval: Int = 1
    /// How long the journal gathers records before it commits them, 10 ms … 10 s.
    package var commitInterval: Duration = .milliseconds(250)
    /// The kelvin value of 0 °C in the formulas of HJ 212-2017, appendix D.
    package var t0Kelvin: Double = 273
    /// What becomes of a number exactly between two roundings.
    package var rounding = RoundingRule.halfEven
    /// Whether values above the measuring range (flag T) count in averages.
    package var overRangeCounts = false
    /// The language of alarm messages.
    package var language: Language = .zh
    /// What the journal keeps, and for how long.
    package var keeping = KeepingSettings()
    /// Where `status` and `watch` reach the daemon; nil: `control.sock` in the data directory.
    package var controlSocket: String?
}

/// One entry of `factors`: a factor that the built-in table lacks, or that the site writes otherwise.
package struct FactorOverride: Equatable, Sendable {
    package var code: String
    package var name: BilingualText?
    package var unit: String?
    /// Decimals in records, 0…9.
    package var decimals: Int?
    /// g/mol, for readings in ppm and %.
    package var molarMass: Double?
}

/// The section `alarms`.
package struct AlarmSettings: Equatable, Sendable {
    /// No usable data from an instrument for so long is an alarm (rule D1).
    package var instrumentGap: Duration = .seconds(60)
    /// An uplink that acknowledges nothing for so long is an alarm (rule D6).
    package var uplinkGap: Duration = .seconds(600)
    /// The levels of a heavy-pollution response.
    package var responseScale = ResponseScale.usual
    /// Absolute path of a file that states the level in force; nil: there is none.
    package var responseFile: String?
    /// What differs from the catalogue of rules.
    package var rules: [RuleID: RuleSettings] = [:]
    /// What is done about alarms besides telling of them.
    package var actions: [ActionConfiguration] = []
}

/// The section `http`: the local page and what scrapers read.
package struct HTTPSettings: Equatable, Sendable {
    package var host: String
    package var port: UInt16
}
