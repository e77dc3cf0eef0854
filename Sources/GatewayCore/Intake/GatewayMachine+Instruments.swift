import Alarms
import Emissions
package import Protocol
package import Telemetry

/// What HJ 212 instruments send.
extension GatewayMachine {
    /// A batch analyser's data may be older than its cycle by this: the measurement takes time too.
    private static let longestMeasurement = Duration.seconds(900)
    /// A DataTime that lies this far before the sending is that of the sample, not of the upload.
    private static let shortestMeasurement = Duration.seconds(60)
    /// A time of sampling before this is none.
    private static let oldestSample = Duration.seconds(31 * 86_400)

    /// An upload on its way: what it says, whose it is, what its codes mean.
    struct Intake {
        let upload: HJ212Upload
        let instrument: Int
        /// By factor of the upload.
        let matches: [CodeBook.Match]
        let now: Moment

        /// `011 (w01018)`
        func name(_ index: Int) -> String {
            CodeText.text(upload.factors[index].code, mapped: matches[index].mapped)
        }
    }

    /// An instrument has uploaded data.
    package mutating func received(
        instrument: Int, _ upload: HJ212Upload, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        var actions: [Action] = []
        let wall = periodTime(at: now, wall)
        let moment = Moment(wall: wall, uptime: now)
        let upload = completed(upload, of: instrument)
        if upload.factors.contains(where: \.isUsable) {
            tell(instruments[instrument].source.good(at: moment, desk: &alarms.desk), at: wall, to: &actions)
        } else if let flag = upload.factors.first(where: \.hasNumber)?.flag {
            instruments[instrument].source.failed(because: flag.words)
        }
        hearClock(of: instrument, upload, at: moment)
        takePulse(instrument: instrument, upload, at: moment, to: &actions)
        let intake = Intake(
            upload: upload, instrument: instrument, matches: instruments[instrument].codes.matches(upload.factors),
            now: moment)
        noteCodes(intake)
        switch upload.kind {
        case .realtime: takeRealtime(intake, to: &actions)
        case .minute: takeStatements(intake, .minutes(configuration.gateway.minuteInterval), to: &actions)
        case .hour: takeStatements(intake, .hour, to: &actions)
        case .day: takeStatements(intake, .day, to: &actions)
        }
        return actions
    }

    /// A good frame came from an instrument, whatever it holds. It is journalled as it is if that is configured: to be
    /// published, or as evidence.
    package func receivedFrame(instrument: Int, bytes: [UInt8], wall: WallInstant) -> [Action] {
        let configuration = configuration.instruments[instrument]
        guard configuration.passThrough || configuration.keepsFrames else { return [] }
        return [
            .journal(
                Record(
                    kind: configuration.passThrough ? .frame : .evidence, place: .device(configuration.id), at: wall,
                    dataTime: calendar.zone.civilTime(at: wall), content: .frame(bytes)))
        ]
    }

    /// A good frame came from an instrument; what it holds is told next, if it is of use.
    package mutating func heard(_ command: CommandCode?, from instrument: Int, at now: Uptime) {
        instruments[instrument].voice.heard(command, at: now)
    }

    /// An instrument sent something that carries no measurements.
    package mutating func receivedCommand(_ command: CommandCode, instrument: Int, wall: WallInstant) {
        let cause = instruments[instrument].remarks.note(command: command, at: wall)
        if let reason = instruments[instrument].remarks[cause] {
            instruments[instrument].voice.wasUseless(because: reason)
        }
    }

    /// An instrument sent data again that were taken before.
    package mutating func receivedAgain(_ command: CommandCode, instrument: Int) {
        instruments[instrument].voice.wasUseless(because: .repeated(command))
    }

    /// Why nothing usable comes from an instrument; nil where that is not known. Of one whose data are used it says nothing.
    package func reasonOfSilence(ofInstrument instrument: Int, at now: Uptime) -> BilingualText? {
        // Who sends once a minute is not mute.
        instruments[instrument].voice.reason(at: now, patience: configuration.alarms.instrumentGap * 2)
    }

    /// What is odd about the data of an instrument.
    package func remarks(ofInstrument instrument: Int, at wall: WallInstant) -> [IntakeRemark] {
        instruments[instrument].remarks.shown(at: wall)
    }

