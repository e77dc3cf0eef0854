import YAML

/// What the configuration may say already and this version does not act on. Each says so, so that nobody relies on it.
enum NotYetUsed {
    static func http(_ section: Section) {
        section.warning("'http' is not served by this version")
    }

    static func stack(_ section: Section) {
        section.warning("'stack' is kept, but this version computes no flow, mass or converted values")
    }

    static func factor(_ factor: FactorConfiguration, _ section: Section) {
        for (key, isSet) in [
            ("converted", factor.converted), ("basis", factor.basis == .wet), ("state", factor.state == .actual),
        ] where isSet {
            section.warning(
                "'\(key)' is kept, but this version records values as they are measured", at: section.place(of: key))
        }
    }

    static func convertedLimit(_ section: Section) {
        section.warning("this version does not judge limits of converted values", at: section.place(of: "of"))
    }
}
