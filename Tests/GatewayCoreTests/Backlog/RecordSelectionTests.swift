import Protocol
import Telemetry
import Testing

@testable import GatewayCore

@Suite struct RecordSelectionTests {
    private let minute = Array(
        (#"{"v":1,"gateway":"g","seq":7,"outlet":"stack-1","kind":"minute","ts":0,"data":{"a21026":{"Avg":1.5,"Flag":"N"},"#
            + #""a01014":{"Flag":"D","Reason":"a \"b\", {c}"},"a19001":{"Avg":6}},"errors":{"a01014":"timeout"},"quality":["x"]}"#)
            .utf8)

    private func cut(
        _ body: [UInt8], _ factors: Set<String>?, outlets: Set<String>? = nil, kind: RecordKind = .minute,
        place: String = "stack-1"
    ) -> String? {
        let selection = RecordSelection(kinds: Set(RecordKind.allCases), factors: factors, outlets: outlets)
        return selection.body(body, kind: kind.rawValue, place: place).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("without a choice the body is the journal's, byte for byte")
    func whole() { #expect(cut(minute, nil) == String(decoding: minute, as: UTF8.self)) }

    @Test("other factors are cut out of data and errors; what remains is as it was")
    func factors() {
        #expect(
            cut(minute, ["a21026", "x1"])
                == #"{"v":1,"gateway":"g","seq":7,"outlet":"stack-1","kind":"minute","ts":0,"data":{"a21026":{"Avg":1.5,"Flag":"N"}},"quality":["x"]}"#
        )
        #expect(
            cut(minute, ["a01014", "a19001"])
                == #"{"v":1,"gateway":"g","seq":7,"outlet":"stack-1","kind":"minute","ts":0,"data":{"a01014":{"Flag":"D","Reason":"a \"b\", {c}"},"a19001":{"Avg":6}},"errors":{"a01014":"timeout"},"quality":["x"]}"#
        )
    }

    @Test("a record with none of the factors is not carried")
    func none() { #expect(cut(minute, ["a21002"]) == nil) }

    @Test("outlets choose whole records; the gateway's own are always carried")
    func outlets() {
        #expect(cut(minute, nil, outlets: ["stack-1"]) != nil)
        #expect(cut(minute, nil, outlets: ["stack-2"]) == nil)
        #expect(cut(minute, nil, outlets: ["stack-2"], kind: .audit, place: "_gateway") != nil)
    }

    @Test("an alarm about another factor is not carried, one about none is")
    func alarms() {
        let about = Array(#"{"seq":1,"alarm":{"id":"x","factor":"a21026","message":"m"}}"#.utf8)
        let general = Array(#"{"seq":1,"alarm":{"id":"x","message":"the \"factor\":\"a1\" of"}}"#.utf8)
        #expect(cut(about, ["a21026"], kind: .alarm) != nil)
        #expect(cut(about, ["a01014"], kind: .alarm) == nil)
        #expect(cut(general, ["a01014"], kind: .alarm) != nil)
    }

    @Test("raw polls and frames may hold any factor, so a choice leaves them out")
    func raw() {
        let selection = RecordSelection(kinds: Set(RecordKind.allCases), factors: ["a21026"])
        #expect(!selection.kinds.contains(.raw) && !selection.kinds.contains(.frame))
        #expect(RecordSelection(kinds: [.raw]).kinds == [.raw])
    }

    @Test(
        "bytes that are no such object are not carried and harm nobody",
        arguments: [
            "", "{", "{}", "[]", #"{"data"}"#, #"{"data":}"#, #"{"data":{"a":1}"#, #"{"data":{"a21026":1}}x"#,
            #"{"data":"\"#,
            #"{"data":{"a21026":{"Avg":1}}"#, #"{"data":[{"a21026":1}]}"#,
        ])
    func broken(text: String) { #expect(cut(Array(text.utf8), ["a21026"]) == nil) }

    @Test("a body cut off anywhere is never carried")
    func cutOff() {
        for end in minute.indices { #expect(cut(Array(minute[..<end]), ["a21026"]) == nil, "\(end)") }
    }

    @Test("what a record has of factors says whether it is carried, as its body does")
    func carries() {
        let codes = RecordSelection.factors(in: minute)
        #expect(codes == ["a21026", "a01014", "a19001"])
        #expect(RecordSelection.factors(in: Array("[]".utf8)).isEmpty)
        #expect(RecordSelection.factors(in: Array(#"{"v":1}"#.utf8)).isEmpty)
        for factors in [nil, ["a21026"], ["a19001", "w1"], ["w1"]] as [Set<String>?] {
            for outlets in [nil, ["stack-1"], ["stack-2"]] as [Set<String>?] {
                let selection = RecordSelection(kinds: [.minute], factors: factors, outlets: outlets)
                let body = selection.body(minute, kind: "minute", place: "stack-1")
                #expect(selection.carries(.minute, of: "stack-1", factors: codes) == (body != nil))
                #expect(!selection.carries(.hour, of: "stack-1", factors: codes))
            }
        }
    }
}
