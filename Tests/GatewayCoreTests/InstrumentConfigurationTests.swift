import Protocol
import Telemetry
import Testing

@testable import GatewayCore

@Suite struct InstrumentConfigurationTests {
    @Test("An instrument with nothing but its line has every default")
    func defaults() throws {
        let read = try instruments("- { id: a, listen: \"0.0.0.0:7212\" }")
        #expect(read == [InstrumentConfiguration(id: "a", transport: .listen(host: "0.0.0.0", port: 7212))])
        let instrument = try #require(read.first)
        #expect(instrument.edition == nil && instrument.passwordFile == nil && instrument.keyFile == nil)
        #expect(instrument.timeout == .seconds(10) && instrument.resends == 3)
        #expect(instrument.timeSetting == .never && instrument.commissioning == nil && !instrument.asksForHistory)
        #expect(!instrument.passThrough && instrument.station == nil && instrument.minuteInterval == 1)
        #expect(instrument.line.tolerance == .intake && instrument.line.allow.isEmpty)
        #expect(instrument.line.connections == 16 && instrument.line.frameTimeout == .seconds(10))
        #expect(instrument.line.idleTimeout == .seconds(600) && instrument.line.silenceLimit == .seconds(600))
    }

    @Test("Every setting of a listening instrument reaches its value")
    func everything() throws {
        let read = try instruments(
            """
            - id: a
              listen: "[::]:7212"
              mn: "0001"
              edition: "2025"
              tolerate: [length, crc-padding]
              password_file: a.pw
              key_file: /etc/keys/a
              allow: [192.0.2.0/24, "2001:db8::/32", 10.0.0.1]
              connections: 4
              idle_timeout: 20m
              frame_timeout: 500ms
              heartbeat: 90s
              timeout: 5s
              resends: 0
              set_time: drift
              drift: 5m
              history: true
              configure: true
              realtime_interval: 1m
              minute_interval: 5
              pass_through: true
            """)
        let instrument = try #require(read.first)
        #expect(instrument.mn == "0001" && instrument.edition == .hj2025)
        #expect(instrument.passwordFile == "/etc/gatewayd/a.pw" && instrument.keyFile == "/etc/keys/a")
        #expect(instrument.timeout == .seconds(5) && instrument.resends == 0)
        #expect(instrument.timeSetting == .drift(.seconds(300)))
        #expect(instrument.commissioning == .init(realtimeInterval: 60, minuteInterval: 5))
        #expect(instrument.asksForHistory && instrument.passThrough && instrument.minuteInterval == 5)
        let line = instrument.line
        #expect(line.tolerance == [.length, .unpaddedCRC])
        #expect(line.allow == ["192.0.2.0/24", "2001:db8::/32", "10.0.0.1"].map { AddressPrefix($0) })
        #expect(line.connections == 4 && line.frameTimeout == .milliseconds(500))
        #expect(line.idleTimeout == .seconds(1_200) && line.heartbeat == .seconds(90))
        #expect(line.silenceLimit == .seconds(90))
    }

    @Test(
        "An edition has a name or is found out",
        arguments: [
            ("auto", nil), ("2005", .hj2005), ("\"2017\"", .hj2017), ("2025", .hj2025),
            ("surface-water", .surfaceWater),
        ] as [(String, Edition?)])
    func editions(written: String, edition: Edition?) throws {
        #expect(try instruments("- { id: a, connect: \"h:1\", edition: \(written) }").first?.edition == edition)
    }

    @Test(
        "Tolerance is everything, nothing, or what is named",
        arguments: [
            ("all", .everything), ("none", .strict), ("[tail]", .tail),
            ("[address, length, oversize, crc-padding, unclosed, tail]", .intake), ("[modbus-crc]", .modbusCRC),
        ] as [(String, Tolerance)])
    func tolerances(written: String, tolerance: Tolerance) throws {
        let read = try instruments("- { id: a, connect: \"h:1\", tolerate: \(written) }")
        #expect(read.first?.line.tolerance == tolerance)
    }

