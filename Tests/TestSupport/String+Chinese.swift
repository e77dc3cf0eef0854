extension String {
    /// Whether it has a Chinese character or full-width punctuation.
    package var hasChinese: Bool {
        unicodeScalars.contains { (0x3000...0x9FFF).contains($0.value) || (0xFF00...0xFFEF).contains($0.value) }
    }
}
