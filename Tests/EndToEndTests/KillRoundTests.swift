import Glibc
import TestSupport
import Testing

@Suite("The daemon, killed", .timeLimit(.minutes(60)))
struct KillRoundTests {
    @Test("R01: killed at random instants, starting and running, it loses nothing, doubles nothing and breaks no chain")
    func killed() throws {
        var generator = SeededGenerator()
        let site = try FaultSite()
        for round in 0..<faultRounds(20) {
            try site.start(untilReady: false)
            usleep(UInt32.random(in: 10_000...700_000, using: &generator))
            let isOutage = Int.random(in: 0..<4, using: &generator) == 0
            if isOutage { site.broker.stop() }
            usleep(UInt32.random(in: 0...50_000, using: &generator))
            site.kill()
            if isOutage { try site.broker.start() }
            let verified = try site.command("journal", "verify")
            let isWhole = verified.code == 0 || verified.errors.contains("no journal in")
            #expect(isWhole, "round \(round), \(generator): \(verified.output)\(verified.errors)")
        }
        try site.start()
        let subscriber = site.subscriber
        let count = subscriber.sequences.count
        #expect(eventually { subscriber.sequences.count > count + 10 })
        #expect(site.stop())
        try site.expectNothingLostOrDoubled("\(generator)")
        // A crash leaves no hole in the numbers: whatever was not durable had not been sent.
        let all = try journalled(site.data)
        #expect(all == Set(1...(all.max() ?? 0)), "\(generator)")
    }

    @Test("R30: a system out of memory that kills it again and again does not stop it, and its backlog stays")
    func outOfMemory() throws {
        let site = try FaultSite()
        try site.start()
        #expect(try eventually { try site.successes() > 20 })
        site.broker.stop()
        let before = try journalled(site.data).count
        #expect(try eventually { try journalled(site.data).count > before + 20 })
        // As the kernel does it, always just when it is up again.
        for _ in 0..<5 {
            site.kill()
            try site.start()
        }
        site.kill()
        try site.broker.start()
        try site.start()
        let subscriber = site.subscriber
        let count = subscriber.sequences.count
        #expect(eventually { subscriber.sequences.count > count + 30 })
        #expect(site.stop())
        try site.expectNothingLostOrDoubled()
    }
}