    @Test("What cannot be checked is taken in only with a warning")
    func unchecked() throws {
        let text = "gateway: { id: g }\ninstruments: [ { id: a, connect: \"h:1\", tolerate: [length, unchecked] } ]"
        let result = readConfiguration(text.utf8)
        #expect(result.configuration?.instruments.first?.line.tolerance == [.length, .unchecked])
        #expect(result.problems.map(\.severity) == [.warning])
        #expect(result.lines.first?.contains("no evidence") == true)
    }

    @Test("The clock is set never, on connecting, or when it drifts by a minute")
    func timeSetting() throws {
        for (written, setting) in [
            ("off", InstrumentDevice.TimeSetting.never), ("on_connect", .onConnect), ("drift", .drift(.seconds(60))),
        ] {
            let read = try instruments("- { id: a, connect: \"h:1\", set_time: \(written) }")
            #expect(read.first?.timeSetting == setting)
        }
    }

    @Test("Without intervals of its own an instrument is told the gateway's")
    func intervals() throws {
        let read = try validConfiguration(
            """
            gateway: { id: g, realtime_interval: 2500ms, minute_interval: 10 }
            instruments:
              - { id: a, connect: "h:1", configure: true }
              - { id: b, connect: "h:2", configure: true, realtime_interval: 10s, minute_interval: 2 }
              - { id: c, connect: "h:3", history: true }
            """)
        #expect(
            read.instruments.map(\.commissioning) == [
                .init(realtimeInterval: 2, minuteInterval: 10), .init(realtimeInterval: 10, minuteInterval: 2), nil,
            ])
        #expect(read.instruments.map(\.minuteInterval) == [10, 2, 10])
    }

    @Test("Silence is for ever with 0s, unless there is a heartbeat")
    func silence() throws {
        let read = try instruments(
            """
            - { id: a, connect: "h:1", idle_timeout: 0s }
            - { id: b, connect: "h:2", idle_timeout: 0s, heartbeat: 3m }
            - { id: c, connect: "h:3", heartbeat: 1h }
            """)
        #expect(read.map(\.line.silenceLimit) == [nil, .seconds(180), .seconds(600)])
    }

    @Test("Stations share a serial line or an address")
    func stations() throws {
        let read = try instruments(
            """
            - { id: a, serial: { path: /dev/ttyS2, baud: 19200 }, station: 1 }
            - { id: b, serial: { path: /dev/ttyS2, baud: 19200 }, station: 9999, poll: 500ms, command: 2011, tolerate: all }
            - { id: c, connect: "h:1", station: 1 }
            - { id: d, connect: "h:1", station: 2 }
            """)
        #expect(
            read.map(\.station) == [
                StationPolling(station: 1),
                StationPolling(station: 9_999, poll: .milliseconds(500), command: .realtime),
                StationPolling(station: 1), StationPolling(station: 2),
            ])
        #expect(read[0].transport == read[1].transport)
        #expect(read.map(\.line.tolerance) == [.everything, .everything, .intake, .intake])
    }

    @Test("What one instrument says of a shared listener holds for all")
    func sharing() throws {
        let read = try instruments(
            """
            - { id: a, listen: "0.0.0.0:1", mn: A1 }
            - { id: b, listen: "0.0.0.0:1", mn: A2, allow: [10.0.0.0/8], connections: 3, idle_timeout: 0s, tolerate: none }
            - { id: c, listen: "0.0.0.0:1", mn: A3, allow: [10.0.0.0/8], heartbeat: 2m, frame_timeout: 3s }
            - { id: d, listen: "0.0.0.0:2", mn: A1 }
            """)
        #expect(read[0].line == read[1].line && read[1].line == read[2].line)
        #expect(read[0].line.allow == [AddressPrefix("10.0.0.0/8")])
        #expect(read[0].line.connections == 3 && read[0].line.tolerance == .strict)
        #expect(read[0].line.silenceLimit == .seconds(120) && read[0].line.frameTimeout == .seconds(3))
        #expect(read[3].line == InstrumentLineSettings())
    }

    private func instruments(_ list: String) throws -> [InstrumentConfiguration] {
        let read = try validConfiguration("gateway: { id: g }\ninstruments:\n" + list)
        return read.instruments
    }
}
