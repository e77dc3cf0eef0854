import Telemetry
import TestSupport
import Testing

@testable import GatewayCore

/// R07: what an uplink does with records that its broker does not take.
@Suite struct UplinkRefusalTests {
    /// Plays a broker against `uplink` until `end`: answers what is in the library by `verdict`, moves the clock where the
    /// machine waits, and commits a record each `every` seconds if told to.
    private func play(
        _ uplink: UplinkSimulation, for duration: Duration, commitEvery interval: Duration? = nil,
        _ verdict: (Int64) -> UplinkRefusal?
    ) {
        let end = uplink.now + duration
        var nextCommit = interval == nil ? Uptime.never : uplink.now
        while uplink.now < end {
            if let interval, uplink.now >= nextCommit {
                uplink.commit(1)
                nextCommit = uplink.now + interval
            }
            let step = uplink.run()
            if step == .connect { uplink.machine.connected(at: uplink.now) }
            if case .drop = step { uplink.machine.disconnected(at: uplink.now) }
            uplink.run()
            if uplink.machine.isConnected, !uplink.library.isEmpty {
                answer(uplink, verdict)
                uplink.advance(.milliseconds(1))
            } else if case .wait(let moment) = uplink.run() {
                #expect(moment > uplink.now, "it must not spin")
                uplink.now = max(uplink.now + .milliseconds(1), min(moment, nextCommit, uplink.now + .seconds(1)))
            }
        }
    }

    private func answer(_ uplink: UplinkSimulation, _ verdict: (Int64) -> UplinkRefusal?) {
        for sequence in uplink.library {
            switch verdict(sequence) {
            case nil:
                uplink.library.removeAll { $0 == sequence }
                uplink.acknowledged.insert(sequence)
                uplink.machine.acknowledged(sequence, at: uplink.now)
            case .hangUp?: return uplink.machine.disconnected(at: uplink.now)
            case let refusal?:
                uplink.library.removeAll { $0 == sequence }
                uplink.machine.refused(sequence, refusal, at: uplink.now)
            }
        }
    }

    @Test("a refused record is set aside after three more tries, the rest flows, and it is tried again after an hour")
    func refused() {
        let uplink = UplinkSimulation(.plain, head: 50)
        play(uplink, for: .seconds(60), commitEvery: .seconds(1)) { $0 == 4 ? .reasonCode(0x99) : nil }
        #expect(uplink.told == [4])
        #expect(uplink.machine.setAside.sequences == [4])
        #expect(uplink.published.count { $0.sequence == 4 } == 4)
        #expect(uplink.carried.subtracting(uplink.acknowledged) == [4])
        #expect(uplink.machine.ledger.holes == [4...4])
        play(uplink, for: .seconds(3_600)) { _ in nil }
        #expect(uplink.carried.subtracting(uplink.acknowledged).isEmpty)
        #expect(uplink.machine.ledger.holes.isEmpty)
    }

    @Test("the tries come later and later, and only after the broker took others")
    func pauses() {
        let uplink = UplinkSimulation(.plain)
        uplink.connect()
        uplink.commit(1)
        // Nothing else is there, so no refusal counts but the first.
        play(uplink, for: .seconds(600)) { $0 == 1 ? .reasonCode(0x87) : nil }
        #expect(uplink.told.isEmpty)
        let moments = uplink.published.map(\.at)
        #expect(moments.count >= 10)
        let gaps = zip(moments.dropFirst(), moments).map { $0 - $1 }
        #expect(gaps.allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(61) })
        #expect(gaps.suffix(3).allSatisfy { $0 >= .seconds(60) })
        play(uplink, for: .seconds(600), commitEvery: .seconds(50)) { $0 == 1 ? .reasonCode(0x87) : nil }
        #expect(uplink.told == [1])
    }

    @Test("a broker that refuses everything has nothing set aside, gets few tries, and all records once it takes them")
    func wrongAccessList() {
        let uplink = UplinkSimulation(.plain, head: 5_000)
        play(uplink, for: .seconds(3_600), commitEvery: .seconds(10)) { _ in .reasonCode(0x87) }
        #expect(uplink.told.isEmpty)
        #expect(uplink.machine.setAside.sequences.isEmpty)
        #expect(uplink.machine.owedCount == uplink.head)
        // About one try a second, not the rate of history.
        let late = uplink.published.count { $0.at > uplink.now - .seconds(600) }
        #expect(late <= 1_400)
        play(uplink, for: .seconds(120), commitEvery: .seconds(10)) { _ in nil }
        #expect(uplink.carried.subtracting(uplink.acknowledged).isEmpty)
        #expect(uplink.machine.owedCount == 0)
    }

