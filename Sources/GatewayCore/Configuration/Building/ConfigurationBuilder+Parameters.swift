import Alarms
import Protocol
import Telemetry

extension ConfigurationBuilder {
    /// Each of them is a question that may keep the line busy.
    private static let mostParameters = 64

    /// The parameters of an instrument that are registered, and how often it is asked for them.
    mutating func readParameters(_ entry: MappingReader<InstrumentKey>, into instrument: inout InstrumentConfiguration)
    {
        var interval = Duration.seconds(86_400)
        entry.read(.checkParameters, .duration(in: .zero ... .seconds(30 * 86_400)), into: &interval)
        if !entry.has(.registered) { entry.warnOfNoEffect(.checkParameters, without: "`registered`") }
        if interval > .zero, interval < .seconds(60) {
            entry.error(
                .checkParameters, .init("must be at least 1m", zh: "至少 1m"), hint: .init("0s asks never", zh: "0s 为不查询")
            )
        }
        let sections = entry.mappings(.registered, RegisteredParameterKey.self)
        if sections.count > Self.mostParameters {
            entry.error(
                .registered, .init("more than \(Self.mostParameters) parameters", zh: "参数超过 \(Self.mostParameters) 个"))
        }
        var known: Set<InstrumentDevice.Parameter> = []
        for section in sections.prefix(Self.mostParameters) {
            guard let registered = registeredParameter(section) else { continue }
            if !known.insert(registered.parameter).inserted {
                section.error(.info, .init("the parameter stands here twice", zh: "此参数出现了两次"))
            }
            instrument.registered.append(registered)
        }
        // The edition of 2005 knows no parameters.
        if instrument.edition == .hj2005 {
            entry.warnOfNoEffect(
                .registered, because: .init("instruments of 2005 do not tell parameters", zh: "2005 版仪表不上报参数"))
        }
        instrument.checkInterval = instrument.registered.isEmpty || interval == .zero ? nil : interval
    }

    private mutating func registeredParameter(_ section: MappingReader<RegisteredParameterKey>) -> RegisteredParameter?
    {
        let info = section.required(.info, .informationCode)
        let factor = section.optional(.factor, .factorCode)
        if let factor { registeredFactors.append((factor, section.position(of: .factor))) }
        let value = section.required(.value, .parameter)
        guard let info, let value else { return nil }
        return RegisteredParameter(
            parameter: .init(FieldText(info), factor: factor.map { FieldText($0) }), value: value)
    }
}

extension ScalarRule where Value == ParameterValue {
    /// A number, or any other text, which is compared to the letter.
    fileprivate static let parameter = ScalarRule { (text) throws(Complaint) in
        if let number = try? ScalarRule<Double>.number.read(text) { return .number(number) }
        return .text(try ScalarRule<String>.text(maximum: 64).read(text))
    }
}
