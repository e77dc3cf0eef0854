import Alarms
import Protocol
import Telemetry

/// Samples that come one by one, from a file instead of a poll or a frame.
extension GatewayMachine {
    /// Does with one sample what a poll or a frame does with each of its readings. Of a batch analyser it may be a repeated
    /// result: nothing tells when it was taken.
    mutating func take(sample: OutletSample, at now: Uptime, wall: WallInstant) -> [Action] {
        var actions: [Action] = []
        let moment = Moment(wall: wall, uptime: now)
        switch sample.content {
        case .reading(let reading, let factor):
            let source = configuration.outlets[sample.outlet].factors[factor].source
            take(
                reading, from: source, .init(outlet: sample.outlet, factor: factor), sampled: sample.at,
                isBetter: sample.isBetter, at: moment, to: &actions)
        case .total(let reading, let factor):
            guard let source = configuration.outlets[sample.outlet].factors[factor].meter?.source else { break }
            take(
                reading, from: source, .init(outlet: sample.outlet, factor: factor, isMeter: true), sampled: sample.at,
                at: moment, to: &actions)
        case .mark(let mark): takeMark(mark, outlet: sample.outlet, at: sample.at)
        case .meter(let reading, let index):
            power.take(reading, meter: index, at: now)
            judgePower(at: moment, isRead: true, to: &actions)
        }
        return actions
    }

    /// `place`: where it goes, whatever its watch.
    private mutating func take(
        _ reading: Reading, from source: FactorSource, _ place: SourceMachine.Route, sampled: WallInstant,
        isBetter: Bool = false, at moment: Moment, to actions: inout [Action]
    ) {
        let (now, wall) = (moment.uptime, moment.wall)
        if !power.isEmpty, power.take(reading, from: source, at: now) {
            judgePower(at: moment, isRead: true, to: &actions)
        }
        func sample(_ counted: Reading) -> FactorSample {
            var sample = FactorSample(counted, at: sampled)
            sample.replaced = isBetter && counted.flag.isGood ? sampled : nil
            return sample
        }
        switch source {
        case .register(let bus, let device, let register):
            let routes = devices[bus][device].routes[register]
            guard let route = routes.first(where: { $0.isSame(as: place) }) else { break }
            let counted = admit(reading, route, at: moment, to: &actions)
            tell(
                devices[bus][device].source.take(counted, route, at: moment, desk: &alarms.desk), at: wall, to: &actions
            )
            take(sample(counted), route: route, at: moment, to: &actions)
        case .instrument(let index, let code):
            let routes = instruments[index].routes[code] ?? []
            guard let route = routes.first(where: { $0.isSame(as: place) }) else { break }
            let counted = admit(reading, route, at: moment, to: &actions)
            tell(instruments[index].source.take(counted, route, at: moment, desk: &alarms.desk), at: wall, to: &actions)
            take(sample(counted), route: route, at: moment, to: &actions)
        case .computed: break
        }
    }

    /// When ``tick(at:wall:)`` has records to make next.
    var nextRecord: WallInstant {
        var next = nextRealtime
        // By index: an outlet is too large to be copied for a look.
        for index in outlets.indices {
            if let close = outlets[index].nextClose { next = min(next, close) }
        }
        if let power = nextPower { next = min(next, power.wall) }
        return next
    }

    /// When ``tick(at:wall:)`` will find that a source has fallen silent, if no data come; nil: never.
    func nextGap(at now: Moment) -> WallInstant? {
        let sources = devices.joined().map(\.source) + instruments.map(\.source)
        return sources.compactMap { $0.nextChange(at: now, desk: alarms.desk) }.min()
    }
}

extension SourceMachine {
    /// A sample of one factor, which may be all that its source sends.
    fileprivate mutating func take(
        _ reading: Reading, _ route: Route, at now: Moment, desk: inout AlarmDesk
    ) -> [AlarmTransition] {
        if reading.isUsable { return good(at: now, desk: &desk) + good(route, at: now, desk: &desk) }
        let reason = reading.failure?.words ?? reading.flag.words
        failed(because: reason)
        failed(because: reason, route)
        return []
    }
}

extension SourceMachine.Route {
    /// Whether both lead to the same place.
    fileprivate func isSame(as other: Self) -> Bool {
        outlet == other.outlet && factor == other.factor && isMeter == other.isMeter
    }
}
