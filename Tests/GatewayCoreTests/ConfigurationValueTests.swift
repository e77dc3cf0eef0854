import GatewayCore
import Protocol
import Telemetry
import Testing

@Suite struct ConfigurationValueTests {
    @Test("The smallest file has every default")
    func defaults() throws {
        let read = try validConfiguration("gateway: { id: plant-01 }")
        #expect(read.gateway.id == "plant-01")
        #expect(read.gateway.dataDirectory == "/var/lib/gatewayd")
        #expect(read.gateway.timezone == "Asia/Shanghai")
        #expect(read.gateway.realtimeInterval == .seconds(30))
        #expect(read.gateway.minuteInterval == 1)
        #expect(read.gateway.commitInterval == .milliseconds(250))
        #expect(read.gateway.t0Kelvin == 273)
        #expect(read.gateway.controlSocket == nil)
        #expect(read.alarms.instrumentGap == .seconds(60))
        #expect(read.alarms.uplinkGap == .seconds(600))
        #expect(read.uplinks.isEmpty && read.buses.isEmpty && read.instruments.isEmpty && read.outlets.isEmpty)
        #expect(read.http == nil)
    }

    @Test("A 12-digit MN keeps its leading zeros, quoted or not", arguments: ["012345678901", "\"012345678901\""])
    func mn(written: String) throws {
        let read = try validConfiguration(
            """
            gateway: { id: g1 }
            instruments: [ { id: meter, listen: "0.0.0.0:7212", mn: \(written) } ]
            outlets: [ { id: o, st: 32, mn: \(written), factors: [ { code: w01018, from: meter.w01018 } ] } ]
            """)
        #expect(read.instruments.first?.mn == "012345678901")
        #expect(read.outlets.first?.mn == "012345678901")
    }

    @Test("An uplink has its broker, its kinds and absolute paths")
    func uplink() throws {
        let read = try validConfiguration(
            """
            gateway: { id: g1, control_socket: run/control.sock, data_directory: ./data }
            uplinks:
              - id: province
                mqtt:
                  url: mqtts://[fd00::1]
                  username: plant
                  password_file: province.pw
                  ca_file: ./tls/ca.pem
                  cert_file: /etc/ssl/c.pem
                  key_file: ../k.pem
                  topic_prefix: cn/cems
                  keep_alive: 1m
                kinds: [hour, alarm]
                history_rate: 50
                history_delay: 0s
                reconnect_limit: 2m
                window: 7
              - { id: city, mqtt: { url: "mqtt://broker.example.org:2883/" } }
            """)
        #expect(read.gateway.controlSocket == "/etc/gatewayd/run/control.sock")
        #expect(read.gateway.dataDirectory == "/etc/gatewayd/data")
        let province = try #require(read.uplinks.first)
        #expect(province.mqtt.host == "fd00::1")
        #expect(province.mqtt.port == 8883)
        #expect(province.mqtt.usesTLS)
        #expect(province.mqtt.username == "plant")
        #expect(province.mqtt.passwordFile == "/etc/gatewayd/province.pw")
        #expect(province.mqtt.caFile == "/etc/gatewayd/tls/ca.pem")
        #expect(province.mqtt.certificateFile == "/etc/ssl/c.pem")
        #expect(province.mqtt.keyFile == "/etc/gatewayd/../k.pem")
        #expect(province.mqtt.topicPrefix == "cn/cems")
        #expect(province.mqtt.keepAlive == .seconds(60))
        #expect(province.kinds == [.hour, .alarm])
        #expect(province.historyRate == 50)
        #expect(province.historyDelay == .zero)
        #expect(province.reconnectLimit == .seconds(120))
        #expect(province.window == 7)
        let city = try #require(read.uplinks.last)
        #expect(city.mqtt.host == "broker.example.org")
        #expect(city.mqtt.port == 2883)
        #expect(!city.mqtt.usesTLS)
        #expect(city.mqtt.topicPrefix == "cems")
        #expect(city.kinds == RecordKind.published)
        #expect(city.historyRate == 500)
        #expect(city.window == 20)
    }

