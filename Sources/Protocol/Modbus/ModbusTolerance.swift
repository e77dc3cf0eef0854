/// A fault of a device's answers that is overlooked where the configuration says so.
package enum ModbusTolerance: String, CaseIterable, Hashable, Sendable {
    /// A wrong length in the header of Modbus TCP: the answer ends where the function's own count of bytes says.
    case length
}
