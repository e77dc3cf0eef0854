import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

@Suite struct UplinkMachineTests {
    @Test("a record committed while connected is live and goes at once")
    func live() {
        let uplink = UplinkSimulation(.plain)
        uplink.connect()
        uplink.commit(1)
        uplink.run()
        #expect(uplink.published.map(\.sequence) == [1])
        #expect(uplink.published[0].lane == .live)
    }

    @Test("only an acknowledgement settles a record")
    func acknowledgement() {
        let uplink = UplinkSimulation(.plain)
        uplink.connect()
        uplink.commit(3)
        uplink.run()
        #expect(uplink.machine.ledger.settledThrough == 0)
        uplink.acknowledge(1)
        #expect(uplink.machine.ledger.settledThrough == 1)
        uplink.disconnect()
        #expect(uplink.machine.owedCount == 2)
    }

    @Test("after an outage live goes first, then history, oldest first")
    func order() {
        let uplink = UplinkSimulation(.plain)
        uplink.commit(100)
        uplink.connect()
        uplink.commit(5)
        #expect(uplink.drain())
        let lanes = uplink.published.map(\.lane)
        #expect(lanes.prefix(5).allSatisfy { $0 == .live })
        #expect(lanes.dropFirst(5).allSatisfy { $0 == .history })
        #expect(uplink.published.map(\.sequence) == Array(101...105) + Array(1...100))
    }

    @Test("history waits for a random part of its delay")
    func delay() {
        var delays: Set<Int64> = []
        for seed in 1...8 as ClosedRange<UInt64> {
            let uplink = UplinkSimulation(.plain, head: 1, seed: seed)
            uplink.connect()
            let start = uplink.now
            #expect(uplink.drain())
            let delay = uplink.published[0].at - start
            #expect(delay < .seconds(5))
            delays.insert(delay.wholeMilliseconds)
        }
        #expect(delays.count == 8)
    }

    @Test("history keeps its rate", arguments: [1, 7, 50, 500, 2_000])
    func rate(perSecond: Int) {
        var settings = UplinkMachineSettings.plain
        settings.historyRate = perSecond
        let uplink = UplinkSimulation(settings, head: Int64(perSecond * 4))
        uplink.connect()
        #expect(uplink.drain())
        let start = uplink.published[0].at
        for seconds in 1...3 {
            let sent = uplink.published.count { $0.at <= start + .seconds(seconds) }
            // A tenth of a second's worth may be saved up.
            #expect(sent <= perSecond * seconds + max(1, perSecond / 10) + 1)
            #expect(sent >= perSecond * seconds - max(1, perSecond / 10))
        }
    }

    @Test("the window is never exceeded, and live finds room beside waiting history", arguments: [1, 2, 3, 4, 20, 100])
    func window(size: Int) {
        var settings = UplinkMachineSettings(
            window: size, historyRate: 100_000, historyDelay: .zero, reconnectLimit: .seconds(5))
        settings.acknowledgementTimeout = .seconds(3_600)
        let uplink = UplinkSimulation(settings, head: 1_000)
        uplink.connect()
        uplink.advance(.seconds(1))
        uplink.run()
        let history = uplink.library.count
        #expect(history == max(1, size - max(1, size / 4)))
        uplink.commit(500)
        uplink.run()
        #expect(uplink.library.count == size)
        #expect(size == 1 || uplink.library.contains(1_001))
        #expect(uplink.drain())
        #expect(uplink.greatestInFlight <= size)
    }

    @Test("what was in flight is not read again after a reconnection")
    func survivesReconnection() {
        let uplink = UplinkSimulation(.plain)
        uplink.connect()
        uplink.commit(8)
        uplink.run()
        uplink.acknowledge(2)
        uplink.disconnect()
        uplink.commit(4)
        uplink.connect()
        #expect(uplink.library == [3, 4, 5, 6, 7, 8])
        #expect(uplink.drain())
        #expect(uplink.published.map(\.sequence) == Array(1...12))
        #expect(uplink.published.suffix(4).allSatisfy { $0.lane == .history })
    }

    @Test("kinds that are not carried count as done when they are read past")
    func readPast() {
        let uplink = UplinkSimulation(.plain)
        uplink.commit(1_000) { $0 % 100 == 0 }
        uplink.connect()
        uplink.commit(50) { $0 == 1_025 }
        #expect(uplink.drain())
        uplink.run()
        #expect(uplink.machine.ledger == BacklogLedger(settledThrough: 1_050))
    }