    /// What was found odd about them since the last call.
    package mutating func takeNewRemarks(ofInstrument instrument: Int) -> [IntakeRemark] {
        instruments[instrument].remarks.takeNews()
    }

    // MARK: Clock and codes

    /// `upload` with those of its extra numbers as factors that something wants, or that are all that is said of a code.
    private mutating func completed(_ upload: HJ212Upload, of instrument: Int) -> HJ212Upload {
        guard upload.kind == .realtime, !upload.extras.isEmpty else { return upload }
        let measured = Set(upload.factors.filter(\.hasNumber).map { $0.code + "-" })
        var upload = upload
        upload.factors += upload.extras.filter { extra in
            !instruments[instrument].codes.match(extra.code).wanted.isEmpty
                || !measured.contains(where: extra.code.hasPrefix)
        }
        return upload
    }

    /// Compares the instrument's clock with ours.
    private mutating func hearClock(of instrument: Int, _ upload: HJ212Upload, at now: Moment) {
        let allowed = configuration.instruments[instrument].drift
        let before = instruments[instrument].clock.correction
        let ours = calendar.zone.civilTime(at: now.wall).localMilliseconds
        if let sent = upload.qnTime {
            let offset = Duration.milliseconds(sent.localMilliseconds - ours)
            instruments[instrument].clock.heard(offset, allowed: allowed, at: now.uptime)
        } else if upload.kind == .realtime, let taken = upload.dataTime {
            // Data may be old, but not of the future. What is always as old is of a slow clock, or a result of a batch
            // analyser.
            let offset = Duration.milliseconds(taken.localMilliseconds - ours)
            guard offset >= .zero - allowed || !isBatchAnalyser(instrument) else { return }
            instruments[instrument].clock.heard(offset, allowed: allowed, at: now.uptime)
        } else {
            return
        }
        switch instruments[instrument].clock.verdict {
        case .right: instruments[instrument].remarks.end(.clock)
        case .off(let offset):
            if before == .zero { instruments[instrument].remarks.endWhatDependsOnClock() }
            instruments[instrument].remarks.note(.clock, at: now.wall) { .clock(offset) }
        case .unknown: break
        }
    }

    private func isBatchAnalyser(_ instrument: Int) -> Bool {
        instruments[instrument].routes.values.joined().contains { route in
            !route.isMeter && configuration.outlets[route.outlet].factors[route.factor].cycle != nil
        }
    }

    /// Notes which codes nothing wants, and which are taken for what they are in the other edition.
    private mutating func noteCodes(_ intake: Intake) {
        let (instrument, wall) = (intake.instrument, intake.now.wall)
        var unwanted: [(code: String, mapped: String?)] = []
        for (index, match) in intake.matches.enumerated() {
            let code = intake.upload.factors[index].code
            if match.wanted.isEmpty {
                guard intake.upload.factors[index].hasNumber else { continue }
                guard let other = match.mapped, instruments[instrument].codes.wants(other) else {
                    unwanted.append((code, match.mapped))
                    continue
                }
                instruments[instrument].remarks.note(.doubled(code: other), at: wall) { .doubled(code, of: other) }
            } else if let other = match.mapped, let wanted = match.wanted.first,
                intake.upload.factors[index].hasNumber
            {
                instruments[instrument].remarks.note(.translated(code: wanted), at: wall) {
                    .translated(code, to: other, units: FactorTable.unitsThatDiffer(legacyCode: code))
                }
            }
        }
        guard !unwanted.isEmpty else { return }
        instruments[instrument].remarks.note(
            unwanted: unwanted, wanted: instruments[instrument].codes.codes, at: wall)
        guard let reason = instruments[instrument].remarks[.codes] else { return }
        instruments[instrument].voice.wasUseless(because: reason)
        // What is wanted and does not come is probably among what is not wanted.
        let sent = Set(intake.matches.flatMap(\.wanted))
        for (code, routes) in instruments[instrument].routes where !sent.contains(code) {
            for route in routes { instruments[instrument].source.failed(because: reason, route) }
        }
    }

    func routes(_ intake: Intake, _ index: Int) -> [SourceMachine.Route] {
        intake.matches[index].wanted.flatMap { instruments[intake.instrument].routes[$0] ?? [] }
    }

