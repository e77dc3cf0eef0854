package import Protocol
package import Telemetry

/// Decides what one bus does next: which device is read, when the line is opened, when it rests.
///
/// The bus thread asks ``next(at:wall:)``, does what it is told and reports the outcome. Every due slot of every device
/// ends in a ``PollResult``, good or bad.
package struct BusMachine: Sendable {
    package enum Step: Equatable, Sendable {
        /// Open the line anew, closing what is open, and report ``connected()`` or ``connectFailed(at:)``.
        case connect
        /// Read, and report ``completed(_:at:wall:)`` or ``failed(_:at:wall:)``.
        case read(unit: UInt8, ReadRequest)
        /// Hand the result on.
        case deliver(PollResult)
        /// Nothing to do before this moment.
        case wait(until: Uptime)
    }

    private let configuration: BusConfiguration
    private var devices: [DevicePoll]
    private var isOpen = false
    private var reconnectAt = Uptime.zero
    private var reconnects: Backoff
    /// The device whose request is on the line.
    private var current: Int?
    private var result: PollResult?
    /// No request before this moment: the pause between two requests.
    private var idleUntil = Uptime.zero

    /// Nothing happens before `now`. `seed` spreads the reconnects of many gateways.
    package init(_ configuration: BusConfiguration, at now: Uptime, seed: UInt64) {
        self.configuration = configuration
        reconnects = Backoff(first: .milliseconds(250), limit: .seconds(5), seed: seed)
        devices = configuration.devices.enumerated().map {
            DevicePoll($1, bus: configuration, at: now, seed: seed &+ UInt64($0))
        }
    }

    /// Good polls, failed polls, missed slots and the last failure of each device.
    package var statistics: [(good: Int, failed: Int, missed: Int, lastFailure: ReadFailure?)] {
        devices.map {
            ($0.statistics.good, $0.statistics.failed, $0.statistics.missed, $0.statistics.lastFailure)
        }
    }

    package mutating func next(at now: Uptime, wall: WallInstant) -> Step {
        if let result {
            self.result = nil
            return .deliver(result)
        }
        guard let device = devices.indices.min(by: { devices[$0].readyAt < devices[$1].readyAt }) else {
            return .wait(until: .never)
        }
        let ready = max(devices[device].readyAt, idleUntil)
        guard ready <= now else { return .wait(until: ready) }
        if !devices[device].isPolling, !devices[device].begin(at: now) {
            return .deliver(devices[device].skip(at: wall, device: device))
        }
        guard isOpen else {
            if now >= reconnectAt {
                current = device
                return .connect
            }
            return .deliver(
                devices[device].fail(.notConnected, countsAgainstDevice: false, at: now, wall: wall, device: device))
        }
        guard let request = devices[device].request else {
            return .deliver(devices[device].finish(at: wall, device: device))
        }
        current = device
        return .read(unit: devices[device].configuration.unit, request)
    }

    // MARK: Outcomes

    package mutating func connected() {
        isOpen = true
        reconnects.reset()
    }

    /// The line could not be opened: the device that wanted it has failed, the others fail in their own slots.
    package mutating func connectFailed(at now: Uptime, wall: WallInstant) {
        reconnectAt = now + reconnects.next()
        giveUp(.notConnected, countsAgainstDevice: false, at: now, wall: wall)
    }

    package mutating func completed(_ words: [UInt16], at now: Uptime, wall: WallInstant) {
        guard let device = current else { return }
        idleUntil = now + configuration.requestGap
        if devices[device].take(words, retries: configuration.retries) {
            result = devices[device].finish(at: wall, device: device)
        }
    }

    package mutating func failed(_ failure: ReadFailure, at now: Uptime, wall: WallInstant) {
        guard let device = current else { return }
        idleUntil = now + configuration.requestGap
        switch failure {
        case .exception(let code):
            if devices[device].refused(code: code) { result = devices[device].finish(at: wall, device: device) }
        case .timeout, .badReply:
            distrustLateAnswers(from: device, at: now, isForeign: failure == .badReply)
            if !devices[device].retry() { giveUp(failure, countsAgainstDevice: true, at: now, wall: wall) }
        case .notConnected, .notANumber, .noData:
            isOpen = false
            reconnectAt = now + reconnects.next()
            giveUp(.notConnected, countsAgainstDevice: false, at: now, wall: wall)
        }
    }

    /// A late answer may still come and must not be taken for the next one. Over TCP a fresh connection sees to that. On a
    /// serial line the unit rests for another timeout; after a foreign answer, whose sender is unknown, the whole line.
    private mutating func distrustLateAnswers(from device: Int, at now: Uptime, isForeign: Bool) {
        guard case .serial = configuration.transport else {
            isOpen = false
            reconnectAt = now
            return
        }
        devices[device].rest(until: now + configuration.timeout)
        if isForeign { idleUntil = now + configuration.timeout }
    }

    private mutating func giveUp(
        _ failure: ReadFailure, countsAgainstDevice: Bool, at now: Uptime, wall: WallInstant
    ) {
        guard let device = current else { return }
        current = nil
        result = devices[device].fail(
            failure, countsAgainstDevice: countsAgainstDevice, at: now, wall: wall, device: device)
    }
}
