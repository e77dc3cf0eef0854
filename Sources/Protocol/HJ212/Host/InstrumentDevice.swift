/// One HJ 212 device behind a line of the gateway, and how it is looked after.
package struct InstrumentDevice: Hashable, Sendable {
    /// When the device's clock is set (CN 1012).
    package enum TimeSetting: Hashable, Sendable {
        case never
        /// With the first frame of each connection.
        case onConnect
        /// When its clock is off by more than this, at most once an hour.
        case drift(Duration)
    }

    /// What a device is told on its first connection. Source: HJ 212-2017, 6.7.
    package struct Commissioning: Hashable, Sendable {
        /// Seconds between realtime uploads.
        package var realtimeInterval: Int
        /// Minutes of a minute record.
        package var minuteInterval: Int

        package init(realtimeInterval: Int, minuteInterval: Int) {
            self.realtimeInterval = realtimeInterval
            self.minuteInterval = minuteInterval
        }
    }

    /// A parameter of the device. Source: HJ 212-2017, table B.10 (`i13008`, the slope) and table 9 (3020).
    package struct Parameter: Hashable, Sendable {
        /// The code of the information.
        package let info: FieldText
        /// The factor whose analyser it belongs to; nil: the device as a whole.
        package let factor: FieldText?

        package init(_ info: FieldText, factor: FieldText? = nil) {
            self.info = info
            self.factor = factor
        }

        var question: HostRequest { .getDeviceInformation(factor: factor, info: info, nil) }
    }

    /// The MN its frames carry; nil: every frame on the line is this device's.
    package var mn: String?
    /// The edition in which it is talked to; nil: that of its latest frame.
    package var edition: Edition?
    /// The password its frames must carry; nil: it is not looked at.
    package var password: Secret?
    /// Its password or keys are not known yet: whatever it sends is refused.
    package var isHeld = false
    /// How long to wait for an answer. Source: HJ 212-2017, table 1 (10 s over mobile networks).
    package var overTime: Duration = .seconds(10)
    /// How often an unanswered request is sent again. Source: HJ 212-2017, table 1.
    package var reCount = 3
    package var timeSetting = TimeSetting.never
    /// Set: told on the first frame of each connection.
    package var commissioning: Commissioning?
    /// Whether data that are missing between two of its uploads are asked for (2051, 2061, 2031).
    package var asksForHistory = false
    /// The parameters it is asked for (3020), and how often.
    package var parameters: [Parameter] = []
    package var parameterInterval = Duration.seconds(86_400)
    /// Minutes between the minute data it sends of its own accord.
    package var minuteInterval = 1

    package init(mn: String?) {
        self.mn = mn
    }
}

/// How the bytes of a line are taken, whatever device they come from.
package struct HostSettings: Hashable, Sendable {
    package var tolerance = Tolerance.intake
    package var keys = KeyRing()
    /// How long a frame may stand still before it is given up. The standard names no limit; a frame takes about a second
    /// at 9600 baud.
    package var frameTimeout = Duration.seconds(10)
    /// Whether nobody but the only device can be at the other end, as on a serial line. Where strangers may connect, bytes
    /// before the first good frame of a device are nobody's.
    package var isPrivate = false

    package init() {}
}
