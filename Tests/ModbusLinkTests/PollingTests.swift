import Glibc
import HostSystem
import Protocol
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import GatewayCore
@testable import ModbusLink

/// A bus machine that drives a real connection, as the program does.
private struct RealBus {
    var machine: BusMachine
    let connection: ModbusConnection
    private(set) var results: [PollResult] = []

    init(_ configuration: BusConfiguration, _ transport: ModbusTransport) {
        machine = BusMachine(configuration, start: SystemClock.uptime, seed: 1)
        connection = ModbusConnection(transport, timeout: configuration.timeout)
    }

    /// Runs until `isEnough` of the results, or 20 s.
    mutating func run(until isEnough: ([PollResult]) -> Bool) {
        var words: [UInt16] = []
        let wake = WakeDescriptor()
        let end = SystemClock.uptime + .seconds(20)
        while !isEnough(results), SystemClock.uptime < end {
            switch machine.next(at: SystemClock.uptime, wall: SystemClock.wall) {
            case .connect:
                do throws(ModbusError) {
                    try connection.connect()
                    machine.connected(at: SystemClock.uptime)
                } catch {
                    machine.connectFailed(error.fault, at: SystemClock.uptime)
                }
            case .close: connection.close()
            case .report(let result): results.append(result)
            case .read(_, let unit, let request):
                let outcome: ReadOutcome
                do throws(ModbusError) {
                    try connection.read(unit: unit, request, into: &words)
                    outcome = .words(words)
                } catch {
                    outcome = .failed(error.fault)
                }
                if let result = machine.completed(outcome, at: SystemClock.uptime, wall: SystemClock.wall) {
                    results.append(result)
                }
            case .wait(let until): _ = wake.wait(until: min(until, end))
            }
        }
    }
}

@Suite("Polling over a real wire")
struct PollingTests {
    /// Two units with registers whose requests look alike: same function, same length, other address.
    private func configuration(_ transport: BusTransport, poll: Duration = .milliseconds(150)) -> BusConfiguration {
        BusConfiguration(
            id: "bus", transport: transport, timeout: .milliseconds(100), retries: 1, maximumHole: 0,
            devices: (1...2).map { unit in
                DeviceConfiguration(
                    id: "device-\(unit)", unit: UInt8(unit), poll: poll,
                    registers: [0, 100, 200].map { address in
                        RegisterConfiguration(
                            name: "r\(address)",
                            field: RegisterField(table: .holding, address: UInt16(address), type: .uint16))
                    })
            })
    }

    /// Numbers that are not the register's own; there must be none.
    private func foreignValues(in results: [PollResult]) -> [Double] {
        results.flatMap { result in
            zip(result.readings, [0, 100, 200]).compactMap { reading, address in
                reading.value.flatMap { $0 == Double((result.device + 1) * 1_000 + address) ? nil : $0 }
            }
        }
    }

    /// Waits as a device does that is now and then too late. False: it was too late even for the quiet time after a
    /// timeout, beyond which nobody can tell its answers apart, so that it had better say nothing.
    ///
    /// Never late twice in a row: unlike the units of a real line, those of the test wait for each other.
    private static func lateness() -> @Sendable () -> Bool {
        let state = Mutex((generator: SeededGenerator(), wasLate: false))
        return {
            let started = SystemClock.uptime
            let pause = state.withLock { state in
                state.wasLate = !state.wasLate && Int.random(in: 0..<4, using: &state.generator) == 0
                return state.wasLate ? UInt32.random(in: 80_000...140_000, using: &state.generator) : 0
            }
            usleep(pause)
            return SystemClock.uptime - started < .milliseconds(150)
        }
    }

    @Test("R12 over TCP no late answer is taken for another register, and good ones still come")
    func lateOverTCP() {
        let lateness = Self.lateness()
        let peer = ScriptedPeer { request in
            let data = WireFrames.truth(unit: request.bytes[6], functionData: request.bytes[7..<12])
            return lateness() ? [.send(WireFrames.tcp(answering: request.bytes, functionData: data))] : []
        }
        defer { peer.stop() }
        let port = peer.port
        var bus = RealBus(configuration(.tcp(host: "127.0.0.1", port: port)), .tcp(host: "127.0.0.1", port: port))
        bus.run { $0.count >= 40 }
        #expect(foreignValues(in: bus.results) == [])
        #expect(bus.results.count { $0.readings.allSatisfy(\.isGood) } > 10)
        #expect(peer.connections > 1)
    }

    @Test("R12 on a shared line no late answer is taken for another register, and good ones still come")
    func lateOnALine() {
        let lateness = Self.lateness()
        let line = TestTerminal()
        let peer = ScriptedLine(line) { bytes in
            guard bytes.count >= 8, lateness() else { return [] }
            let data = WireFrames.truth(unit: bytes[0], functionData: bytes[1..<6])
            return [.send(WireFrames.rtu(unit: bytes[0], functionData: data))]
        }
        let settings = SerialSettings(path: line.path, baud: 115_200)
        var bus = RealBus(configuration(.serial(settings)), .serial(settings))
        bus.run { $0.count >= 40 }
        peer.stop()
        #expect(foreignValues(in: bus.results) == [])
        #expect(bus.results.count { $0.readings.allSatisfy(\.isGood) } > 10)
    }

    @Test("R15 an answer that is there at once is not missed")
    func fastAnswer() {
        let line = TestTerminal()
        let peer = ScriptedLine(line) { bytes in
            guard bytes.count == 8 else { return [] }
            return [
                .send(
                    WireFrames.rtu(
                        unit: bytes[0], functionData: WireFrames.truth(unit: bytes[0], functionData: bytes[1..<6])))
            ]
        }
        let settings = SerialSettings(path: line.path, baud: 230_400)
        var quick = configuration(.serial(settings), poll: .milliseconds(15))
        quick.timeout = .seconds(1)
        var bus = RealBus(quick, .serial(settings))
        bus.run { $0.count >= 40 }
        peer.stop()
        #expect(bus.results.allSatisfy { $0.readings.allSatisfy(\.isGood) })
        #expect(foreignValues(in: bus.results) == [])
    }

    @Test("R17 a server that goes and comes back: B in between, then values again, without help")
    func serverRestarts() {
        let port = freePort()
        var slow = configuration(.tcp(host: "127.0.0.1", port: port), poll: .milliseconds(50))
        slow.timeout = .milliseconds(500)
        var bus = RealBus(slow, .tcp(host: "127.0.0.1", port: port))
        bus.run { $0.count >= 4 }
        #expect(bus.results.allSatisfy { $0.readings.allSatisfy { $0 == .failed(.notConnected) } })

        let answer: @Sendable (ScriptedPeer.Request) -> [ScriptedPeer.Piece] = { request in
            let data = WireFrames.truth(unit: request.bytes[6], functionData: request.bytes[7..<12])
            return [.send(WireFrames.tcp(answering: request.bytes, functionData: data))]
        }
        for _ in 0..<2 {
            let peer = ScriptedPeer(port: port, answer)
            let before = bus.results.count
            bus.run { $0.dropFirst(before).count { $0.readings.allSatisfy(\.isGood) } >= 4 }
            #expect(bus.results.suffix(2).allSatisfy { $0.readings.allSatisfy(\.isGood) })
            peer.stop()
            let stopped = bus.results.count
            bus.run {
                $0.dropFirst(stopped).count { $0.readings == Array(repeating: .failed(.notConnected), count: 3) } >= 4
            }
            #expect(bus.results.last?.readings.first == .failed(.notConnected))
        }
        #expect(foreignValues(in: bus.results) == [])
    }
}
