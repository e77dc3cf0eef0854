import Testing

/// The examples of docs/calculation.md of which data count, run as `gatewayd replay` runs samples.
@Suite("Worked examples of which data count")
struct WorkedRecordTests {
    @Test(
        "what the pages say of given samples is what is recorded and raised",
        arguments: try RecordExample.rows(of: "calculation.md"))
    func records(example: RecordExample) throws {
        let site = try ExampleSite(example.given)
        let outcome = ExampleOutcome(records: try site.run(), configurationText: site.configurationText)
        for statement in example.result.parts(by: "; ") {
            let objection = try outcome.objection(to: statement)
            #expect(objection == nil, "\(statement)")
        }
    }

    @Test("both languages have the same examples")
    func languages() throws {
        let pages = try ["calculation.md", "calculation.zh-CN.md"].map(RecordExample.rows)
        #expect(pages[0].map(\.given) == pages[1].map(\.given))
        #expect(pages[0].map(\.result) == pages[1].map(\.result))
        #expect(pages[0].count >= 13)
    }
}
