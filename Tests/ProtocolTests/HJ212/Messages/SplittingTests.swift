import Telemetry
import TestSupport
import Testing

@testable import Protocol

@Suite struct SplittingTests {
    private func record(factors: Int, valueLength: Int = 4) -> FieldMessage {
        .data(
            DataRecord(
                .hour, at: MessageSamples.noon,
                (0..<factors).map { index in
                    let value = FieldText(String(repeating: "1", count: valueLength))
                    return DataRecord.Factor(
                        FieldText("a\(10_000 + index)"),
                        [
                            DataRecord.Value("Avg", value), DataRecord.Value("Flag", "N"),
                        ])
                }))
    }

    private func split(_ message: FieldMessage, _ edition: Edition) throws -> [Packet] {
        var numbers = QNSource()
        return try PacketSplitter(station: MessageSamples.station(edition), asksForAnswer: true)
            .packets(of: message, numbers: &numbers, at: MessageSamples.noon)
    }

    @Test("Packets stay within the limits, repeat DataTime, count up and keep factors whole")
    func form() throws {
        for edition in MessageSamples.stations.keys {
            for factors in [1, 10, 25, 33, 34, 35, 36, 100, 250] {
                let packets = try split(record(factors: factors), edition)
                for (index, packet) in packets.enumerated() {
                    #expect(packet.segment.count <= 1024 && packet.cp.bytes.count <= 950)
                    #expect(packet.cp.items.first?.first?.key == "DataTime")
                    #expect(packet.cp.pairs.count % 2 == 1)
                    #expect(packet.pnum == (packets.count > 1 ? packets.count : nil))
                    #expect(packet.pno == (packets.count > 1 ? index + 1 : nil))
                    #expect(packet.flag?.isSplit == (packets.count > 1))
                }
                #expect(Set(packets.compactMap(\.qn)).count == packets.count)
                #expect(packets.map { $0.cp.items.count - 1 }.reduce(0, +) == factors)
            }
        }
    }

    @Test("As few packets as can be: what fits is not split")
    func tight() throws {
        // The lead takes 23 bytes, an item with its separator 33; the header of 2017 leaves 937 of 1024 bytes.
        #expect(try split(record(factors: 27, valueLength: 7), .hj2017).count == 1)
        #expect(try split(record(factors: 28, valueLength: 7), .hj2017).count == 2)
        // In 2005 the header is short and the data area is the limit: 950.
        #expect(try split(record(factors: 28, valueLength: 7), .hj2005).count == 1)
        #expect(try split(record(factors: 29, valueLength: 7), .hj2005).count == 2)
    }

    @Test("2025 numbers nine packets, the others go on")
    func manyPackets() throws {
        let message = record(factors: 400)
        #expect(throws: MessageError.tooManyPackets(limit: 9)) { try split(message, .hj2025) }
        let packets = try split(message, .hj2017)
        #expect(packets.count > 9)
        #expect(packets.last?["PNO"]?.text == "\(packets.count)")
    }

    @Test("A factor that fits into no packet is named")
    func tooLong() {
        #expect(throws: MessageError.itemTooLong(item: "a10000-Avg")) {
            try split(record(factors: 1, valueLength: 1000).text(), .hj2017)
        }
    }

    @Test("Request numbers rise whatever the clock does")
    func numbers() {
        var source = QNSource()
        let noon = MessageSamples.noon
        #expect(source.next(at: noon) == "20240601120000000")
        #expect(source.next(at: noon) == "20240601120000001")
        #expect(source.next(at: MessageSamples.time("20200101000000")) == "20240601120000002")
        #expect(source.next(at: MessageSamples.time("20240601120001")) == "20240601120001000")
        var random = SeededGenerator()
        var last = ""
        for _ in 0..<1_000 {
            let next = source.next(at: MessageSamples.randomTime(&random)).text
            #expect(next > last && next.utf8.count == 17, "\(random)")
            last = next
        }
    }
}

extension FieldMessage {
    /// The same with letters for digits, which no number format forbids.
    fileprivate func text() -> FieldMessage {
        guard case .data(var record) = self else { return self }
        record.factors = record.factors.map { factor in
            DataRecord.Factor(
                factor.code,
                factor.values.map { value in
                    DataRecord.Value(value.suffix, FieldText(ArraySlice(value.text.bytes.map { _ in 0x78 })))
                })
        }
        return .data(record)
    }
}

