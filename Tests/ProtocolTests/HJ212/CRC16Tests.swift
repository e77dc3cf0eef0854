import TestSupport
import Testing

@testable import Protocol

@Suite struct CRC16Tests {
    /// Segment, HJ 212 value, Modbus value; the first two are printed in the standards.
    static let examples: [(String, UInt16, UInt16)] = [
        (
            "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&",
            0x1C80, 0x0759
        ),
        ("QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&", 0x2200, 0xCCF4),
        (
            "ST=32;CN=2011;PW=123456;MN=LD130133000015;CP=&&DataTime=20160824003817000;B01-Rtd=36.91;011-Rtd=231.0,"
                + "011-Flag=N;060-Rtd=1.803,060-Flag=N&&", 0x4980, 0x264D
        ),
        ("QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&", 0x3240, 0x44BC),
        (
            "QN=20160801085857223;ST=32;CN=3020;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"
                + "CP=&&DataTime=20100301145000;PolId=w01018;i11001-Info=//清洗管路//&&", 0x9741, 0xE5DB
        ),
        ("123456789", 0x2F80, 0x4B37),
        ("\0", 0x4040, 0x40BF),
        ("A", 0x7080, 0x707F),
        ("S", 0x7D00, 0x7D00 ^ 0x7D00),
        ("ST", 0xDEC1, 0), ("ST=", 0x8941, 0), ("ST=3", 0xB381, 0),
        ("", 0xFFFF, 0xFFFF),
    ]

    @Test("It gives the values of the standards and of the worked examples", arguments: examples)
    func knownValues(text: String, value: UInt16, modbus: UInt16) {
        #expect(CRC16(Array(text.utf8)[...]).value == value)
        if modbus != 0 { #expect(CRC16.modbus(Array(text.utf8)[...]) == modbus) }
    }

    /// The algorithm as the standard words it, bit by bit.
    private func reference(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var register: UInt16 = 0xFFFF
        for byte in bytes {
            register = (register >> 8) ^ UInt16(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? (register >> 1) ^ 0xA001 : register >> 1 }
        }
        return register
    }

    @Test("Its tables agree with the algorithm bit by bit, for every length up to three blocks and any bytes")
    func agreesWithTheWording() {
        var generator = SeededGenerator()
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(CRC16(bytes[...]).value == reference(bytes[...]), "\(generator), length \(length)")
        }
    }

    @Test("Taking bytes in pieces changes nothing")
    func pieces() {
        var generator = SeededGenerator()
        for _ in 0..<200 {
            let bytes = (0..<100).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let cut = Int.random(in: 0...100, using: &generator)
            var checksum = CRC16()
            checksum.update(bytes[..<cut])
            checksum.update(bytes[cut...])
            #expect(checksum == CRC16(bytes[...]), "\(generator)")
        }
    }

    @Test("Every single wrong byte of a segment is noticed")
    func singleByteErrors() {
        let bytes = Array("ST=32;CN=2011;CP=&&&&".utf8)
        let right = CRC16(bytes[...]).value
        for index in bytes.indices {
            for value in 0...UInt8.max where value != bytes[index] {
                var wrong = bytes
                wrong[index] = value
                #expect(CRC16(wrong[...]).value != right)
            }
        }
    }
}
