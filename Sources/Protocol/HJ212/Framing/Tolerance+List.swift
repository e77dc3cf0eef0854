extension Tolerance {
    /// The tolerances that `list` names, with commas between; nil when it names none or one that does not exist.
    package init?(list: String) {
        self = []
        for word in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let entry = Self.names.first(where: { $0.name == word }) else { return nil }
            formUnion(entry.tolerance)
        }
    }
}