@Suite struct PacketAssemblyTests {
    private func part(_ number: Int, of count: Int, time: Int = 0, mn: String = "M") -> Packet {
        let text =
            "QN=\(number);ST=32;CN=2061;MN=\(mn);Flag=7;PNUM=\(count);PNO=\(number);"
            + "CP=&&DataTime=\(20_240_601_000_000 + time);a\(number)-Avg=\(number)&&"
        return Packet(segment: Array(text.utf8)[...])
    }

    private func codes(_ message: PacketAssembly.Message?) -> [String] {
        switch message {
        case .whole(let packet), .partial(let packet, _): packet.cp.pairs.map(\.key.text)
        case nil: []
        }
    }

    @Test("In any order, with repetitions, the whole comes out once")
    func orders() {
        var random = SeededGenerator()
        for _ in 0..<200 {
            var assembly = PacketAssembly()
            var whole: [PacketAssembly.Message] = []
            let order = (1...4).shuffled(using: &random)
            for number in order.dropLast() + order.dropLast().shuffled(using: &random) + [order[3]] {
                whole += assembly.insert(part(number, of: 4), at: .zero)
            }
            #expect(whole.count == 1)
            #expect(codes(whole.first) == ["DataTime", "a1-Avg", "a2-Avg", "a3-Avg", "a4-Avg"], "\(random)")
            guard case .whole(let packet)? = whole.first else { return }
            #expect(packet.pnum == nil && packet.pno == nil && packet["Flag"] == "5")
            #expect(assembly.deadline == nil)
        }
    }

    @Test("Messages of different times or devices do not mix")
    func keys() {
        var assembly = PacketAssembly()
        #expect(assembly.insert(part(1, of: 2), at: .zero).isEmpty)
        #expect(assembly.insert(part(2, of: 2, time: 1), at: .zero).isEmpty)
        #expect(assembly.insert(part(2, of: 2, mn: "N"), at: .zero).isEmpty)
        #expect(assembly.insert(part(2, of: 3), at: .zero).isEmpty)
        #expect(assembly.insert(part(2, of: 2), at: .zero).count == 1)
    }

    @Test("After its time a message is given up as what is there")
    func partial() {
        var assembly = PacketAssembly(timeout: .seconds(10))
        _ = assembly.insert(part(3, of: 4), at: .zero)
        _ = assembly.insert(part(1, of: 4), at: .zero + .seconds(9))
        #expect(assembly.deadline == .zero + .seconds(10))
        #expect(assembly.tick(at: .zero + .seconds(9)).isEmpty)
        let given = assembly.tick(at: .zero + .seconds(10))
        guard case .partial(_, missing: [2, 4])? = given.first else {
            Issue.record("\(given)")
            return
        }
        #expect(codes(given.first) == ["DataTime", "a1-Avg", "a3-Avg"])
        #expect(assembly.deadline == nil)
    }

    @Test("A repeated number replaces the earlier packet")
    func replaced() {
        var assembly = PacketAssembly()
        _ = assembly.insert(part(1, of: 2), at: .zero)
        let other = Packet(
            segment: Array("ST=32;CN=2061;MN=M;PNUM=2;PNO=1;CP=&&DataTime=20240601000000;b-Avg=1&&".utf8)[...])
        _ = assembly.insert(other, at: .zero)
        #expect(codes(assembly.insert(part(2, of: 2), at: .zero).first) == ["DataTime", "b-Avg", "a2-Avg"])
    }

    @Test(
        "Without usable numbers a packet stands alone",
        arguments: [
            "Flag=7;CP=&&DataTime=1&&", "Flag=7;PNUM=1;PNO=1;CP=&&DataTime=1&&", "PNUM=2;CP=&&&&",
            "PNUM=2;PNO=3;CP=&&&&",
            "PNUM=2;PNO=0;CP=&&&&", "PNUM=99999;PNO=1;CP=&&&&", "PNUM=-2;PNO=1;CP=&&&&",
        ])
    func single(segment: String) {
        var assembly = PacketAssembly()
        let packet = Packet(segment: Array(segment.utf8)[...])
        #expect(assembly.insert(packet, at: .zero) == [.whole(packet)])
    }

    @Test("What is held is bounded: the oldest gives way")
    func bounded() {
        var assembly = PacketAssembly()
        var given = 0
        for index in 0..<200 {
            given += assembly.insert(part(1, of: 2, time: index), at: .zero + .seconds(index)).count
        }
        #expect(given == 200 - PacketAssembly.capacity)
        var big = PacketAssembly()
        var pieces = 0
        // At one instant too: the one that came first gives way, never the one that grows.
        for index in 0..<4 {
            for number in 1..<600 { pieces += big.insert(part(number, of: 600, time: index), at: .zero).count }
        }
        #expect(pieces == 3)
        #expect(big.close().count == 1)
    }
}
