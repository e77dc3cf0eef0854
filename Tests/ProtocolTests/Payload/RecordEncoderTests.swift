import Foundation
import Protocol
import Telemetry
import Testing

@Suite struct RecordEncoderTests {
    @Test("what JSON has no number for is left out")
    func noNumber() {
        var json = JSONWriter()
        json.beginObject()
        json.field("a", number: .infinity)
        json.field("b", number: -.nan)
        json.field("c", number: 1)
        json.endObject()
        #expect(json.text == #"{"c":1}"#)
    }

    private let encoder = RecordEncoder(gateway: "plant-01")
    private let at = WallInstant(millisecondsSince1970: 1_795_227_600_000)
    private let stack = RecordPlace.outlet(OutletIdentity(id: "stack-1", mn: "88888880000001", st: "31"))

    private func text(_ record: Record, sequence: Int64 = 10_234) -> String {
        String(decoding: encoder.encode(record, sequence: sequence), as: UTF8.self)
    }

    private func record(_ kind: RecordKind, _ place: RecordPlace, period: Duration? = nil, _ content: RecordContent)
        -> Record
    {
        Record(
            kind: kind, place: place, at: at, dataTime: ZoneRules.china.civilTime(at: at), period: period,
            content: content)
    }

    @Test("a minute record reads as the contract shows it")
    func minute() {
        let so2 = FactorRecord(
            code: "a21026", fields: [.init("Avg", 12.31), .init("Min", 11.9), .init("Max", 12.8)], flag: .normal,
            count: 12)
        let dust = FactorRecord(code: "a34013", fields: [], flag: .noCommunication, count: 0, error: "timeout")
        let minute = record(.minute, stack, period: .seconds(60), .factors([so2, dust], quality: []))
        #expect(
            text(minute) == #"{"v":1,"gateway":"plant-01","seq":10234,"outlet":"stack-1","mn":"88888880000001","#
                + #""st":"31","kind":"minute","ts":1795227600000,"dataTime":"20261121102000","period":60,"#
                + #""data":{"a21026":{"Avg":12.31,"Min":11.9,"Max":12.8,"Flag":"N","Count":12},"#
                + #""a34013":{"Flag":"B","Count":0}},"errors":{"a34013":"timeout"}}"#)
    }

    @Test("evidence shows registers in hex and bits as digits, with unit, table and address")
    func evidence() {
        let answers = [
            RegisterAnswer(table: .input, address: 0, words: [0x41A0, 0x00FF, 0xFFFF]),
            RegisterAnswer(table: .coil, address: 65_535, words: [1, 0, 1, 1]),
            RegisterAnswer(table: .holding, address: 7, words: []),
        ]
        let poll = record(.evidence, .device("cems-1"), .answers(answers, unit: 255))
        #expect(
            text(poll) == #"{"v":1,"gateway":"plant-01","seq":10234,"device":"cems-1","kind":"evidence","#
                + #""ts":1795227600000,"dataTime":"20261121102000","unit":255,"reads":["#
                + #"{"table":"input","address":0,"words":"41A000FFFFFF"},"#
                + #"{"table":"coil","address":65535,"bits":"1011"},{"table":"holding","address":7,"words":""}]}"#)
    }

    @Test("a raw record names the device, its registers, and only the flags that are not N")
    func raw() {
        let registers = [
            RawRegister(name: "so2", isSinglePrecision: true), RawRegister(name: "o2", isSinglePrecision: false),
            RawRegister(name: "no", isSinglePrecision: true),
        ]
        let readings = [
            Reading(value: Double(Float(12.31)), flag: .maintenance), Reading(value: 8.2), .failed(.exception(code: 2)),
        ]
        let raw = record(.raw, .device("cems-1"), .raw(RawReadings(registers: registers, readings: readings)))
        #expect(
            text(raw, sequence: 1) == #"{"v":1,"gateway":"plant-01","seq":1,"device":"cems-1","kind":"raw","#
                + #""ts":1795227600000,"dataTime":"20261121102000","data":{"so2":12.31,"o2":8.2},"#
                + #""flags":{"so2":"M","no":"B"},"errors":{"no":"exception 2"}}"#)
    }

    @Test("a raw record has every digit of a long counter")
    func longCounter() {
        let registers = ["total", "gone", "small"].map { RawRegister(name: $0, isSinglePrecision: false) }
        let raw = RawReadings(
            registers: registers, readings: [Reading(value: 0x1p64), .failed(.timeout), Reading(value: 3)],
            digits: [0: ExactDecimal(18_446_744_073_709_551_615), 1: ExactDecimal(1)])
        #expect(
            text(record(.raw, .device("cems-1"), .raw(raw)))
                .contains(#""data":{"total":18446744073709551615,"small":3},"#))
    }

    @Test("an alarm record carries its alarm; texts of any language and quotes survive a JSON reader")
    func alarm() throws {
        let message = "二氧化硫 \"超标\"\n\u{7}\\"
        let report = AlarmReport(
            id: "stack-1.a21026.L6.1", rule: "L6", severity: .alarm, state: .raised, source: "stack-1",
            factor: "a21026", value: 38.5, limit: 35, since: at, message: message)
        let bytes = encoder.encode(record(.alarm, stack, .alarm(report)), sequence: 7)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let alarm = try #require(object["alarm"] as? [String: Any])
        #expect(alarm["message"] as? String == message)
        #expect(alarm["state"] as? String == "raised")
        #expect(alarm["value"] as? Double == 38.5)
        #expect(object["kind"] as? String == "alarm")
    }

    @Test(
        "numbers are short and read back the same",
        arguments: [0, -0.5, 1e-9, 12.3456789, 1e300, 100_000, 0.1 + 0.2, -273.15, .leastNonzeroMagnitude])
    func numbers(value: Double) throws {
        var json = JSONWriter()
        json.number(value)
        #expect(Double(json.text) == value)
        #expect(!json.text.hasSuffix(".0"))
    }
}