    @Test("a topic that is not allowed is set aside record by record, and does not stop the others")
    func wrongTopic() {
        let uplink = UplinkSimulation(.plain, head: 1_000)
        play(uplink, for: .seconds(400), commitEvery: .seconds(1)) { $0 % 10 == 0 ? .reasonCode(0x87) : nil }
        let allowed = uplink.carried.filter { $0 % 10 != 0 }
        #expect(allowed.subtracting(uplink.acknowledged).allSatisfy { $0 >= uplink.head - 20 })
        #expect(uplink.notices.prefix(3).allSatisfy { $0.count == 1 })
        #expect(uplink.notices.map(\.count).reduce(0, +) >= 90)
        #expect(uplink.notices.count <= 6)
    }

    @Test("what is set aside again after an hour is not told again, nor by the next run")
    func toldOnce() {
        let verdict: (Int64) -> UplinkRefusal? = { $0 % 10 == 0 && $0 < 1_000 ? .reasonCode(0x87) : nil }
        let uplink = UplinkSimulation(.plain, head: 1_000)
        play(uplink, for: .seconds(4 * 3_600), commitEvery: .seconds(5), verdict)
        #expect(uplink.machine.setAside.sequences.count == 99)
        #expect(uplink.published.count { $0.sequence == 10 } >= 12)
        #expect(uplink.notices.map(\.count).reduce(0, +) == 99)
        #expect(uplink.notices.last.map { $0.numbers.upperBound } == 990)
        let next = UplinkSimulation(
            .plain, head: uplink.head, ledger: uplink.machine.ledger, told: uplink.machine.told)
        play(next, for: .seconds(600), commitEvery: .seconds(5)) { $0 == next.head ? .reasonCode(0x87) : verdict($0) }
        #expect(next.machine.setAside.sequences.count >= 99)
        #expect(next.notices.allSatisfy { $0.numbers.lowerBound > uplink.head })
    }

    @Test("a broker without room says nothing about the record", arguments: [0x97, 0x91] as [Int32])
    func quota(code: Int32) {
        let uplink = UplinkSimulation(.plain, head: 50)
        play(uplink, for: .seconds(600), commitEvery: .seconds(1)) { $0 == 4 ? .reasonCode(code) : nil }
        #expect(uplink.told.isEmpty)
        play(uplink, for: .seconds(70)) { _ in nil }
        #expect(uplink.carried.subtracting(uplink.acknowledged).isEmpty)
    }

    @Test("a record that the broker hangs up on is set aside when it did so while it was alone, and the rest flows")
    func hangUp() {
        let uplink = UplinkSimulation(.plain, head: 40)
        play(uplink, for: .seconds(120), commitEvery: .seconds(2)) { $0 == 7 ? .hangUp : nil }
        #expect(uplink.told == [7])
        #expect(uplink.carried.subtracting(uplink.acknowledged) == [7])
        #expect(uplink.machine.ledger.holes == [7...7])
        #expect(uplink.greatestInFlight <= 20)
    }

    @Test("two records that the broker hangs up on are found one after the other")
    func hangUps() {
        let uplink = UplinkSimulation(.plain, head: 40)
        play(uplink, for: .seconds(300), commitEvery: .seconds(2)) { $0 == 7 || $0 == 8 ? .hangUp : nil }
        #expect(uplink.told.sorted() == [7, 8])
        #expect(uplink.carried.subtracting(uplink.acknowledged) == [7, 8])
    }

    @Test("a broker that hangs up on everything has nothing set aside")
    func alwaysHangUp() {
        let uplink = UplinkSimulation(.plain, head: 500)
        play(uplink, for: .seconds(2_400), commitEvery: .seconds(20)) { _ in .hangUp }
        #expect(uplink.told.isEmpty)
        #expect(uplink.machine.owedCount == uplink.head)
        play(uplink, for: .seconds(200)) { _ in nil }
        #expect(uplink.carried.subtracting(uplink.acknowledged).isEmpty)
    }

