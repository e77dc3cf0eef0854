import CModbus
import Foundation
import Glibc
import HostSystem
import Protocol
import Telemetry
import TestSupport
import Testing

@testable import PlantSimulator

/// libmodbus as the master, since it is what the gateway reads with.
private final class Master {
    private let context: OpaquePointer

    init?(_ endpoint: PlantEndpoint, unit: Int32, timeoutMilliseconds: UInt32 = 5_000) {
        let made: OpaquePointer? =
            switch endpoint.transport {
            case .modbusTCP(let port): modbus_new_tcp("127.0.0.1", Int32(port))
            case .modbusRTU(let path): modbus_new_rtu(path, 9_600, CChar(UInt8(ascii: "N")), 8, 1)
            default: nil
            }
        guard let made else { return nil }
        context = made
        modbus_set_slave(context, unit)
        modbus_set_response_timeout(context, timeoutMilliseconds / 1_000, timeoutMilliseconds % 1_000 * 1_000)
        guard modbus_connect(context) == 0 else { return nil }
    }

    deinit {
        modbus_close(context)
        modbus_free(context)
    }

    func input(_ address: Int32, _ count: Int32) -> [UInt16]? {
        var words = [UInt16](repeating: 0, count: Int(count))
        return modbus_read_input_registers(context, address, count, &words) == count ? words : nil
    }

    func holding(_ address: Int32, _ count: Int32) -> [UInt16]? {
        var words = [UInt16](repeating: 0, count: Int(count))
        return modbus_read_registers(context, address, count, &words) == count ? words : nil
    }
}

private func float(_ words: some Collection<UInt16>) -> Float {
    Float(bitPattern: words.reduce(0) { $0 << 16 | UInt32($1) })
}

/// What comes from an HJ 212 monitor.
private final class Listener: LineHandler {
    private let text = TextBox()
    var received: String { text.value }
    func received(_ bytes: ArraySlice<UInt8>, on connection: ConnectionID, at now: Uptime) -> LineReply {
        text.append(String(decoding: bytes, as: UTF8.self))
        return .nothing
    }

    private final class TextBox: @unchecked Sendable {
        private let lock = NSLock()
        private var text = ""
        var value: String { lock.withLock { text } }
        func append(_ more: String) { lock.withLock { text += more } }
    }
}

@Suite struct PlantTests {
    private let options = PlantConfigurationOptions(
        dataDirectory: "/var/lib/gatewayd", brokerURL: "mqtt://127.0.0.1:1883")

    @Test("The demo's Modbus instruments answer libmodbus, over TCP and over a serial line")
    func answersModbus() throws {
        let plant = try Plant(.demo())
        defer { plant.stop() }
        let analyser = try #require(plant.endpoint(of: "cems-1").flatMap { Master($0, unit: 1) })
        let gases = try #require(analyser.input(0, 6))
        #expect((15...52).contains(float(gases[0..<2])))
        #expect((30...46).contains(float(gases[2..<4])))
        #expect((5.5...7).contains(float(gases[4..<6])))
        #expect(analyser.holding(40, 1) == [0])
        #expect(analyser.input(6, 1) == nil)

        let probe = try #require(plant.endpoint(of: "stack-probe").flatMap { Master($0, unit: 3) })
        for _ in 0..<3 {
            let words = try #require(probe.holding(0, 4))
            #expect((1_050...1_300).contains(words[0]))
            #expect((480...560).contains(words[1]))
            #expect((-200...(-50)).contains(Int16(bitPattern: words[2])))
            #expect((100...130).contains(words[3]))
        }

        let meter = try #require(plant.endpoint(of: "flow-meter").flatMap { Master($0, unit: 1) })
        let flow = try #require(meter.holding(0, 4))
        #expect((34...50).contains(float([flow[1], flow[0]])))
        #expect(UInt32(flow[2]) << 16 | UInt32(flow[3]) >= 184_302)
    }

    @Test("The demo's monitors deliver HJ 212 frames: one connects to the gateway, one lets it connect")
    func delivers() throws {
        let plant = try Plant(.demo())
        defer { plant.stop() }
        guard case .hj212Client(let dustPort) = try #require(plant.endpoint(of: "dust-meter")).transport,
            case .hj212Server(let waterPort) = try #require(plant.endpoint(of: "cod-meter")).transport
        else {
            Issue.record("one monitor connects and one listens")
            return
        }
        let dust = Listener()
        let water = Listener()
        let lines = [
            Line(name: "dust", endpoint: .listen(host: "127.0.0.1", port: dustPort), handler: dust),
            Line(name: "water", endpoint: .connect(host: "127.0.0.1", port: waterPort), handler: water),
        ]
        for line in lines { try line.start() }
        defer { lines.forEach { $0.stop() } }
        #expect(eventually { dust.received.contains("CN=2011;PW=123456;MN=88888880000011;Flag=5;CP=&&DataTime=") })
        #expect(eventually { water.received.contains("w21003-Rtd=") })
        #expect(eventually { dust.received.split(separator: "\r\n").count >= 2 })
    }

