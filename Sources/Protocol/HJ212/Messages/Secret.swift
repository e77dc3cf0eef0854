/// A password or key as a field carries it. It shows itself to nobody: no description, no mirror.
package struct Secret: Hashable, Sendable {
    /// For the field of a packet, nothing else.
    package let field: FieldText

    package init(_ field: FieldText) {
        // A copy, so that the frame it came in is not kept with it.
        self.field = FieldText(ArraySlice(Array(field.bytes)))
    }
}

extension Secret: ExpressibleByStringLiteral, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package init(stringLiteral text: String) { self.init(FieldText(text)) }

    package var description: String { "secret" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