    /// Notes that data of some routes are not used.
    mutating func refuse(
        _ routes: [SourceMachine.Route], for cause: IntakeCause, _ intake: Intake, text: () -> BilingualText
    ) {
        instruments[intake.instrument].remarks.note(cause, at: intake.now.wall, text: text)
        guard let reason = instruments[intake.instrument].remarks[cause] else { return }
        wasUseless(routes, because: reason, intake)
    }

    /// What came for some routes is of no use for this reason.
    mutating func wasUseless(_ routes: [SourceMachine.Route], because reason: BilingualText, _ intake: Intake) {
        instruments[intake.instrument].voice.wasUseless(because: reason)
        for route in routes { instruments[intake.instrument].source.failed(because: reason, route) }
    }

    mutating func good(_ route: SourceMachine.Route, _ intake: Intake, to actions: inout [Action]) {
        instruments[intake.instrument].voice.wasUsed()
        tell(
            instruments[intake.instrument].source.good(route, at: intake.now, desk: &alarms.desk),
            at: intake.now.wall, to: &actions)
    }

    // MARK: Realtime data

    private mutating func takeRealtime(_ intake: Intake, to actions: inout [Action]) {
        let age = age(intake)
        let allowed = configuration.instruments[intake.instrument].realtimeAge
        if age <= allowed { takePower(intake, to: &actions) }
        var old: [(index: Int, route: SourceMachine.Route)] = []
        for index in intake.upload.factors.indices {
            for route in routes(intake, index) {
                let cycle =
                    route.isMeter ? nil : configuration.outlets[route.outlet].factors[route.factor].cycle
                if age > max(allowed, cycle.map { $0 + Self.longestMeasurement } ?? .zero) {
                    old.append((index, route))
                } else {
                    take(intake, index, route, age: age, isBatch: cycle != nil, to: &actions)
                }
            }
        }
        guard age > allowed else { return }
        delayedUploads += old.isEmpty ? 0 : 1
        guard !old.isEmpty, let dataTime = intake.upload.dataTime else { return }
        let names = names(intake, old.map(\.index))
        refuse(old.map(\.route), for: .oldRealtime, intake) {
            .oldRealtime(names, dataTime: dataTime, age: age, allowed: allowed)
        }
    }

    /// How old present values were when they were sent.
    ///
    /// DataTime and QN come from the instrument's own clock, so their distance is an age even when that clock is wrong.
    /// Without a QN the distance from our clock is one, beyond what that clock may be off.
    private mutating func age(_ intake: Intake) -> Duration {
        guard configuration.instruments[intake.instrument].station == nil else { return .zero }
        let drift = configuration.instruments[intake.instrument].drift
        guard let dataTime = intake.upload.dataTime else {
            note(.unreadableTime, intake) { .unreadableTime }
            return .zero
        }
        if let age = intake.upload.age {
            if age < .zero - drift { note(.futureTime, intake) { .futureTime(dataTime) } }
            return max(age, .zero)
        }
        let taken = calendar.zone.instant(of: dataTime) - instruments[intake.instrument].clock.correction
        let age = intake.now.wall - taken
        return age > drift ? age : .zero
    }

    private mutating func note(_ cause: IntakeCause, _ intake: Intake, text: () -> BilingualText) {
        instruments[intake.instrument].remarks.note(cause, at: intake.now.wall, text: text)
    }

    func names(_ intake: Intake, _ indices: [Int]) -> [String] {
        var names: [String] = []
        for index in indices where !names.contains(intake.name(index)) { names.append(intake.name(index)) }
        return names
    }

    mutating func take(
        _ intake: Intake, _ index: Int, _ route: SourceMachine.Route, age: Duration, isBatch: Bool,
        to actions: inout [Action]
    ) {
        let factor = intake.upload.factors[index]
        let reading = admit(factor.reading, route, at: intake.now, to: &actions)
        if let failure = reading.failure {
            instruments[intake.instrument].source.failed(failure, route)
            if factor.rtd == nil { noteWithoutNumber(intake, index, route) }
        }
        var sample = FactorSample(
            reading, at: intake.now.wall - age, flagIsAssumed: factor.flag == nil, stated: identity(intake))
        if isBatch { stamp(&sample, intake, index, route, age: age) }
        guard sample.reading.value != nil else { return take(sample, route: route, at: intake.now, to: &actions) }
        let code = configuration.outlets[route.outlet].factors[route.factor].code
        // The readings of a meter are told apart by what they have counted.
        if !route.isMeter, let stated = sample.stated {
            let verdict = outlets[route.outlet].verdict(sample, factor: route.factor)
            if verdict == .contradiction {
                refuse([], for: .contradiction(code: code), intake) { .contradiction(intake.name(index), stated.civil) }
            } else if verdict.isNew, stated.isOfSample,
                outlets[route.outlet].isTooLate(sample.at, factor: route.factor)
            {
                refuse([route], for: .lateResult(code: code), intake) { .lateResult(intake.name(index), stated.civil) }
            }
        }
        if sample.reading.isUsable {
            good(route, intake, to: &actions)
        } else {
            wasUseless([route], because: .unusable(intake.name(index), sample.reading.flag), intake)
        }
        take(sample, route: route, at: intake.now, to: &actions)
    }

