import Testing

@testable import Protocol

@Suite("Writing a coil")
struct CoilWriteTests {
    @Test("the request of the standard's example: output 173 on")
    func request() {
        // Source: Modbus Application Protocol 1.1b3, 6.5; outputs are numbered from 1 there.
        #expect(CoilWrite(address: 172, isOn: true).functionData == [5, 0, 0xAC, 0xFF, 0])
        #expect(CoilWrite(address: 0xFFFF, isOn: false).functionData == [5, 0xFF, 0xFF, 0, 0])
    }

    @Test(
        "nothing but the echo of the request is a good answer",
        arguments: [
            ([5, 0, 1, 0xFF, 0], nil), ([5, 0, 1, 0, 0], ReplyDefect.mismatch(.otherWrite)),
            ([5, 0, 2, 0xFF, 0], .mismatch(.otherWrite)),
            ([1, 0, 1, 0xFF, 0], .mismatch(.otherWrite)),
            ([5, 0, 1, 0xFF], .mismatch(.otherWrite)), ([5], .mismatch(.tooShort)),
            ([], .mismatch(.tooShort)), ([0x85, 2], .exception(2)),
            ([0x85, 0], .mismatch(.malformedException)), ([0x85, 2, 3], .mismatch(.malformedException)),
        ] as [([UInt8], ReplyDefect?)])
    func reply(bytes: [UInt8], defect: ReplyDefect?) {
        let frame = [9, 9] + bytes
        var found: ReplyDefect?
        do throws(ReplyDefect) {
            try CoilWrite(address: 1, isOn: true).check(reply: frame, functionData: 2..<frame.count)
        } catch {
            found = error
        }
        #expect(found == defect)
    }
}
