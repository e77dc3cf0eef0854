import Testing

@testable import Protocol

@Suite struct AnswerTests {
    private func read(_ segment: String) -> Answer? { Answer(Packet(segment: Array(segment.utf8)[...])) }

    static let contents: [Answer.Content] = [
        .request(.ready), .request(.wrongCN), .request(RequestVerdict(rawValue: 42)), .execution(.success),
        .execution(.noData), .execution(ExecutionResult(rawValue: 7)), .notification, .data,
    ]

    @Test("An answer is read back in every edition", arguments: contents)
    func roundTrip(content: Answer.Content) throws {
        for (edition, station) in MessageSamples.stations {
            let request = try HostRequest.startRealtime.packet(to: station, qn: "20240601085857223")
            let packet = request.answer(content)
            let answer = try #require(Answer(packet))
            #expect(answer.content == content)
            #expect(answer.answeredQN == "20240601085857223")
            #expect(packet.st == "91")
            #expect(packet.mn == station.mn && packet.pw == "123456")
            #expect(packet.edition == edition)
            #expect((packet["QN"] == nil) == (edition == .hj2005))
        }
    }

    static let variants: [(String, Answer.Content, String?)] = [
        ("QN=1;ST=22;CN=9011;MN=M;Flag=5;CP=&&QnRtn=1;&&", .request(.ready), "1"),
        ("QN=1;ST=91;CN=9014;CP=&&QnRtn=1;PNO=11&&", .data, "1"), ("ST=91;CN=9014;Flag=0;CP=&&Result=1&&", .data, nil),
        ("QN=;ST=91;CN=9013;CP=&&&&", .notification, nil),
        ("QN=9;ST=91;CN=9012;CP=&&QN=1;exertn=100&&", .execution(.noData), "1"),
        ("ST=91;CN=9014;PW=1;MN=M;CP=&&QN=20040516010101001;CN=2011;PNUM=2;PNO=1&&", .data, "20040516010101001"),
        ("QN=1;CN=9014", .data, "1"),
    ]

    @Test("Deviations of real peers are understood", arguments: variants)
    func tolerant(segment: String, content: Answer.Content, qn: String?) {
        #expect(read(segment)?.content == content)
        #expect(read(segment)?.answeredQN?.text == qn)
    }

    @Test(
        "No answer: another command, or no number",
        arguments: [
            "CN=9011;CP=&&&&", "CN=9012;CP=&&ExeRtn=x&&", "CN=9015;CP=&&&&", "CN=2011;CP=&&QnRtn=1&&", "ST=91;CP=&&&&",
        ])
    func none(segment: String) {
        #expect(read(segment) == nil)
    }

    @Test("2005 knows few reasons")
    func limited() {
        #expect(RequestVerdict.wrongMN.limited(to: .hj2005) == .refused)
        #expect(RequestVerdict.wrongPassword.limited(to: .hj2005) == .wrongPassword)
        #expect(RequestVerdict.wrongMN.limited(to: .hj2017) == .wrongMN)
        #expect(ExecutionResult.busy.limited(to: .hj2005) == .failed)
        #expect(ExecutionResult.noData.limited(to: .hj2005) == .noData)
        #expect(ExecutionResult.busy.limited(to: .hj2025) == .busy)
    }

    @Test("A data answer of 2005 names the packet")
    func data2005() {
        let upload = Packet(
            segment: Array("QN=1;ST=32;CN=2051;PW=2;MN=M;Flag=3;PNUM=4;PNO=3;CP=&&DataTime=0&&".utf8)[...])
        #expect(
            upload.hostAnswer.map { String(decoding: $0.segment, as: UTF8.self) }
                == "ST=91;CN=9014;PW=2;MN=M;Flag=0;CP=&&QN=1;CN=2051;PNUM=4;PNO=3&&")
    }
}
