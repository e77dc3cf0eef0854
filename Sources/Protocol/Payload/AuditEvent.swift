/// Something that happened to the gateway itself and belongs to the evidence: a start, a stop, a clock step.
package struct AuditEvent: Equatable, Sendable {
    /// A fixed word, such as `start`.
    package var name: String
    /// Facts, in the order of writing.
    package var details: [Detail]

    package struct Detail: Equatable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(_ name: String, _ details: [Detail] = []) {
        self.name = name
        self.details = details
    }
}
