package import Emissions
package import Protocol
package import Telemetry

/// What `gatewayd status` tells: the whole daemon at one moment.
package struct StatusReport: Equatable, Sendable {
    package struct Factor: Equatable, Sendable {
        package var code: String
        package var value: Double?
        package var flag: DataFlag
        /// Why there is no value.
        package var error: String?

        package init(code: String, value: Double?, flag: DataFlag, error: String? = nil) {
            self.code = code
            self.value = value
            self.flag = flag
            self.error = error
        }
    }

    package struct Outlet: Equatable, Sendable {
        package var id: String
        package var name: String?
        package var factors: [Factor]
        package var marks: [Mark]
        /// Samples that came after their minute had been closed and were counted in a later one.
        package var lateSamples: Int
        /// Today, yesterday and the month so far.
        package var rates: [Rates] = []
    }

    /// What was due, came and counted in a span of time, and what the platforms have of it.
    package struct Rates: Equatable, Sendable {
        package var span: RateLedger.Span
        package var rates: RateReport.Rates
        package var deliveries: [RateReport.Delivery]
    }

    /// A Modbus device or an HJ 212 instrument.
    package struct Source: Equatable, Sendable {
        package var id: String
        /// The bus or line it is behind.
        package var line: String
        /// Polls that brought a number, or frames taken.
        package var successes: Int
        package var failures: Int
        /// Poll slots that were skipped because the bus was busy.
        package var missed: Int
        package var isSilent: Bool
        /// What is wrong at present, and what to do about it.
        package var lastError: String?
        /// What is odd although data come, and what to do about it.
        package var hint: String?
        /// What is odd about its data.
        package var remarks: [IntakeRemark] = []

        package init(
            id: String, line: String, successes: Int, failures: Int, missed: Int, isSilent: Bool, lastError: String?
        ) {
            self.id = id
            self.line = line
            self.successes = successes
            self.failures = failures
            self.missed = missed
            self.isSilent = isSilent
            self.lastError = lastError
        }
    }

    /// A line of HJ 212 instruments, and what came on it from nobody that is known.
    package struct Line: Equatable, Sendable {
        /// `listen 0.0.0.0:7212`
        package var line: String
        package var frames: Int
        package var defects: Int
        package var bytes: Int
        package var lastError: String?

        package init(line: String, frames: Int, defects: Int, bytes: Int, lastError: String?) {
            self.line = line
            self.frames = frames
            self.defects = defects
            self.bytes = bytes
            self.lastError = lastError
        }
    }

    /// A topic below the gateway's base that a broker refuses.
    package struct RefusedTopic: Equatable, Sendable {
        package var topic: String
        package var reason: String

        package init(topic: String, reason: String) {
            self.topic = topic
            self.reason = reason
        }
    }

    package struct Uplink: Equatable, Sendable {
        package var id: String
        package var isConnected: Bool
        /// Records not acknowledged yet.
        package var owed: Int
        package var inFlight: Int
        package var acknowledged: Int
        /// Publishes of records that the broker has refused since the start.
        package var refused: Int
        /// Owed records that the broker does not take and that are left alone for a while.
        package var setAside: Int
        /// Where a retained fact such as the active alarms cannot be published at present.
        package var unpublished: [RefusedTopic]
        /// Where the uplink wants to listen and does not hear anything.
        package var unsubscribed: [RefusedTopic]
        /// Answers to commands that were lost since the uplink was started: too many waited, or they were refused.
        package var answersLost: Int
        /// Of MQTT, `5` or `3.1.1`, as it is spoken or was last; nil: never connected.
        package var version: String?
        package var lastError: String?

        package init(
            id: String, isConnected: Bool, version: String?, owed: Int, inFlight: Int, acknowledged: Int,
            refused: Int, setAside: Int, unpublished: [RefusedTopic], unsubscribed: [RefusedTopic], answersLost: Int,
            lastError: String?
        ) {
            self.id = id
            self.isConnected = isConnected
            self.version = version
            self.refused = refused
            self.setAside = setAside
            self.unpublished = unpublished
            self.unsubscribed = unsubscribed
            self.answersLost = answersLost
            self.owed = owed
            self.inFlight = inFlight
            self.acknowledged = acknowledged
            self.lastError = lastError
        }
    }

    /// What HJ 212 instruments sent late.
    package struct Intake: Equatable, Sendable {
        /// Realtime uploads that were minutes old when they came.
        package var delayedUploads: Int
        /// Means of periods that were closed already, or are not ours.
        package var unusedStatements: Int
        /// Records of periods that had closed without numbers, which an instrument delivered later.
        package var backfilledRecords: Int
    }

    /// A heavy-pollution response in force.
    package struct Response: Equatable, Sendable {
        package var level: String
        package var until: WallInstant
        /// The order's number, or who gave it.
        package var source: String
    }

    package struct Journal: Equatable, Sendable {
        /// The last sequence number that is on disk.
        package var head: Int64
        package var pending: Int
        package var dropped: Int
        package var lastError: String?

        package init(head: Int64, pending: Int, dropped: Int, lastError: String?) {
            self.head = head
            self.pending = pending
            self.dropped = dropped
            self.lastError = lastError
        }
    }

    package var gateway: String
    package var version: String
    package var since: WallInstant
    package var at: WallInstant
    /// `at` on the plant's clock.
    package var civil: CivilTime
    package var isClockSynchronised: Bool
    package var memoryBytes: Int
    package var journal: Journal
    package var intake: Intake
    package var uplinks: [Uplink]
    package var sources: [Source]
    package var lines: [Line] = []
    package var outlets: [Outlet]
    package var alarms: [AlarmReport]
    /// Alarms that are not told because of a mark.
    package var heldAlarms: Int
    package var response: Response?

    package init(
        gateway: String, version: String, since: WallInstant, at: WallInstant, civil: CivilTime,
        isClockSynchronised: Bool, memoryBytes: Int, journal: Journal, intake: Intake, uplinks: [Uplink],
        sources: [Source], outlets: [Outlet], alarms: [AlarmReport], heldAlarms: Int, response: Response? = nil
    ) {
        self.gateway = gateway
        self.version = version
        self.since = since
        self.at = at
        self.civil = civil
        self.isClockSynchronised = isClockSynchronised
        self.memoryBytes = memoryBytes
        self.journal = journal
        self.intake = intake
        self.uplinks = uplinks
        self.sources = sources
        self.outlets = outlets
        self.alarms = alarms
        self.heldAlarms = heldAlarms
        self.response = response
    }
}
