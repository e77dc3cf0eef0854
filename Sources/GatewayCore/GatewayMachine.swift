import Alarms
import Emissions
package import Protocol
package import Telemetry

/// The gateway's mind: polls, frames and the time go in; records to journal and the set of active alarms come out.
///
/// It has no clock, thread or file, so a day of a plant replays in seconds. Whoever owns it calls one method at a time.
package struct GatewayMachine: Sendable {
    /// What the program must do, in this order.
    package enum Action: Equatable, Sendable {
        /// Journal the record; after that every uplink may send it.
        case journal(Record)
        /// The same, and keep with it what the outlet continues with after a restart: ``unfinishedPeriods(of:)``.
        case close(Record, outlet: Int)
        /// Publish the active alarms anew.
        case publishAlarms
    }

    /// A clock step larger than this is an audited event.
    private static let auditedStep = Duration.seconds(1)
    /// Work that hangs on the wall clock is looked at no less often than this, so that a clock step is seen soon.
    private static let longestSleep = Duration.seconds(1)

    package let configuration: GatewayConfiguration
    let calendar: PeriodCalendar
    var zone: ZoneRules { calendar.zone }
    var outlets: [OutletMachine]
    /// By bus and device.
    var devices: [[DeviceState]]
    var instruments: [InstrumentState]
    var uplinks: [PlacedSilence]
    var alarms: GatewayAlarms
    var power: PowerAlarms
    var parameters: ParameterAlarms
    var health: HealthAlarms
    private(set) var nextRealtime: WallInstant
    var lastSeen: (wall: WallInstant, now: Uptime)
    /// The time that records of periods and present values are made by.
    var clock = PeriodClock()
    var unusedStatements = 0
    var backfilledRecords = 0
    var delayedUploads = 0

    struct DeviceState: Sendable {
        var source: SourceMachine
        /// By register; empty for registers no outlet uses.
        var routes: [[SourceMachine.Route]]
        /// How the device's raw records name its registers; nil when it makes none.
        var raw: [RawRegister]?
        /// The registers that tell the condition of an outlet's plant.
        var marks: [(register: Int, outlet: Int)] = []
        /// By register with results of a batch analyser: the register that changes with each of them.
        var timers: [Int: Int] = [:]
        /// Registers that tell of the device and its plant, and bring no data; none where it has no others.
        var statusRegisters: Set<Int> = []
        /// Whether it feeds batch analysers alone, which have nothing to say between two results.
        var isBatchAnalyser = false
        /// What shows that the device still measures, and its register.
        var pulse: (register: Int, watch: PulseWatch)?
    }

    struct InstrumentState: Sendable {
        var source: SourceMachine
        var routes: [String: [SourceMachine.Route]] = [:]
        /// The lengths of period whose means it has stated so far.
        var stated: Set<RecordKind> = []
        /// Of its data's own time.
        var pulse: PulseWatch?
        var codes = CodeBook([])
        var clock = InstrumentClock()
        var remarks = IntakeRemarks()
        var voice = InstrumentVoice()
    }

    /// `pace`: how long windows wait for what may still come. `alarmState`: ``alarmState`` of an earlier run.
    package init(
        configuration: GatewayConfiguration, zone: ZoneRules, at now: Uptime, wall: WallInstant,
        pace: WindowPace = .live, alarmState: String = ""
    ) {
        var alarms = GatewayAlarms(configuration, zone: zone, state: alarmState)
        self.configuration = configuration
        calendar = PeriodCalendar(zone: zone)
        lastSeen = (wall, now)
        nextRealtime = Self.gridPoint(after: wall, interval: configuration.gateway.realtimeInterval)
        uplinks = configuration.uplinks.map { uplink in
            PlacedSilence(
                silence: .uplink(gap: configuration.alarms.uplinkGap, at: now),
                place: alarms.add(AlarmSubject(.uplinkDown, source: uplink.id), recordedAt: .gateway))
        }
        health = HealthAlarms(configuration, at: now, alarms: &alarms)
        let gap = configuration.alarms.instrumentGap
        devices = configuration.buses.enumerated().map { number, bus in
            bus.devices.enumerated().map { index, device in
                // A replay does not know of polls that brought no result.
                let patience =
                    pace == .replay
                    ? configuration.batchPatience { $0.isRegister(ofBus: number, device: index) } : nil
                let gap = patience ?? max(gap, device.poll * 3)
                var state = DeviceState(
                    device, source: SourceMachine(id: device.id, gap: gap, at: now, alarms: &alarms))
                state.pulse = device.heartbeat.map {
                    (register: $0.register, watch: PulseWatch(device.id, cycle: $0.cycle, at: now, alarms: &alarms))
                }
                return state
            }
        }
        instruments = configuration.instruments.enumerated().map { index, instrument in
            let patience = configuration.batchPatience { $0.isInstrument(index) }
            var state = InstrumentState(
                source: SourceMachine(
                    id: instrument.id, gap: patience ?? gap, sends: patience == nil, at: now, alarms: &alarms))
            let cycle = configuration.dataCycle(ofInstrument: index)
            state.pulse = PulseWatch(instrument.id, cycle: cycle, at: now, alarms: &alarms)
            state.codes = CodeBook(configuration.codes(ofInstrument: index))
            return state
        }
        outlets = []
        power = PowerAlarms(configuration, zone: zone, alarms: &alarms)
        parameters = ParameterAlarms(configuration, alarms: &alarms)
        self.alarms = alarms
        for (index, outlet) in configuration.outlets.enumerated() {
            let factors = outlet.factors.map {
                FactorMachine(configuration: $0, staleAfter: Self.staleAfter($0, configuration))
            }
            outlets.append(
                OutletMachine(
                    outlet, configuration, factors: factors, calendar: calendar, pace: pace, alarms: &self.alarms))
            for (factor, entry) in outlet.factors.enumerated() {
                connect(entry.source, .init(outlet: index, factor: factor), code: entry.code, cycle: entry.cycle)
                guard let meter = entry.meter?.source else { continue }
                connect(meter, .init(outlet: index, factor: factor, isMeter: true), code: entry.meterCode)
            }
            if case .register(let bus, let device, let register)? = outlet.plantMark?.source {
                devices[bus][device].marks.append((register, index))
            }
        }
        learnStatusRegisters()
    }

    /// `code`: what the readings are called.
    private mutating func connect(
        _ source: FactorSource, _ route: SourceMachine.Route, code: String, cycle: Duration? = nil
    ) {
        let gap = configuration.alarms.instrumentGap
        switch source {
        case .register(let bus, let device, let register):
            let place = silencePlace(of: code, from: sourceID(bus, device), outlet: route.outlet)
            let route = devices[bus][device].source.addRoute(route, place: place, cycle: cycle, gap: gap)
            devices[bus][device].routes[register].append(route)
            guard !route.isMeter else { return }
            outlets[route.outlet].watchSilence(at: [devices[bus][device].source.place, place], factor: route.factor)
        case .instrument(let instrument, let sent):
            let place = silencePlace(of: code, from: instruments[instrument].source.id, outlet: route.outlet)
            let route = instruments[instrument].source.addRoute(route, place: place, cycle: cycle, gap: gap)
            instruments[instrument].routes[sent, default: []].append(route)
            guard !route.isMeter else { return }
            outlets[route.outlet].watchSilence(at: [instruments[instrument].source.place, place], factor: route.factor)
        case .computed: break
        }
    }

    /// The place of the alarm that one factor of a source is silent. It is recorded with the outlet.
    private mutating func silencePlace(of code: String, from source: String, outlet: Int) -> Int {
        let identity = outlets[outlet].identity
        let subject = AlarmSubject(.silence, source: source, factor: code)
        // A source may feed the same factor of a second outlet.
        let isTaken = alarms.has(subject)
        return alarms.add(
            isTaken ? AlarmSubject(.silence, source: source, factor: code, part: identity.id) : subject,
            recordedAt: .outlet(identity))
    }

    /// A value stays present for three polls, or as long as an instrument may be silent, and at least one interval.
    private static func staleAfter(_ factor: FactorConfiguration, _ configuration: GatewayConfiguration) -> Duration {
        let interval = configuration.gateway.realtimeInterval
        switch factor.source {
        case .register(let bus, let device, _): return max(interval, configuration.buses[bus].devices[device].poll * 3)
        case .instrument, .computed: return max(interval, configuration.alarms.instrumentGap)
        }
    }

    private static func gridPoint(after wall: WallInstant, interval: Duration) -> WallInstant {
        let step = interval.wholeMilliseconds
        return WallInstant(millisecondsSince1970: (wall.millisecondsSince1970.flooredQuotient(step) + 1) * step)
    }

    // MARK: Samples

    /// One poll of a device is through: one reading for each of its registers.
    package mutating func polled(bus: Int, _ result: PollResult, at now: Uptime, wall: WallInstant) -> [Action] {
        var actions: [Action] = []
        let wall = periodTime(at: now, wall)
        var result = result
        if clock.lead != .zero { result.at = clock.time(of: result.at, present: wall) }
        let device = result.device
        if !result.answers.isEmpty { actions.append(.journal(evidence(bus: bus, result))) }
        if let registers = devices[bus][device].raw {
            actions.append(.journal(rawRecord(bus: bus, result, registers: registers)))
        }
        let moment = Moment(wall: wall, uptime: now)
        if hasData(result, bus: bus) {
            tell(devices[bus][device].source.good(at: moment, desk: &alarms.desk), at: wall, to: &actions)
        } else {
            noteWithoutData(result, bus: bus)
        }
        takePulse(bus: bus, result, at: moment, to: &actions)
        for (register, outlet) in devices[bus][device].marks {
            takeMark(result.readings[register], outlet: outlet, at: result.at)
        }
        for (register, reading) in result.readings.enumerated() {
            for route in devices[bus][device].routes[register] {
                let reading = admit(reading, route, at: moment, to: &actions)
                if let failure = reading.failure {
                    devices[bus][device].source.failed(
                        failure, route, reason: result.failure(of: register)?.reason)
                }
                if reading.isUsable {
                    tell(
                        devices[bus][device].source.good(route, at: moment, desk: &alarms.desk), at: wall, to: &actions)
                } else if reading.value != nil {
                    devices[bus][device].source.failed(because: reading.flag.words, route)
                }
                var sample = FactorSample(reading, at: result.at)
                sample.register = devices[bus][device].timers[register].map { .register(result.readings[$0].value) }
                take(sample, route: route, at: moment, to: &actions)
            }
        }
        takePlantReadings(result.readings, bus: bus, device: device, at: moment, to: &actions)
        return actions
    }

    /// The condition of the plant from an instant on.
    mutating func takeMark(_ mark: PlantMark, outlet: Int, at instant: WallInstant) {
        outlets[outlet].mark(mark, at: instant)
    }

    mutating func takeOperatorMark(
        _ statement: OperatorMark.Statement, outlet: Int, factor: Int?, at wall: WallInstant
    ) {
        outlets[outlet].take(statement, factor: factor, at: wall)
    }

    /// The condition of the plant as a register tells it. Without a number the last one stands.
    private mutating func takeMark(_ reading: Reading, outlet: Int, at instant: WallInstant) {
        guard let value = reading.value, let settings = configuration.outlets[outlet].plantMark else { return }
        outlets[outlet].mark(settings.marks[Int(exactly: value) ?? .min] ?? .running, at: instant)
    }

    /// `reading` as it counts for a factor: without its number where that is no measurement.
    mutating func admit(
        _ reading: Reading, _ route: SourceMachine.Route, at now: Moment, to actions: inout [Action]
    ) -> Reading {
        if route.isMeter { return outlets[route.outlet].admittedMeter(reading, factor: route.factor) }
        let (reading, transitions) = outlets[route.outlet].admit(
            reading, factor: route.factor, at: now, desk: &alarms.desk)
        tell(transitions, at: now.wall, to: &actions)
        return reading
    }

    mutating func take(
        _ sample: FactorSample, route: SourceMachine.Route, at now: Moment, to actions: inout [Action]
    ) {
        if route.isMeter {
            return outlets[route.outlet].takeMeter(sample.reading, factor: route.factor, at: sample.at)
        }
        let transitions = outlets[route.outlet].take(sample, factor: route.factor, at: now, alarms: &alarms)
        tell(transitions, at: sample.at, to: &actions)
    }

    func sourceID(_ bus: Int, _ device: Int) -> String { configuration.buses[bus].devices[device].id }

    private func rawRecord(bus: Int, _ result: PollResult, registers: [RawRegister]) -> Record {
        Record(
            kind: .raw, place: .device(sourceID(bus, result.device)), at: result.at,
            dataTime: calendar.zone.civilTime(at: result.at),
            content: .raw(RawReadings(registers: registers, readings: result.readings, digits: result.digits)))
    }

    private func evidence(bus: Int, _ result: PollResult) -> Record {
        let device = configuration.buses[bus].devices[result.device]
        return Record(
            kind: .evidence, place: .device(device.id), at: result.at, dataTime: calendar.zone.civilTime(at: result.at),
            content: .answers(result.answers, unit: device.unit))
    }

    // MARK: Time

    /// Does what is due: records of intervals that are over, gaps, clock steps.
    package mutating func tick(at now: Uptime, wall: WallInstant) -> [Action] {
        var actions: [Action] = []
        noticeClockStep(at: now, wall: wall, to: &actions)
        let wall = periodTime(at: now, wall)
        judgeClockLead(at: Moment(wall: wall, uptime: now), to: &actions)
        endResponse(at: wall, to: &actions)
        makeRealtimeRecords(at: now, wall: wall, to: &actions)
        closePeriods(at: Moment(wall: wall, uptime: now), to: &actions)
        checkGaps(at: now, wall: wall, to: &actions)
        judgePower(at: Moment(wall: wall, uptime: now), isRead: false, to: &actions)
        return actions
    }

    /// When to call ``tick(at:wall:)`` next, at the latest.
    package func nextTick(at now: Uptime, wall: WallInstant) -> Uptime {
        let wall = clock.time(wall)
        var sleep = min(Self.longestSleep, nextRealtime - wall)
        for index in outlets.indices {
            if let close = outlets[index].nextClose { sleep = min(sleep, close - wall) }
        }
        if let end = alarms.levels.nextEnd(after: wall) { sleep = min(sleep, end - wall) }
        if let power = nextPower { sleep = min(sleep, power.uptime - now) }
        return now + max(sleep, .milliseconds(10))
    }

    private mutating func noticeClockStep(at now: Uptime, wall: WallInstant, to actions: inout [Action]) {
        let step = (wall - lastSeen.wall) - (now - lastSeen.now)
        lastSeen = (wall, now)
        guard step > Self.auditedStep || step < .zero - Self.auditedStep else { return }
        actions.append(
            .journal(event("clock-step", [.init("milliseconds", String(step.wholeMilliseconds))], at: wall)))
        clockStepped(by: step, at: Moment(wall: wall, uptime: now), to: &actions)
    }

    /// Takes both clocks and returns the time that periods run by.
    mutating func periodTime(at now: Uptime, _ wall: WallInstant) -> WallInstant {
        let step = clock.show(wall, at: now)
        let time = clock.time(wall)
        if step > PeriodClock.shortStep || step < .zero - PeriodClock.shortStep {
            for index in outlets.indices { outlets[index].clockWasSet(to: time) }
        }
        return time
    }

    private mutating func makeRealtimeRecords(at now: Uptime, wall: WallInstant, to actions: inout [Action]) {
        let interval = configuration.gateway.realtimeInterval
        // After a step back the grid point lies too far ahead; take the next one on the new time.
        if nextRealtime - wall > interval { nextRealtime = Self.gridPoint(after: wall, interval: interval) }
        guard wall >= nextRealtime else { return }
        let instant = Self.gridPoint(after: wall, interval: interval) - interval
        nextRealtime = instant + interval
        for index in outlets.indices {
            actions.append(.journal(outlets[index].realtimeRecord(at: instant, now: now)))
        }
    }

    private mutating func closePeriods(at now: Moment, to actions: inout [Action]) {
        for index in outlets.indices { closePeriods(outlet: index, at: now, to: &actions) }
    }

    /// Closes what is over by `now` at one outlet.
    ///
    /// `isLast`: nothing comes any more.
    mutating func closePeriods(outlet index: Int, at now: Moment, isLast: Bool = false, to actions: inout [Action]) {
        let instruments = instruments
        let wall = now.wall
        let (records, transitions) = outlets[index].advance(
            to: now, isLast: isLast, isTrusted: clock.isTrusted, alarms: &alarms
        ) { instrument, length in
            instruments[instrument].stated.contains(length.recordKind)
        }
        actions += records.dropLast().map { .journal($0) }
        if let last = records.last { actions.append(.close(last, outlet: index)) }
        tell(transitions, at: wall, to: &actions)
        if let last = records.last(where: { $0.at > wall }) {
            actions.append(.journal(aheadEvent(records.filter { $0.at > wall }.count, until: last, at: wall)))
        }
        if let hour = records.last(where: { $0.kind == .hour && $0.at <= wall }) {
            judgeRate(outlet: index, through: hour.at, at: now, to: &actions)
        }
        for change in outlets[index].takeMeterChanges() {
            let details = [
                AuditEvent.Detail("outlet", outlets[index].identity.id), .init("factor", change.code),
                .init("from", "\(change.from)"), .init("to", "\(change.to)"),
            ]
            actions.append(.journal(event("meter-reset", details, at: wall)))
        }
        actions += outlets[index].rateRecords(at: wall, uplinks: configuration.uplinks(carryingHoursOf: index))
            .map { .journal($0) }
    }

    /// Tells that a clock that was ahead had opened periods, and that these are closed.
    private func aheadEvent(_ count: Int, until last: Record, at wall: WallInstant) -> Record {
        let details = [
            AuditEvent.Detail("outlet", last.place.topicSegment), .init("records", String(count)),
            .init("ahead", String((last.at - wall).wholeMilliseconds / 1_000)),
        ]
        return event("periods-ahead", details, at: wall)
    }

    private mutating func checkGaps(at now: Uptime, wall: WallInstant, to actions: inout [Action]) {
        let moment = Moment(wall: wall, uptime: now)
        var transitions: [AlarmTransition] = []
        let outlets = outlets
        func marks(_ route: SourceMachine.Route) -> HoldMarks {
            outlets[route.outlet].instrumentMarks(factor: route.factor, at: wall)
        }
        for bus in devices.indices {
            for device in devices[bus].indices {
                transitions += devices[bus][device].source.check(at: moment, desk: &alarms.desk, marks: marks)
            }
        }
        for index in instruments.indices {
            explainSilence(ofInstrument: index, at: now)
            transitions += instruments[index].source.check(at: moment, desk: &alarms.desk, marks: marks)
        }
        for index in uplinks.indices {
            transitions += uplinks[index].check(at: moment, isHidden: false, desk: &alarms.desk)
        }
        tell(transitions, at: wall, to: &actions)
    }

    // MARK: Restart

    /// The unfinished periods of an outlet (index into the configuration's) as text.
    package func unfinishedPeriods(of outlet: Int) -> String { outlets[outlet].state }

    /// Continues the periods that an earlier run left unfinished; false, and nothing changed, where it is no such text.
    package mutating func restore(_ unfinished: String, outlet: Int) -> Bool { outlets[outlet].restore(unfinished) }

    /// The alarms that are not normal, as text: what an earlier run left is given to the initialiser.
    package var alarmState: String { alarms.desk.stateText }

    /// Ends the alarms that an earlier run left and whose rules the configuration no longer has; to be called once.
    package mutating func closeForgottenAlarms(at now: Uptime, wall: WallInstant) -> [Action] {
        var actions: [Action] = []
        tell(alarms.desk.closeUnclaimed(at: Moment(wall: wall, uptime: now)), at: wall, to: &actions)
        return actions
    }

    /// Somebody takes note of the alarm `id`; nothing when there is none, or it is acknowledged already.
    package mutating func acknowledge(
        alarm idOrNumber: String, by name: String, note: String, at now: Uptime, wall: WallInstant
    ) -> [Action] {
        guard let id = alarms.desk.id(of: idOrNumber) else { return [] }
        let transitions = alarms.desk.acknowledge(
            id, .init(by: name, note: note, at: wall), at: Moment(wall: wall, uptime: now))
        guard !transitions.isEmpty else { return [] }
        var actions: [Action] = []
        let details = [AuditEvent.Detail("id", id), .init("by", name), .init("note", note)]
        actions.append(.journal(event("alarm-acknowledged", details, at: wall)))
        tell(transitions, at: wall, to: &actions)
        return actions
    }

    // MARK: Uplinks and events

    /// Takes how many hour records of each date (`YYYYMMDD`) an uplink has acknowledged, by outlet.
    package mutating func acknowledged(_ counts: [String: [Int: Int]], by uplink: Int) {
        for index in outlets.indices {
            outlets[index].acknowledged(
                counts[outlets[index].identity.id] ?? [:], by: configuration.uplinks[uplink].id)
        }
    }

    /// An uplink has acknowledged something, or is connected and owes nothing.
    package mutating func uplinkIsWell(_ uplink: Int, at now: Uptime, wall: WallInstant) -> [Action] {
        var actions: [Action] = []
        let transitions = uplinks[uplink].good(at: Moment(wall: wall, uptime: now), desk: &alarms.desk)
        tell(transitions, at: wall, to: &actions)
        return actions
    }

    /// A record of something that happened to the gateway itself.
    package func event(_ name: String, _ details: [AuditEvent.Detail], at wall: WallInstant) -> Record {
        Record(
            kind: .audit, place: .gateway, at: wall, dataTime: calendar.zone.civilTime(at: wall),
            content: .event(AuditEvent(name, details)))
    }

    package func activeAlarms(at wall: WallInstant, in language: Language? = nil) -> [AlarmReport] {
        alarms.active(at: wall, in: language)
    }

    /// How many alarms are not told because of a mark.
    package var heldAlarms: Int { alarms.desk.suppressed.count }

    /// The present value of every factor, outlet by outlet, and the rates.
    package func outletStatus(at now: Uptime, wall: WallInstant) -> [StatusReport.Outlet] {
        let today = calendar.zone.civilTime(at: wall)
        return outlets.indices.map { index in
            let uplinks = configuration.uplinks(carryingHoursOf: index)
            let (configuration, outlet) = (configuration.outlets[index], outlets[index])
            return StatusReport.Outlet(
                id: configuration.id, name: configuration.name,
                factors: outlet.presentValues(at: now, wall: wall),
                marks: outlet.marksInForce(at: wall), lateSamples: outlet.lateSamples,
                rates: RateLedger.Span.allCases.map { span in
                    StatusReport.Rates(
                        span: span, rates: outlet.rates.rates(span, today: today),
                        deliveries: uplinks.map { outlet.rates.delivery(span, today, $0) })
                })
        }
    }

    /// What HJ 212 instruments sent and no record could use, since the start.
    package var intakeStatus: StatusReport.Intake {
        .init(
            delayedUploads: delayedUploads, unusedStatements: unusedStatements,
            backfilledRecords: backfilledRecords)
    }

    package func isSilent(bus: Int, device: Int) -> Bool { devices[bus][device].source.isSilent }

    /// Why a silent device brings nothing usable; nil where that is not known, or it is not silent.
    package func reasonOfSilence(bus: Int, device: Int) -> BilingualText? {
        devices[bus][device].source.reasonOfSilence
    }

    package func isSilent(instrument: Int) -> Bool { instruments[instrument].source.isSilent }

    // MARK: Alarms

    /// Records what happened to alarms, and publishes the active ones anew.
    @inline(__always)
    mutating func tell(_ transitions: [AlarmTransition], at wall: WallInstant, to actions: inout [Action]) {
        // Nearly every sample and period changes no alarm.
        if !transitions.isEmpty { record(transitions, at: wall, to: &actions) }
    }

    private func record(_ transitions: [AlarmTransition], at wall: WallInstant, to actions: inout [Action]) {
        actions += transitions.map { .journal(alarms.record(of: $0)) }
        actions.append(.publishAlarms)
    }
}