    @Test("nothing is settled by a reading that stopped early")
    func stopsEarly() {
        let uplink = UplinkSimulation(.plain)
        uplink.connect()
        uplink.machine.committed(through: 1_000)
        let request = UplinkRead(lane: .live, after: 0, through: 1_000, limit: 20)
        #expect(uplink.next() == .read(request))
        uplink.machine.read(request, rows: [10, 30], through: 30, at: uplink.now)
        #expect(uplink.machine.ledger.holes == [10...10])
        #expect(uplink.machine.ledger.settledThrough == 29)
        #expect(uplink.machine.owedCount == 972)
    }

    @Test("a silent broker is left after the connect timeout")
    func connectTimeout() {
        let uplink = UplinkSimulation(.plain)
        #expect(uplink.run() == .connect)
        #expect(uplink.run() == .wait(until: uplink.now + .seconds(10)))
        uplink.advance(.seconds(10))
        #expect(uplink.run() == .drop(.connectTimeout))
        #expect(uplink.run() == .wait(until: .never))
        uplink.disconnect()
        guard case .wait(let moment) = uplink.run() else {
            return #expect(Bool(false), "it waits before the next attempt")
        }
        #expect(moment > uplink.now && moment <= uplink.now + .milliseconds(250))
    }

    @Test("R04: a window that nobody acknowledges ends the connection and settles nothing")
    func stuckWindow() {
        let uplink = UplinkSimulation(.plain)
        uplink.connect()
        uplink.advance(.seconds(1_000))
        uplink.commit(30)
        #expect(uplink.run() == .wait(until: uplink.now + .seconds(60)))
        uplink.advance(.seconds(59))
        uplink.acknowledge(1)
        uplink.advance(.seconds(59))
        guard case .wait = uplink.run() else { return #expect(Bool(false), "one acknowledgement is progress") }
        uplink.advance(.seconds(1))
        #expect(uplink.run() == .drop(.unacknowledged))
        #expect(uplink.machine.owedCount == 29)
    }

    @Test("attempts to connect come ever later, up to the limit, and never in step")
    func backOff() {
        let uplink = UplinkSimulation(.plain)
        var pauses: [Duration] = []
        for _ in 0..<30 {
            while uplink.run() != .connect { uplink.advanceToWait() }
            let failed = uplink.now
            uplink.disconnect()
            guard case .wait(let moment) = uplink.run() else { break }
            pauses.append(moment - failed)
        }
        #expect(pauses.count == 30)
        #expect(pauses[0] <= .milliseconds(250))
        #expect(pauses.allSatisfy { $0 >= .milliseconds(125) && $0 <= .seconds(5) })
        #expect(pauses.suffix(20).allSatisfy { $0 >= .milliseconds(2_500) })
        #expect(Set(pauses).count > 25)
    }

    @Test("the pause is short again after the broker acknowledged something")
    func backOffReset() {
        let uplink = UplinkSimulation(.plain)
        for _ in 0..<10 {
            while uplink.run() != .connect { uplink.advanceToWait() }
            uplink.disconnect()
        }
        uplink.connect()
        uplink.commit(1)
        uplink.run()
        uplink.acknowledge()
        uplink.disconnect()
        guard case .wait(let moment) = uplink.run() else { return #expect(Bool(false), "it waits") }
        #expect(moment - uplink.now <= .milliseconds(250))
    }

    @Test("a line that breaks now and then casts no suspicion")
    func noSuspicion() {
        let uplink = UplinkSimulation(.plain)
        uplink.connect()
        uplink.commit(5)
        uplink.run()
        for _ in 0..<20 {
            uplink.advance(.seconds(15))
            uplink.disconnect()
            uplink.connect()
        }
        #expect(uplink.machine.setAside.sequences.isEmpty)
        #expect(uplink.library.count == 5)
    }

    @Test("a publish that the library refuses is set aside and still owed")
    func rejected() {
        let uplink = UplinkSimulation(.plain)
        uplink.connect()
        uplink.commit(2)
        uplink.run()
        uplink.machine.rejected(1, because: .init(verbatim: "too large"), at: uplink.now)
        uplink.library.removeFirst()
        uplink.acknowledge()
        uplink.run()
        #expect(uplink.machine.ledger.holes == [1...1])
        #expect(uplink.published.count == 2)
        uplink.advance(.seconds(3_601))
        uplink.run()
        #expect(uplink.published.last?.sequence == 1)
    }

    @Test(
        "why a broker refuses a record is told in both languages", arguments: [0x80, 0x83, 0x87, 0x90, 0x97, 0x99, 200])
    func refusalWords(code: Int32) {
        #expect(UplinkRefusal.reasonCode(code).words.zh.hasPrefix("代理拒绝："))
        #expect(UplinkRefusal.reasonCode(code).words.en.hasSuffix("\(code))") || code == 200)
        #expect(UplinkRefusal.reasonCode(0x87).words.zh == "代理拒绝：无权使用该主题（135）")
    }

    @Test("a cursor beyond the journal's head does not hide new records")
    func cursorAhead() {
        let uplink = UplinkSimulation(.plain, head: 10, ledger: BacklogLedger(settledThrough: 500))
        #expect(uplink.machine.owedCount == 0)
        uplink.connect()
        uplink.commit(3)
        uplink.run()
        uplink.acknowledge()
        #expect(uplink.acknowledged == [11, 12, 13])
        #expect(uplink.machine.ledger == BacklogLedger(settledThrough: 13))
    }

    @Test("a journal that cannot be read is tried again after a second")
    func readFailure() {
        let uplink = UplinkSimulation(.plain)
        uplink.connect()
        uplink.commit(1)
        guard case .read = uplink.next() else { return #expect(Bool(false), "it reads") }
        uplink.machine.readFailed(at: uplink.now)
        #expect(uplink.next() == .wait(until: uplink.now + .seconds(1)))
        uplink.advance(.seconds(1))
        #expect(uplink.drain())
    }

    @Test("a random life forgets nothing and repeats nothing without a reason", arguments: 0..<10)
    func randomLife(round: Int) throws {
        var generator = SeededGenerator()
        var settings = UplinkMachineSettings(
            window: Int.random(in: 1...30, using: &generator),
            historyRate: Int.random(in: 5...2_000, using: &generator),
            historyDelay: .milliseconds(Int.random(in: 0...5_000, using: &generator)), reconnectLimit: .seconds(5))
        settings.suspicionLimit = 1_000
        let uplink = UplinkSimulation(settings, seed: generator.next())
        let share = Int64.random(in: 1...4, using: &generator)
        var isUp = false
        for _ in 0..<300 {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0...2: uplink.commit(Int64.random(in: 0...40, using: &generator)) { $0 % share == 0 }
            case 3...5 where isUp: uplink.acknowledge(Int.random(in: 0...20, using: &generator))
            case 6 where isUp:
                uplink.disconnect()
                isUp = false
            case 7 where Int.random(in: 0..<4, using: &generator) == 0:
                // A restart: only the saved text survives, the library's window does not.
                let ledger = try #require(BacklogLedger(text: uplink.machine.ledger.text), "\(generator)")
                uplink.machine = UplinkMachine(
                    settings: settings, ledger: ledger, head: uplink.head, seed: generator.next(), at: uplink.now)
                uplink.library = []
                uplink.published = []
                isUp = false
            default: uplink.advance(.milliseconds(Int.random(in: 0...2_000, using: &generator)))
            }
            switch uplink.run() {
            case .connect:
                isUp = Bool.random(using: &generator)
                if isUp { uplink.machine.connected(at: uplink.now) } else { uplink.disconnect() }
            case .drop:
                uplink.disconnect()
                isUp = false
            default: break
            }
            let forgotten = uplink.carried.subtracting(uplink.acknowledged).filter { !uplink.machine.ledger.owes($0) }
            #expect(forgotten.isEmpty, "\(generator)")
            #expect(uplink.machine.inFlight.count == uplink.library.count, "\(generator)")
            #expect(uplink.greatestInFlight <= settings.window, "\(generator)")
            #expect(uplink.machine.ledger.text.utf8.count < 2_800, "\(generator)")
        }
        if !isUp { uplink.connect() }
        #expect(uplink.drain(), "\(generator)")
        // What is not carried may still have to be read past, at its rate.
        uplink.advance(.seconds(10))
        uplink.run()
        #expect(uplink.machine.owedCount == 0, "\(generator)")
        let sequences = uplink.published.map(\.sequence)
        #expect(Set(sequences).count == sequences.count, "published twice, \(generator)")
    }
}