    @Test("A silent device really says nothing, a late one is late, and others are not disturbed")
    func misbehaves() throws {
        func device(_ id: String, _ misbehaviour: Misbehaviour?) -> SimulatedDevice {
            var device = SimulatedDevice(
                id: id, unit: 1, transport: .tcp,
                registers: [
                    SimulatedRegister("r", RegisterField(table: .input, address: 0, type: .uint16), .constant(7))
                ])
            if let misbehaviour { device.misbehaviours = [ScheduledMisbehaviour(misbehaviour)] }
            return device
        }
        let plant = try Plant(
            PlantDescription(
                name: "test", script: PlantScript(seconds: 60),
                devices: [
                    device("good", nil), device("silent", .silent), device("late", .late(.milliseconds(150))),
                    device("slow", .piecewise(.milliseconds(5))),
                ], monitors: []))
        defer { plant.stop() }
        func master(_ id: String, timeout: UInt32) throws -> Master {
            try #require(plant.endpoint(of: id).flatMap { Master($0, unit: 1, timeoutMilliseconds: timeout) })
        }
        #expect(try master("silent", timeout: 100).input(0, 1) == nil)
        #expect(errno == ETIMEDOUT)
        #expect(try master("good", timeout: 5_000).input(0, 1) == [7])
        #expect(try master("slow", timeout: 5_000).input(0, 1) == [7])
        let late = try master("late", timeout: 50)
        #expect(late.input(0, 1) == nil)
        #expect(try master("late", timeout: 5_000).input(0, 1) == [7])
    }

    @Test("A fleet of fifty devices answers, each with its own values")
    func servesFleet() throws {
        let plant = try Plant(.fleet(devices: 50, registers: 50))
        defer { plant.stop() }
        #expect(plant.endpoints.count == 50)
        let masters = plant.endpoints.compactMap { Master($0, unit: 1) }
        let first = masters.compactMap { $0.input(0, 100) }
        #expect(first.count == 50)
        #expect(Set(first).count == 50)
        #expect(
            first.allSatisfy { words in
                stride(from: 0, to: 100, by: 2).allSatisfy { (29...71).contains(float(words[$0..<$0 + 2])) }
            })
    }

    @Test("The demo's configuration names every instrument where it is")
    func writesDemoConfiguration() throws {
        let plant = try Plant(.demo(seconds: 30))
        defer { plant.stop() }
        let text = plant.gatewayConfiguration(options)
        for endpoint in plant.endpoints {
            switch endpoint.transport {
            case .modbusTCP(let port): #expect(text.contains("    tcp: 127.0.0.1:\(port)\n"))
            case .modbusRTU(let path): #expect(text.contains("    serial: { path: \(path), baud: 9600,"))
            case .hj212Server(let port): #expect(text.contains("    connect: 127.0.0.1:\(port)\n"))
            case .hj212Client(let port): #expect(text.contains("    listen: 127.0.0.1:\(port)\n"))
            }
        }
        for line in [
            "  data_directory: \"/var/lib/gatewayd\"", "  instrument_gap: 2s", "        poll: 667ms",
            "          - { name: o2, input: 4, type: float32, order: abcd }",
            "          - { name: state, holding: 40, type: uint16, flags: { 1: M, 2: D, 4: C } }",
            "          - { name: velocity, holding: 0, type: uint16, scale: 0.01 }",
            "          - { name: flow, holding: 0, type: float32, order: cdab }", "    mn: \"88888880000012\"",
            "          limits: [ { average: realtime, max: 35 } ] }",
        ] {
            #expect(text.split(separator: "\n").contains(Substring(line)), "\(line)\n\n\(text)")
        }
        #expect(!text.contains("\t") && !text.contains("http:"))
    }

    @Test("The fleet's configuration has a bus and raw records for every device")
    func writesFleetConfiguration() throws {
        let plant = try Plant(.fleet(devices: 12, registers: 3))
        defer { plant.stop() }
        var options = options
        options.httpListen = "127.0.0.1:0"
        options.language = "en"
        let lines = plant.gatewayConfiguration(options).split(separator: "\n")
        #expect(lines.filter { $0 == "        raw: true" }.count == 12)
        #expect(lines.filter { $0.hasPrefix("  - id: bus-device-") }.count == 12)
        #expect(lines.filter { $0.hasPrefix("          - { name: r") }.count == 36)
        #expect(lines.contains("        poll: 1s"))
        #expect(lines.contains("  language: en"))
        #expect(lines.last == "  listen: 127.0.0.1:0")
        #expect(!lines.contains("instruments:") && !lines.contains("outlets:"))
    }

    @Test("A run tells where everything is, writes the configuration, and ends when it is told to")
    func runs() throws {
        let directory = TemporaryDirectory()
        var options = SimulateOptions(.demo(), configuration: options)
        options.configurationPath = directory.file("gateway.yaml")
        let stop = WakeDescriptor()
        stop.wake()
        var lines: [String] = []
        try Simulation(options) { lines.append($0) }.run(until: stop)
        #expect(lines.count == 7)
        #expect(lines.first?.hasPrefix("cems-1: Modbus TCP at 127.0.0.1:") == true)
        #expect(lines.contains("gateway configuration: \(directory.file("gateway.yaml"))"))
        #expect(try String(contentsOfFile: directory.file("gateway.yaml"), encoding: .utf8).contains("id: demo-plant"))
    }

    @Test("A stopped plant frees its ports")
    func stops() throws {
        let plant = try Plant(.demo())
        guard case .modbusTCP(let port) = try #require(plant.endpoint(of: "cems-1")).transport else {
            Issue.record("the analyser is at a port")
            return
        }
        #expect(accepts(port: port))
        plant.stop()
        #expect(!accepts(port: port))
    }
}