    @Test("a record that was deleted while it waited for its next try is forgotten")
    func deleted() {
        let uplink = UplinkSimulation(.plain)
        uplink.connect()
        uplink.commit(2)
        uplink.run()
        uplink.machine.refused(1, .reasonCode(0x99), at: uplink.now)
        uplink.machine.acknowledged(2, at: uplink.now)
        uplink.library = []
        uplink.carried = [2]
        uplink.advance(.seconds(2))
        uplink.run()
        #expect(uplink.machine.refusals.count == 0)
        #expect(uplink.machine.ledger == BacklogLedger(settledThrough: 2))
    }

    @Test("a journal that cannot be read for the next try is no end of it")
    func unreadable() {
        let uplink = UplinkSimulation(.plain)
        uplink.connect()
        uplink.commit(2)
        uplink.run()
        uplink.machine.refused(1, .reasonCode(0x99), at: uplink.now)
        uplink.machine.acknowledged(2, at: uplink.now)
        uplink.library = []
        uplink.acknowledged = [2]
        uplink.advance(.seconds(2))
        guard case .read = uplink.next() else { return #expect(Bool(false), "it tries again") }
        uplink.machine.readFailed(at: uplink.now)
        play(uplink, for: .seconds(10)) { _ in nil }
        #expect(uplink.acknowledged == [1, 2])
    }

    @Test("few are told at once, many in sums that are rarer and rarer, and few at once again after a quiet hour")
    func sums() {
        var news = SetAsideNews(text: "")
        var now = Uptime.zero + .seconds(100)
        var notices: [(at: Int, count: Int)] = []
        func second() {
            while let notice = news.take(at: now) { notices.append((Int((now - .zero).inSeconds), notice.count)) }
            now = now + .seconds(1)
        }
        for sequence in 1...20_000 as ClosedRange<Int64> {
            news.add(sequence, .hangUp, at: now) { $0 > sequence - 500 }
            second()
        }
        #expect(notices.prefix(5).map(\.count) == [1, 1, 1, 60, 120])
        #expect(notices.map(\.count).reduce(0, +) > 15_000)
        #expect(notices.count == 3 + 6 + (20_000 - 3_780) / 3_600)
        while news.nextDue != nil { second() }
        now = now + .seconds(3_600)
        notices = []
        for sequence in 30_001...30_010 as ClosedRange<Int64> {
            news.add(sequence, .hangUp, at: now) { _ in true }
            second()
        }
        #expect(notices.map(\.count) == [1, 1, 1])
    }

    @Test("what was told is text that is bounded; other text is nothing")
    func toldText() {
        func told(_ text: String) -> String { SetAsideNews(text: text).text }
        #expect(told("1 17,300-310") == "1 17,300-310")
        #expect(told("1 17-17,18") == "1 17-18")
        let bad = ["", "2 17", "1 17,17", "1 5-4", "1 1-9223372036854775807", "1 -4", "1 a", "1 3-4-5", "1 1-1001"]
        for text in bad { #expect(told(text) == "1 ", "\(text)") }
        var news = SetAsideNews(text: "1 1-1000")
        var now = Uptime.zero
        for sequence in stride(from: 2_000, to: 5_000, by: 2) {
            news.add(Int64(sequence), .hangUp, at: now) { _ in true }
            now = now + .seconds(3_601)
            while news.take(at: now) != nil {}
        }
        #expect(news.text.split(separator: ",").count == 1_000 && news.text.utf8.count < 20_000)
    }

    @Test("set aside records are bounded; beyond, the one that is due first is let go")
    func bound() {
        var list = SetAsideList()
        let capacity = Int64(SetAsideList.capacity)
        for sequence in 1...capacity + 100 { list.add(sequence, until: .zero + .seconds(sequence)) }
        #expect(list.sequences == Array(101...capacity + 100))
        #expect(list.isFull)
        #expect(Array(list.sequences(in: 50...103)) == [101, 102, 103])
        let due = list.takeDue(at: .zero + .seconds(101))
        #expect(due == 101)
        #expect(list.nextDue == .zero + .seconds(102))
    }
}
