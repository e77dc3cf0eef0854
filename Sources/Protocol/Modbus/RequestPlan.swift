/// Which reads fetch all fields of a device, and where each field lies in their answers.
package struct RequestPlan: Equatable, Sendable {
    /// A read together with the fields it answers.
    package struct Entry: Equatable, Sendable {
        package var request: ReadRequest
        /// Indices into the fields, in order of address.
        package var fields: [Int]
    }

    package private(set) var entries: [Entry]
    private let fields: [RegisterField]

    /// Merges fields of one table whose gap is at most `maximumHole` registers, up to the size of a request.
    ///
    /// Source: Modbus Application Protocol 1.1b3, 6.1–6.4 (125 registers, 2,000 bits).
    package init(fields: [RegisterField], maximumHole: Int) {
        self.fields = fields
        entries = []
        for table in RegisterTable.allCases {
            let members = fields.indices.filter { fields[$0].table == table }
                .sorted { (fields[$0].address, $0) < (fields[$1].address, $1) }
            for index in members { add(index, maximumHole: maximumHole) }
        }
    }

    private mutating func add(_ index: Int, maximumHole: Int) {
        let field = fields[index]
        let start = Int(field.address)
        let end = start + field.type.count
        if let last = entries.last, last.request.table == field.table {
            let reach = last.request.address + last.request.count
            let count = max(reach, end) - last.request.address
            if start - reach <= maximumHole, count <= field.table.maximumCount {
                entries[entries.count - 1].request.count = count
                entries[entries.count - 1].fields.append(index)
                return
            }
        }
        entries.append(
            Entry(
                request: ReadRequest(table: field.table, address: start, count: field.type.count), fields: [index]))
    }

    /// Replaces an entry that hit an illegal address by two halves, so that in the end only the bad field fails.
    /// False when it holds one field and cannot be split.
    package mutating func split(_ entry: Int) -> Bool {
        let members = entries[entry].fields
        guard members.count > 1 else { return false }
        let half = members.count / 2
        entries.replaceSubrange(
            entry...entry, with: [self.entry(of: members[..<half]), self.entry(of: members[half...])])
        return true
    }

    private func entry(of members: ArraySlice<Int>) -> Entry {
        let start = members.map { Int(fields[$0].address) }.min() ?? 0
        let end = members.map { Int(fields[$0].address) + fields[$0].type.count }.max() ?? 0
        let table = members.first.map { fields[$0].table } ?? .holding
        return Entry(
            request: ReadRequest(table: table, address: start, count: end - start), fields: Array(members))
    }
}
