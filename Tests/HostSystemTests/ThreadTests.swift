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

    @Test("a thread that makes no progress within its budget is named")
    func heartbeats() {
        let heartbeats = Heartbeats()
        let beat = heartbeats.register("bus-a", budget: .seconds(60))
        _ = heartbeats.register("bus-b", budget: .zero - .seconds(1))
        beat()
        #expect(heartbeats.overdue(at: SystemClock.uptime) == ["bus-b"])
        #expect(heartbeats.overdue(at: SystemClock.uptime + .seconds(61)) == ["bus-a", "bus-b"])
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