    private mutating func noteWithoutNumber(_ intake: Intake, _ index: Int, _ route: SourceMachine.Route) {
        let (factor, name) = (intake.upload.factors[index], intake.name(index))
        if let flag = factor.flag, flag != .normal { return wasUseless([route], because: .flagged(name, flag), intake) }
        guard route.isMeter || !outlets[route.outlet].isMeasured(factor: route.factor, at: intake.now.uptime) else {
            return
        }
        let code = configuration.outlets[route.outlet].factors[route.factor].code
        refuse([route], for: .withoutNumber(code: code), intake) { .withoutNumber(name, code: factor.code) }
    }

    /// The time that names the data of an upload. What a station answers is of the moment, whatever its clock shows.
    private func identity(_ intake: Intake) -> StatedTime? {
        guard configuration.instruments[intake.instrument].station == nil else { return nil }
        return intake.upload.dataTime.map { StatedTime(civil: $0) }
    }

    /// Gives the result of a batch analyser the time of its sample, where the instrument tells it.
    ///
    /// That time is what names the result, as it is stated. Its instant is the same on our clock as long as the
    /// instrument's clock counts as right, and is corrected by what that clock is off otherwise.
    private mutating func stamp(
        _ sample: inout FactorSample, _ intake: Intake, _ index: Int, _ route: SourceMachine.Route, age: Duration
    ) {
        let factor = intake.upload.factors[index]
        let fallback = age >= Self.shortestMeasurement ? intake.upload.dataTime : nil
        guard let sampled = factor.sampleTime ?? fallback else { return }
        let clock = instruments[intake.instrument].clock
        let instant = calendar.zone.instant(of: sampled) - clock.correction
        let told = intake.upload.qnTime ?? intake.upload.dataTime
        let arrived = told.map { calendar.zone.instant(of: $0) - clock.correction } ?? intake.now.wall
        let allowed = configuration.instruments[intake.instrument].drift
        let stated = StatedTime(
            civil: sampled, isOfSample: true, correction: clock.correction, isClockKnown: clock.isKnown)
        guard instant <= arrived + allowed, arrived - instant <= Self.oldestSample else {
            var known = sample
            known.stated = stated
            // The clock may have been set since the result came for the first time.
            if outlets[route.outlet].verdict(known, factor: route.factor) == .known { return sample = known }
            instruments[intake.instrument].remarks.note(
                .oddSampleTime(code: intake.matches[index].wanted.first ?? ""), at: intake.now.wall
            ) { .oddSampleTime(intake.name(index), sampled) }
            return
        }
        sample.at = instant
        sample.stated = stated
    }
}

extension GatewayConfiguration {
    /// The codes under which factors and meters want the data of an instrument.
    func codes(ofInstrument instrument: Int) -> [String] {
        let factors = outlets.flatMap(\.factors).flatMap { [$0.source, $0.meter?.source].compactMap(\.self) }
        let meters = power.meters.flatMap { [$0.source, $0.voltage].compactMap(\.self) }
        return (factors + meters).compactMap { source in
            guard case .instrument(instrument, let code) = source else { return nil }
            return code
        }
    }
}

extension FactorTable {
    /// The units of a factor of 2005 and of what is recorded, where they differ.
    static func unitsThatDiffer(legacyCode: String) -> (received: String, recorded: String)? {
        guard let entry = entry(legacyCode: legacyCode), let old = entry.form2005?.unit, let unit = entry.unit,
            old != unit
        else { return nil }
        return (old, unit)
    }
}
