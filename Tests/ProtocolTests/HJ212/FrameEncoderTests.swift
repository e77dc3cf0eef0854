import Testing

@testable import Protocol

@Suite struct FrameEncoderTests {
    @Test("A frame has four digits of length, an upper-case checksum and CR LF")
    func form() {
        let segment = "QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&"
        #expect(String(decoding: framed(segment), as: UTF8.self) == "##0087\(segment)3240\r\n")
        #expect(String(decoding: framed("&&"), as: UTF8.self).hasPrefix("##0002&&"))
    }

    @Test("A segment above 1024 bytes has no frame")
    func tooLong() {
        #expect(FrameEncoder.frame(segment: [UInt8](repeating: 0x41, count: 1024))?.count == 1036)
        #expect(FrameEncoder.frame(segment: [UInt8](repeating: 0x41, count: 1025)) == nil)
    }

    @Test("The length counts bytes, not characters")
    func bytesCounted() {
        let frame = framed("ST=32;CP=&&i11001-Info=//清洗管路//&&")
        #expect(String(decoding: frame[2..<6], as: UTF8.self) == "0041")
        #expect(scan(frame).first?.frame?.bytes == frame)
    }
}
