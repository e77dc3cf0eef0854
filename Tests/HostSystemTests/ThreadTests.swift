import Foundation
import HostSystem
import Telemetry
import TestSupport
import Testing

@Suite struct ThreadTests {
    @Test("a thread that is asked to stop ends, and can be waited for")
    func stoppable() {
        let thread = StoppableThread("t") { stopping in _ = stopping.wait(until: .never) }
        thread.start()
        #expect(!thread.waitForEnd(until: SystemClock.uptime + .milliseconds(20)))
        thread.requestStop()
        #expect(thread.waitForEnd(until: SystemClock.uptime + .seconds(10)))
    }

    @Test("threads that ended and that nobody joined leave no stack behind")
    func noStacks() throws {
        func mappings() throws -> Int {
            try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n").count
        }
        let before = try mappings()
        for _ in 0..<200 {
            let thread = StoppableThread("t") { _ in }
            thread.start()
            #expect(thread.waitForEnd(until: SystemClock.uptime + .seconds(10)))
        }
        #expect(try eventually { try mappings() < before + 100 })
    }

    @Test("a thread that makes no progress within its budget is named")
    func heartbeats() {
        let heartbeats = Heartbeats()
        let beat = heartbeats.register("bus-a", budget: .seconds(60))
        let late = heartbeats.register("bus-b", budget: .zero - .seconds(1))
        beat()
        withExtendedLifetime((beat, late)) {
            #expect(heartbeats.overdue(at: SystemClock.uptime) == ["bus-b"])
            #expect(heartbeats.overdue(at: SystemClock.uptime + .seconds(61)) == ["bus-a", "bus-b"])
        }
    }

    @Test("a thread that ended with everything of its own is watched no more")
    func forgottenHeartbeat() {
        let heartbeats = Heartbeats()
        var beat: (@Sendable () -> Void)? = heartbeats.register("bus-a", budget: .zero - .seconds(1))
        withExtendedLifetime(beat) { #expect(heartbeats.overdue(at: SystemClock.uptime) == ["bus-a"]) }
        beat = nil
        #expect(heartbeats.overdue(at: SystemClock.uptime).isEmpty)
    }

    @Test("a thread may work on its owner, and keeps nothing of it once it has ended")
    func ownedThread() {
        final class Owner: Sendable {
            let thread = OnceBox<StoppableThread>()
            func run() {}
        }
        weak var remains: Owner?
        do {
            let owner = Owner()
            remains = owner
            owner.thread.set(StoppableThread("owned") { _ in owner.run() })
            owner.thread.value?.start()
            #expect(owner.thread.value?.waitForEnd(until: SystemClock.uptime + .seconds(10)) == true)
        }
        #expect(eventually { remains == nil })
    }

    @Test("waking twice is waking once")
    func wake() {
        let descriptor = WakeDescriptor()
        descriptor.wake()
        descriptor.wake()
        #expect(descriptor.wait(until: .zero))
        #expect(!descriptor.wait(until: .zero))
    }
}
