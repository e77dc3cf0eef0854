import Foundation
import TestSupport
import Testing

@testable import GatewayCore

@Suite struct PayloadSpliceTests {
    private func spliced(_ text: String, _ previous: Int64) -> String? {
        PayloadSplice.payload(of: Array(text.utf8), previous: previous).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("prev comes right behind seq")
    func place() {
        let body = #"{"v":1,"gateway":"plant-01","seq":10234,"outlet":"stack-1","kind":"minute"}"#
        let expected = #"{"v":1,"gateway":"plant-01","seq":10234,"prev":10231,"outlet":"stack-1","kind":"minute"}"#
        #expect(spliced(body, 10_231) == expected)
        #expect(spliced(body, 0)?.contains(#""seq":10234,"prev":0,"outlet""#) == true)
    }

    @Test("only the first seq counts, whatever the data hold")
    func first() {
        let body = #"{"v":1,"gateway":"g","seq":7,"data":{"seq":9,"x":1}}"#
        #expect(spliced(body, 6) == #"{"v":1,"gateway":"g","seq":7,"prev":6,"data":{"seq":9,"x":1}}"#)
    }

    @Test("the longest gateway id and number fit")
    func longest() {
        let body = #"{"v":1,"gateway":"\#(String(repeating: "g", count: 64))","seq":\#(Int64.max),"kind":"raw"}"#
        #expect(spliced(body, .max)?.contains(#","prev":9223372036854775807,"kind""#) == true)
    }

    @Test(
        "what is no journal body is refused",
        arguments: [
            "", "{", #"{"seq":"#, #"{"seq":5"#, #"{"seq":5}"#, #"{"seq":,"a":1}"#, #"{"seq":-5,"a":1}"#,
            #"{"seq":"5","a":1}"#,
            #"["seq":5,"a":1]"#, #"{"v":1,"gateway":"g","data":1}"#,
        ])
    func refused(body: String) {
        #expect(spliced(body, 1) == nil)
    }

    @Test("a marker far inside is not searched for")
    func bounded() {
        #expect(spliced(#"{"x":"\#(String(repeating: "y", count: 500))","seq":5,"a":1}"#, 1) == nil)
    }

    @Test("the result is JSON with the same members and prev")
    func json() throws {
        let body = Array(#"{"v":1,"gateway":"g","seq":12,"name":"1号烟囱","data":{"a21026":{"Avg":12.31}}}"#.utf8)
        let payload = try #require(PayloadSplice.payload(of: body, previous: 11))
        var members = try #require(JSONSerialization.jsonObject(with: Data(payload)) as? NSDictionary as? [String: Any])
        #expect(members.removeValue(forKey: "prev") as? Int == 11)
        let original = try #require(JSONSerialization.jsonObject(with: Data(body)) as? NSDictionary)
        #expect(members as NSDictionary == original)
    }
}
