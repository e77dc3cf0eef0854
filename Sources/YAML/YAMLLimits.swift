/// How much text and structure is read before the reader refuses, so that a wrong file cannot exhaust the machine.
package struct YAMLLimits: Equatable, Sendable {
    /// Bytes of the text.
    package var bytes: Int
    /// Scalars, sequences, mappings and keys together.
    package var nodes: Int
    /// Sequences and mappings inside one another.
    package var depth: Int

    /// The defaults hold a configuration of 10,000 points about three times over.
    package init(bytes: Int = 4 << 20, nodes: Int = 500_000, depth: Int = 32) {
        self.bytes = bytes
        self.nodes = nodes
        self.depth = depth
    }
}
