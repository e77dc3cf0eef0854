import Glibc

/// The variables the program was started with.
package enum Environment {
    /// The value of `name`; nil when it is not set or empty.
    package static func value(_ name: String) -> String? {
        guard let text = unsafe getenv(name) else { return nil }
        let value = unsafe String(cString: text)
        return value.isEmpty ? nil : value
    }
}
