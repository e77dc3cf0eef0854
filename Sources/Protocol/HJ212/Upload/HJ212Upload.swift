package import Telemetry

/// What a data upload says: the values of one instant, or the statistics of one minute interval, hour or day.
package struct HJ212Upload: Hashable, Sendable {
    /// The kinds of data that become samples.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case realtime, minute, hour, day

        package var command: CommandCode {
            switch self {
            case .realtime: .realtime
            case .minute: .minute
            case .hour: .hour
            case .day: .day
            }
        }
    }

    /// What an upload says about one factor. A number that was not sent, or is none, is nil.
    package struct Factor: Hashable, Sendable {
        /// The code as sent: `a21026`, a legacy code such as `B02`, sometimes a name of the maker's own.
        package var code: String
        /// The value of the instant. In a realtime upload `-Avg` stands in for it where `-Rtd` is missing.
        package var rtd: Double?
        /// The mean over the interval; for noise, whose fields end in `-Data`, the level.
        package var avg: Double?
        package var min: Double?
        package var max: Double?
        /// The amount over the interval: a volume for a flow, a mass for a pollutant.
        package var cou: Double?
        /// The same converted to the reference oxygen.
        package var zsRtd: Double?
        package var zsAvg: Double?
        package var zsMin: Double?
        package var zsMax: Double?
        /// The data mark; nil: not stated, which is not the same as normal.
        package var flag: DataFlag?
        /// When the sample was taken, where that is not the time of the data.
        package var sampleTime: CivilTime?

        package init(code: String) {
            self.code = code
        }
    }

    package var kind: Kind
    /// The identity of the sender.
    package var mn: String
    /// The system code.
    package var st: String
    /// The instant of a realtime upload, else the start of the interval; by the sender's clock. Nil when it is no time.
    /// Source: HJ 212-2017, table 4 (DataTime); with 16 or 17 digits only the first 14 count.
    package var dataTime: CivilTime?
    /// When the sender made the packet, if its QN says so.
    package var qnTime: CivilTime?
    /// In order of first appearance, each code once.
    package var factors: [Factor]
    /// Numbers whose suffix the standard does not know, each by its whole name: `100003-Pt`, the power that an electricity
    /// meter (ST 80) measures. Source: frames of such meters.
    package var extras: [Factor] = []

    package init(kind: Kind, mn: String, st: String, dataTime: CivilTime?, qnTime: CivilTime?, factors: [Factor]) {
        self.kind = kind
        self.mn = mn
        self.st = st
        self.dataTime = dataTime
        self.qnTime = qnTime
        self.factors = factors
    }
}
