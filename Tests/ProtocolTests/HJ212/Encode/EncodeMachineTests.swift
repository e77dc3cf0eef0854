import TestSupport
import Testing

@testable import Protocol

@Suite struct EncodeMachineTests {
    private static let line =
        #"{"ok":true,"offset":7,"length":113,"edition":"2017","crc":"0000","fields":{"QN":"20160801085857223","ST":"32","#
        + #""CN":"1062","PW":"100000","MN":"010000A8900016F000169DC0","Flag":"5"},"cp":[{"RtdInterval":"30"}]}"#
    private static let wire =
        "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n"

    private func encode(_ text: String) -> [EncodeMachine.Output] {
        var machine = EncodeMachine()
        return machine.feed(Array(text.utf8)) + machine.finish()
    }

    @Test("a line is framed strictly, whatever it says about length and checksum")
    func frame() {
        #expect(encode(Self.line) == [.frame(Array(Self.wire.utf8))])
        #expect(encode(Self.line + "\r\n\n  \n" + Self.line + "\n").count == 2)
    }

    @Test(
        "groups, lists of values, log text and Chinese",
        arguments: [
            (#"{"fields":{"ST":"32"},"cp":[]}"#, "ST=32;CP=&&&&"),
            (#"{"fields":{"ST":"32"},"cp":[{"a":"1","b":"2"},{"c":""}]}"#, "ST=32;CP=&&a=1,b=2;c=&&"),
            (#"{"fields":{"ST":"32"},"cp":[{"CTime":["04","10"],"x":["1"]}]}"#, "ST=32;CP=&&CTime=04,CTime=10,x=1&&"),
            (#"{"fields":{"ST":"32"},"cp":[{"i11001-Info":"//清洗;a=1,b//"}]}"#, "ST=32;CP=&&i11001-Info=//清洗;a=1,b//&&"),
            (#"{"cp":[],"fields":{"ST":"32","MN":"\u6d4b"}}"#, "ST=32;MN=测;CP=&&&&"),
        ])
    func segments(json: String, segment: String) {
        #expect(encode(json) == [.frame(framed(segment))])
    }

    @Test(
        "what is missing or wrong is named with its line",
        arguments: [
            ("[]", "must be an object, is a list"), ("{\"cp\":[]}", "fields is missing"),
            (#"{"fields":{"ST":"1"}}"#, "cp is missing"), (#"{"fields":{},"cp":[]}"#, "fields is empty"),
            (#"{"fields":[],"cp":[]}"#, "fields must be an object"),
            (#"{"fields":{"ST":"1"},"cp":{}}"#, "cp must be a list"),
            (#"{"fields":{"ST":"1"},"cp":[{}]}"#, "cp[0] is empty"),
            (#"{"fields":{"ST":"1"},"cp":["x"]}"#, "cp[0] must be"),
            (#"{"fields":{"ST":32},"cp":[]}"#, "fields.ST must be a string or a list of strings, is a number"),
            (#"{"fields":{"ST":"1"},"cp":[{"a":"1"},{"w-Rtd":[7.1]}]}"#, "cp[1].w-Rtd must be a list of strings"),
            (#"{"fields":{"ST":"1"},"cp":[{"a":[]}]}"#, "cp[0].a must be"), ("{\"fields\":", "no JSON at column"),
            (#"{"fields":{"ST":"1","ST":"2"},"cp":[]}"#, "duplicate"), (#"{"ok":false,"offset":0}"#, "is a defect"),
            (#"{"fields":{"ST":"1;2"},"cp":[]}"#, "ST would be read back differently"),
            (#"{"fields":{"ST":"1"},"cp":[{"a":"1,2"}]}"#, "a would be read back differently"),
            (#"{"fields":{"ST":"1"},"cp":[{"a":" 1"}]}"#, "a would be read back differently"),
            (#"{"fields":{"ST":"1"},"cp":[{"a=b":"1"}]}"#, "a=b would be read back differently"),
            (#"{"fields":{"ST":"1"},"cp":[{"":""}]}"#, "would be read back differently"),
            (#"{"fields":{"ST":"CP=&&"},"cp":[]}"#, "would be read back differently"), ("清洗", "no JSON"),
        ])
    func problems(json: String, message: String) {
        let outputs = encode("\n" + json + "\n" + Self.line)
        guard outputs.count == 2, case .problem(2, let said) = outputs[0] else {
            Issue.record("\(outputs)")
            return
        }
        #expect(said.en.contains(message) && said.zh.hasChinese, "\(said)")
        #expect(outputs[1] == .frame(Array(Self.wire.utf8)))
    }

    @Test("a segment of 1024 bytes is framed, one of 1025 is an error that says so", arguments: [1024, 1025])
    func longest(length: Int) {
        let value = String(repeating: "x", count: length - "ST=1;CP=&&a=&&".utf8.count)
        let outputs = encode(#"{"fields":{"ST":"1"},"cp":[{"a":"\#(value)"}]}"#)
        switch outputs.first {
        case .frame(let frame): #expect(length == 1024 && frame.count == 1036)
        case .problem(_, let message):
            #expect(length == 1025 && message.en.hasPrefix("the segment has 1025 bytes, at most 1024 are allowed"))
        case nil: Issue.record("nothing")
        }
    }

    @Test("a line without end is refused, not kept")
    func overlong() {
        var machine = EncodeMachine()
        var outputs: [EncodeMachine.Output] = []
        for _ in 0..<100 { outputs += machine.feed([UInt8](repeating: UInt8(ascii: " "), count: 10_000)) }
        outputs += machine.feed(Array(("\n" + Self.line).utf8)) + machine.finish()
        #expect(
            outputs == [
                .problem(line: 1, message: .init("longer than 65536 bytes", zh: "超过 65536 字节")),
                .frame(Array(Self.wire.utf8)),
            ])
    }

    @Test("any division into pieces gives the same")
    func pieces() {
        let text = Array((Self.line + "\n{\"cp\":1}\r\n\n" + Self.line).utf8)
        var machine = EncodeMachine()
        var outputs: [EncodeMachine.Output] = []
        for byte in text { outputs += machine.feed([byte]) }
        outputs += machine.finish()
        #expect(outputs == encode(String(decoding: text, as: UTF8.self)))
        #expect(outputs.count == 3)
    }
}
