import Protocol
import Telemetry
import Testing

@Suite struct UnroundedAmountsTests {
    private static func record(_ kind: RecordKind, _ amounts: [(String, Double?)]) -> Record {
        let factors = amounts.map { code, amount in
            var factor = FactorRecord(code: code, fields: [.init("Cou", 0)], flag: .normal)
            factor.unroundedAmount = amount
            return factor
        }
        return Record(
            kind: kind, place: .outlet(OutletIdentity(id: "s", mn: nil, st: "31")),
            at: WallInstant(millisecondsSince1970: 0), dataTime: CivilTime(year: 2026, month: 11, day: 1),
            content: .factors(factors, quality: []))
    }

    @Test("hours and longer periods have them, all others have none", arguments: RecordKind.allCases)
    func kinds(kind: RecordKind) {
        let unrounded = UnroundedAmounts(of: Self.record(kind, [("a21026", 0.1 + 0.2), ("a19001", nil)]))
        let isKept = [.hour, .day, .month, .year].contains(kind)
        #expect(unrounded == (isKept ? UnroundedAmounts(["a21026": 0.30000000000000004]) : nil))
    }

    @Test("a record without amounts has none")
    func none() {
        #expect(UnroundedAmounts(of: Self.record(.hour, [("a19001", nil), ("a21026", .nan)])) == nil)
    }

    @Test("the text reads back the same, to the last bit")
    func text() {
        let amounts = UnroundedAmounts(["w01018": -0.0004, "a21026": 0.1 + 0.2, "a00000": 45_239, "b": 1e-9])
        #expect(amounts.text == #"{"a00000":45239,"a21026":0.30000000000000004,"b":1e-09,"w01018":-0.0004}"#)
        #expect(UnroundedAmounts(text: amounts.text) == amounts)
    }

    @Test("any other text is none", arguments: ["", "{", "[1]", "7", #"{"a":null}"#, #"{"a":"1"}"#])
    func unreadable(text: String) {
        #expect(UnroundedAmounts(text: text) == nil)
    }

    @Test("what is published has no trace of them")
    func published() {
        let encoder = RecordEncoder(gateway: "g")
        let (with, without) = (Self.record(.hour, [("a21026", 0.0004)]), Self.record(.hour, [("a21026", nil)]))
        #expect(encoder.encode(with, sequence: 1) == encoder.encode(without, sequence: 1))
    }
}
