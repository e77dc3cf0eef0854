/// A frame before it is written: header fields in their order and the items of the data area.
struct OutgoingFrame: Equatable, Sendable {
    struct Field: Equatable, Sendable {
        let name: String
        var value: String
    }

    /// Without CP.
    var fields: [Field]
    /// What `;` separates in the data area; bytes, because log text may be of any encoding.
    var items: [[UInt8]]

    init(_ fields: [(String, String)], items: [[UInt8]] = []) {
        self.fields = fields.map { Field(name: $0.0, value: $0.1) }
        self.items = items
    }

    init(_ fields: [(String, String)], items: [String]) {
        self.init(fields, items: items.map { Array($0.utf8) })
    }

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Up to and including `CP=&&`.
    var head: [UInt8] {
        Array((fields.map { "\($0.name)=\($0.value);" }.joined() + "CP=&&").utf8)
    }

    /// The data area without its `&&`.
    var data: [UInt8] { Array(items.joined(separator: [UInt8(ascii: ";")])) }

    /// Whether the 2025 edition wants the data area encrypted: data commands, key change, device information.
    /// Source: HJ 212-2025, appendix A.2 (as quoted).
    var isConfidential: Bool {
        guard let command = self["CN"] else { return false }
        return command.hasPrefix("2") || command == "1014" || command == "3020"
    }
}
