import TestSupport
import Testing

@testable import Protocol

@Suite("RequestPlanner")
struct RequestPlannerTests {
    private typealias Field = RegisterField

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var hole = 8
        let fields: [RegisterField]
        let requests: [ReadRequest]
        var testDescription: String { name }
    }

    private static func words(_ addresses: UInt16..., table: RegisterTable = .holding) -> [RegisterField] {
        addresses.map { RegisterField(table: table, address: $0, type: .uint16) }
    }

    private static func read(_ address: UInt16, _ count: Int, _ table: RegisterTable = .holding) -> ReadRequest {
        ReadRequest(table: table, address: address, count: count)
    }

    static let cases: [Case] = [
        Case(name: "nothing to read", fields: [], requests: []),
        Case(name: "adjacent registers", fields: words(0, 1, 2), requests: [read(0, 3)]),
        Case(name: "any order of the file", fields: words(7, 5, 6), requests: [read(5, 3)]),
        Case(name: "a hole as large as allowed", hole: 3, fields: words(0, 4), requests: [read(0, 5)]),
        Case(name: "a hole too large", hole: 2, fields: words(0, 4), requests: [read(0, 1), read(4, 1)]),
        Case(name: "no holes", hole: 0, fields: words(0, 1, 3), requests: [read(0, 2), read(3, 1)]),
        Case(
            name: "tables apart",
            fields: words(0, 1) + words(0, 1, table: .input) + [Field(table: .coil, address: 0, type: .bit)],
            requests: [read(0, 1, .coil), read(0, 2), read(0, 2, .input)]),
        Case(
            name: "125 registers and no more", hole: 0,
            fields: (0..<126).map { Field(table: .input, address: $0, type: .int16) },
            requests: [read(0, 125, .input), read(125, 1, .input)]),
        Case(
            name: "a value is never cut at the limit", hole: 124,
            fields: words(0) + [Field(table: .holding, address: 124, type: .float32)],
            requests: [read(0, 1), read(124, 2)]),
        Case(
            name: "2,000 bits and no more", hole: 0,
            fields: (0..<2_001).map { Field(table: .discrete, address: $0, type: .bit) },
            requests: [read(0, 2_000, .discrete), read(2_000, 1, .discrete)]),
        Case(
            name: "several bits of one register",
            fields: (0..<16).map { Field(table: .holding, address: 9, type: .bit, bit: $0) }, requests: [read(9, 1)]),
        Case(
            name: "overlapping fields",
            fields: words(11) + [
                Field(table: .holding, address: 10, type: .float64), Field(table: .holding, address: 10, type: .int16),
            ],
            requests: [read(10, 4)]),
        Case(
            name: "the end of the table", fields: words(65_534, 65_535),
            requests: [read(65_534, 2)]),
        Case(
            name: "a value that leaves the table is asked for and refused by the device", hole: 0,
            fields: [Field(table: .holding, address: 65_535, type: .float32)], requests: [read(65_535, 2)]),
    ]

    @Test("joins what is near and keeps within the limits", arguments: cases)
    func plans(sample: Case) {
        let plan = RequestPlanner(maximumHole: sample.hole).plan(sample.fields)
        #expect(plan.requests.map(\.read) == sample.requests)
    }

    private func randomFields(using generator: inout SeededGenerator) -> [RegisterField] {
        let span = [20, 300, 65_532].randomElement(using: &generator) ?? 20
        return (0..<Int.random(in: 1...120, using: &generator)).map { _ in
            let table = RegisterTable.allCases.randomElement(using: &generator) ?? .holding
            let type = RegisterType.allCases.randomElement(using: &generator) ?? .int16
            return RegisterField(
                table: table, address: UInt16.random(in: 0...UInt16(span), using: &generator),
                type: table.holdsBits ? .bit : type)
        }
    }

    /// Every field once, inside its request; no request too long, without use at its ends, or across too wide a hole.
    private func check(_ plan: RequestPlan, of fields: [RegisterField], hole: Int, _ comment: Comment) {
        var seen = Array(repeating: 0, count: fields.count)
        for request in plan.requests {
            #expect(request.read.count <= request.read.table.maximumCount, comment)
            var used = Array(repeating: false, count: request.read.count)
            for placed in request.fields {
                let field = fields[placed.index]
                seen[placed.index] += 1
                #expect(field.table == request.read.table, comment)
                #expect(Int(request.read.address) + placed.offset == Int(field.address), comment)
                let count = field.table.holdsBits ? 1 : field.type.count
                #expect(placed.offset + count <= request.read.count, comment)
                for index in placed.offset..<placed.offset + count { used[index] = true }
            }
            #expect(used.first == true && used.last == true, comment)
            #expect(!used.split(separator: true).contains { $0.count > hole }, comment)
        }
        #expect(seen.allSatisfy { $0 == 1 }, comment)
    }

    @Test("whatever the fields, each is read whole and once, within the limits and the hole")
    func property() {
        var generator = SeededGenerator()
        for _ in 0..<300 {
            let fields = randomFields(using: &generator)
            let hole = [0, 1, 8, 124].randomElement(using: &generator) ?? 0
            let plan = RequestPlanner(maximumHole: hole).plan(fields)
            check(plan, of: fields, hole: hole, "\(generator)")
            #expect(plan == RequestPlanner(maximumHole: hole).plan(fields), "\(generator)")
        }
    }

    @Test("a plan stays whole through any splits, which a later plan keeps to")
    func splits() {
        var generator = SeededGenerator()
        for _ in 0..<200 {
            let fields = randomFields(using: &generator)
            let planner = RequestPlanner(maximumHole: 8)
            var plan = planner.plan(fields)
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                let index = Int.random(in: plan.requests.indices, using: &generator)
                let before = plan.requests
                if plan.split(index) {
                    #expect(plan.requests.count == before.count + 1, "\(generator)")
                } else {
                    #expect(plan.requests == before, "\(generator)")
                    #expect(Set(before[index].fields.map { FieldPlace(fields[$0.index]) }).count == 1, "\(generator)")
                }
                check(plan, of: fields, hole: 8, "\(generator)")
            }
            let later = planner.plan(fields, cuts: plan.cuts)
            check(later, of: fields, hole: 8, "\(generator)")
            #expect(later.cuts == plan.cuts)
            #expect(later.requests.count >= planner.plan(fields).requests.count, "\(generator)")
        }
    }

    /// Splits every request that touches one of `missing` as a device would make us, and returns what still touches it.
    private func settle(_ plan: inout RequestPlan, missing: Set<Int>) -> (refused: [RequestPlan.Request], refusals: Int)
    {
        var refusals = 0
        var index = 0
        var refused: [RequestPlan.Request] = []
        while index < plan.requests.count {
            let read = plan.requests[index].read
            let touches = (Int(read.address)..<Int(read.address) + read.count).contains { missing.contains($0) }
            if touches {
                refusals += 1
                if plan.split(index) { continue }
                refused.append(plan.requests[index])
            }
            index += 1
        }
        return (refused, refusals)
    }

    @Test("R18 an illegal address in the middle of a block costs its own point only, after few refusals")
    func illegalAddress() {
        for bad in 0..<64 {
            let fields = (0..<64).map { RegisterField(table: .holding, address: $0, type: .uint16) }
            var plan = RequestPlanner(maximumHole: 8).plan(fields)
            let (refused, refusals) = settle(&plan, missing: [bad])
            #expect(refused.map { $0.fields.map(\.index) } == [[bad]])
            #expect(refusals == 7)
            #expect(plan.requests.count <= 7)
            var again = RequestPlanner(maximumHole: 8).plan(fields, cuts: plan.cuts)
            #expect(settle(&again, missing: [bad]).refusals == 1)
        }
    }

    @Test("R18 a hole that the device does not have costs no point, and is found first")
    func illegalHole() {
        // 0…3, a hole at 4 and 5, 6…9
        let fields = [0, 1, 2, 3, 6, 7, 8, 9].map { RegisterField(table: .input, address: $0, type: .int16) }
        var plan = RequestPlanner(maximumHole: 8).plan(fields)
        #expect(plan.requests.count == 1)
        let (refused, refusals) = settle(&plan, missing: [4, 5])
        #expect(refused.isEmpty)
        #expect(refusals == 1)
        #expect(plan.requests.map(\.read.count) == [4, 4])
    }

    @Test("fields at one address but of different length can be told apart, bits of one register cannot")
    func sameAddress() {
        let lengths = [RegisterType.uint16, .float32].map { RegisterField(table: .holding, address: 4, type: $0) }
        var plan = RequestPlanner(maximumHole: 8).plan(lengths)
        let (refused, _) = settle(&plan, missing: [5])
        #expect(refused.map { $0.fields.map(\.index) } == [[1]])

        let bits = (0..<4).map { RegisterField(table: .holding, address: 4, type: .bit, bit: $0) }
        var bitPlan = RequestPlanner(maximumHole: 8).plan(bits)
        #expect(bitPlan.requests.count == 1)
        let whole = bitPlan.split(0)
        #expect(!whole)
        #expect(bitPlan.cuts.isEmpty)
    }
}
