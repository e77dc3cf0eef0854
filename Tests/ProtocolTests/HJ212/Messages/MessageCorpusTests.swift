import Testing

@testable import Protocol

/// The frames collected from standards, source code and device logs, as messages.
@Suite struct MessageCorpusTests {
    private func packet(_ line: CorpusFrame) throws -> Packet {
        Packet(segment: try #require(scan(line.wire).first?.frame).segment)
    }

    /// Commands of the corpus that a field machine sends although they are listed as commands.
    private static let notifications: Set<Int> = [1013]

    @Test(
        "Every command is a host's request or a field machine's notification",
        arguments: CorpusFrame.good.filter { $0.kind == "command" })
    func commands(_ line: CorpusFrame) throws {
        let packet = try packet(line)
        if Self.notifications.contains(packet.cn?.rawValue ?? 0) {
            #expect(FieldMessage(packet) != nil)
        } else {
            let request = try HostRequest(decoding: packet)
            #expect(request.command == packet.cn)
        }
    }

    @Test(
        "Every response and acknowledgement is an answer or what a request returns",
        arguments: CorpusFrame.good.filter { ["response", "ack"].contains($0.kind) })
    func responses(_ line: CorpusFrame) throws {
        let packet = try packet(line)
        if packet.cn?.isAnswer == true {
            let answer = try #require(Answer(packet))
            #expect(answer.content.command == packet.cn)
            #expect(answer.answeredQN != nil)
        } else {
            #expect(try FieldMessage(decoding: packet).command == packet.cn)
        }
    }

    @Test(
        "Every upload is a message, and what it says survives",
        arguments: CorpusFrame.good.filter {
            ["realtime", "minute", "hour", "day", "status", "alarm"].contains($0.kind)
        })
    func uploads(_ line: CorpusFrame) throws {
        let packet = try packet(line)
        guard packet.cp["DataTime"] != nil || packet.cp["AlarmTime"] != nil || packet.cn == .reportHardware else {
            return
        }
        let message: FieldMessage
        do throws(MessageError) {
            message = try FieldMessage(decoding: packet)
        } catch {
            #expect(packet.edition == .surfaceWater, "\(error)")
            return
        }
        #expect(message.command == packet.cn)
        let again = Packet(header: packet.header, cp: message.area(edition: packet.edition))
        #expect(FieldMessage(again) == message)
    }
}