extension GatewayMachine.DeviceState {
    fileprivate init(_ configuration: DeviceConfiguration, source: SourceMachine) {
        self.init(
            source: source, routes: Array(repeating: [], count: configuration.registers.count),
            raw: configuration.raw ? configuration.registers.map(RawRegister.init) : nil)
        for (timer, register) in configuration.registers.enumerated() {
            for timed in register.timed { timers[timed] = timer }
        }
    }
}

extension SourceMachine {
    fileprivate init(
        id: String, gap: Duration, sends: Bool = false, at now: Uptime, alarms: inout GatewayAlarms
    ) {
        let place = alarms.add(AlarmSubject(.silence, source: id), recordedAt: .device(id))
        self.init(id: id, gap: gap, sends: sends, at: now, place: place)
    }
}

extension OutletMachine {
    fileprivate init(
        _ outlet: OutletConfiguration, _ configuration: GatewayConfiguration, factors: [FactorMachine],
        calendar: PeriodCalendar, pace: WindowPace, alarms: inout GatewayAlarms
    ) {
        let identity = OutletIdentity(id: outlet.id, mn: outlet.mn, st: outlet.st)
        var factors = factors
        for (index, factor) in outlet.factors.enumerated() {
            factors[index].sentinel = SentinelAlarm(factor, of: identity, configuration, alarms: &alarms)
        }
        let plan = OutletPlan(outlet, configuration) { configuration.sampleInterval(of: $0).inSeconds }
        let overrides = configuration.factors
        let formats = plan.channels.enumerated().map { channel, entry in
            let stated = channel < outlet.factors.count ? outlet.factors[channel].decimals : nil
            let decimals = stated ?? overrides.first { $0.code == entry.code }?.decimals
            return RecordFormat(code: entry.code, decimals: decimals, rule: configuration.gateway.rounding)
        }
        let units = plan.channels.map { channel in
            RecordUnits(channel, stated: overrides.first { $0.code == channel.code }?.unit)
        }
        let rules = OutletAlarms(
            outlet, plan: plan, formats: formats, units: units,
            sources: outlet.factors.map { configuration.id(of: $0.source) }, calendar: calendar,
            judgesUpkeep: pace != .replay, alarms: &alarms)
        self.init(
            configuration: outlet, factors: factors, formats: formats, rules: rules,
            windows: OutletWindows(
                calendar: calendar, minuteInterval: configuration.gateway.minuteInterval, plan: plan, pace: pace,
                hourCloseDelay: outlet.hourCloseDelay), pace: pace)
    }
}

extension RawRegister {
    fileprivate init(_ register: RegisterConfiguration) {
        self.init(name: register.name, isSinglePrecision: register.field.type == .float32)
    }
}
