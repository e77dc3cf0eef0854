/// The text that a configuration was read from.
package struct ConfigurationSource: Equatable, Sendable {
    /// The file's name as the user gave it.
    package let file: String
    package let text: [UInt8]
    /// Those that the file names, each once.
    package let profiles: [ProfileSource]

    package init(file: String, text: [UInt8], profiles: [ProfileSource] = []) {
        self.file = file
        self.text = text
        self.profiles = profiles
    }
}