    @Test("A bus has its line, its timing and its devices")
    func buses() throws {
        let read = try validConfiguration(
            """
            gateway: { id: g1 }
            buses:
              - id: rack
                tcp: "[::1]:502"
                timeout: 500ms
                retries: 0
                max_hole: 124
                request_gap: 20ms
                devices: [ { id: a, unit: 255, poll: 100ms, raw: true, registers: [ { name: r, discrete: 9 } ] } ]
              - id: server
                rtu_over_tcp: serial-server:4001
                devices: [ { id: b, unit: 247, registers: [ { name: r, coil: 0x10 } ] } ]
              - id: line
                serial: { path: /dev/ttyS1, baud: 19200, parity: even, stop_bits: 2 }
                devices: [ { id: c, unit: 1, registers: [ { name: r, coil: 0 } ] } ]
            """)
        #expect(
            read.buses.map(\.transport) == [
                .tcp(host: "::1", port: 502), .rtuOverTCP(host: "serial-server", port: 4001),
                .serial(SerialSettings(path: "/dev/ttyS1", baud: 19200, parity: .even, dataBits: 8, stopBits: 2)),
            ])
        let rack = try #require(read.buses.first)
        #expect(rack.timeout == .milliseconds(500))
        #expect(rack.retries == 0)
        #expect(rack.maximumHole == 124)
        #expect(rack.requestGap == .milliseconds(20))
        let device = try #require(rack.devices.first)
        #expect(device.unit == 255)
        #expect(device.poll == .milliseconds(100))
        #expect(device.raw)
        #expect(device.registers.map(\.field) == [RegisterField(table: .discrete, address: 9, type: .bit)])
        let server = try #require(read.buses.dropFirst().first)
        #expect(server.timeout == .seconds(1))
        #expect(server.retries == 1)
        #expect(server.maximumHole == 8)
        #expect(server.devices.first?.poll == .seconds(5))
        #expect(server.devices.first?.raw == false)
        #expect(server.devices.first?.registers.first?.field.address == 16)
    }

    @Test("A register has its field, its scale and its flags")
    func registers() throws {
        let read = try validConfiguration(
            """
            gateway: { id: g1 }
            buses:
              - id: rack
                tcp: 10.0.0.1:502
                devices:
                  - id: cems-1
                    unit: 1
                    registers:
                      - { name: so2, input: 0, type: float32, order: cdab, scale: -0.5, offset: 1e2 }
                      - { name: o2, holding: 65532, type: float64 }
                      - { name: door, holding: 3, type: bit, bit: 15 }
                      - { name: state, holding: 40, type: int16, flags: { -1: D, 0: N, 2: M, 0x10: Td } }
            """)
        let registers = try #require(read.buses.first?.devices.first?.registers)
        #expect(registers.map(\.name) == ["so2", "o2", "door", "state"])
        #expect(
            registers.map(\.field) == [
                RegisterField(table: .input, address: 0, type: .float32, order: .cdab),
                RegisterField(table: .holding, address: 65532, type: .float64),
                RegisterField(table: .holding, address: 3, type: .bit, bit: 15),
                RegisterField(table: .holding, address: 40, type: .int16),
            ])
        #expect(registers.map(\.scale) == [-0.5, 1, 1, 1])
        #expect(registers.map(\.offset) == [100, 0, 0, 0])
        #expect(registers.map { $0.flags == nil } == [true, true, true, false])
        #expect(registers.last?.flags == [-1: .fault, 0: .normal, 2: .maintenance, 16: try #require(DataFlag("Td"))])
    }

    @Test("Instruments and factors refer to what the file names")
    func sources() throws {
        let read = try validConfiguration(
            """
            gateway: { id: g1 }
            buses:
              - { id: a, tcp: "h:1", devices: [ { id: d1, unit: 1, registers: [ { name: r, coil: 1 } ] } ] }
              - id: b
                tcp: "h:2"
                devices:
                  - { id: d2, unit: 1, registers: [ { name: r, coil: 1 } ] }
                  - { id: d3, unit: 2, registers: [ { name: r, coil: 1 }, { name: s, coil: 2 } ] }
            instruments:
              - { id: i1, connect: "h:3" }
              - { id: i2, serial: { path: /dev/ttyS2, data_bits: 7 }, mn: x_1 }
            outlets:
              - id: o
                name: 总排口
                st: "32"
                factors:
                  - { code: w01018, from: d3.s, basis: wet, state: actual, range: [-5, 1.5] }
                  - { code: w01001, from: i2.w01001 }
              - { id: p, stack: { area: 2 }, factors: [ { code: B01, from: i1.011, converted: true } ] }
            """)
        #expect(
            read.instruments.map(\.transport) == [
                .connect(host: "h", port: 3), .serial(SerialSettings(path: "/dev/ttyS2", dataBits: 7)),
            ])
        #expect(read.instruments.map(\.mn) == [nil, "x_1"])
        let outlet = try #require(read.outlets.first)
        #expect(outlet.name == "总排口")
        #expect(outlet.st == "32")
        #expect(outlet.mn == nil)
        #expect(outlet.stack == nil)
        #expect(
            outlet.factors.map(\.source) == [
                .register(bus: 1, device: 1, register: 1), .instrument(index: 1, code: "w01001"),
            ])
        #expect(outlet.factors.map(\.basis.moisture) == [.wet, .dry])
        #expect(outlet.factors.map(\.basis.state) == [.actual, .standard])
        #expect(outlet.factors.map(\.range) == [-5...1.5, nil])
        let stack = try #require(read.outlets.last)
        #expect(stack.st == "31", "an outlet with a stack is an air pollution source")
        #expect(stack.stack?.area == 2)
        #expect(stack.factors.first?.converted == true)
    }

    @Test(
        "A limit's deadband is stated, a percentage of the limit, or 2 % of it",
        arguments: [
            ("max: 35", 0.7), ("max: 35, deadband: 1.5", 1.5), ("max: 35, deadband: 10%", 3.5), ("min: -50", 1.0),
            ("max: 0", 0.0), ("max: 35, deadband: 0", 0.0), ("min: 6, max: 9", 0.18), ("min: 99.9, max: 100", 0.05),
            ("min: 2, deadband: 50%", 1.0),
        ])
    func deadband(limit: String, expected: Double) throws {
        let read = try limitConfiguration("average: day, " + limit)
        #expect(abs(read.deadband - expected) < 1e-9)
        #expect(read.average == .day)
        #expect(read.of == .measured)
        #expect(read.warn == nil)
    }

    @Test("A warning level is a fraction of the maximum")
    func warn() throws {
        let read = try limitConfiguration("average: hour, max: 35, min: -1, warn: 87.5%")
        #expect(read.warn == 0.875)
        #expect(read.maximum == 35)
        #expect(read.minimum == -1)
    }

    private func limitConfiguration(_ limit: String) throws -> LimitConfiguration {
        let read = try validConfiguration(
            """
            gateway: { id: g1 }
            instruments: [ { id: i, connect: "h:3" } ]
            outlets: [ { id: o, st: 32, factors: [ { code: w01018, from: i.w01018, limits: [ { \(limit) } ] } ] } ]
            """)
        return try #require(read.outlets.first?.factors.first?.limits.first)
    }

    @Test("Each profile is asked for once, and in the folder the file names")
    func profiles() throws {
        var asked: [String] = []
        let text = """
            gateway: { id: g1, profiles_directory: models }
            buses:
              - id: rack
                tcp: 10.0.0.1:502
                devices: [ { id: a, unit: 1, profile: x-1.2 }, { id: b, unit: 2, profile: x-1.2, poll: 1s } ]
            """
        let result = ConfigurationReader.read(file: "f", text: Array(text.utf8), directory: "/etc/g/") { path in
            asked.append(path)
            return ProfileSource(file: path, text: Array("registers: [ { name: r, coil: 1 } ]".utf8))
        }
        #expect(asked == ["/etc/g/models/x-1.2.yaml"])
        #expect(result.problems.isEmpty)
        let devices = try #require(result.configuration?.buses.first?.devices)
        #expect(devices.map(\.registers.count) == [1, 1])
        #expect(devices.map(\.poll) == [.seconds(5), .seconds(1)])
    }
}
