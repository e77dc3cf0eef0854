import Telemetry

/// What `from:` of a factor can name: every device and instrument, also those with mistakes elsewhere.
struct SourceIndex {
    enum Source {
        /// The places in `buses` and its `devices`; nil when the registers are not known.
        case device(bus: Int, device: Int, registers: RegisterList?)
        case instrument(index: Int)
    }

    /// How a reference is written.
    static let hint = BilingualText("DEVICE.REGISTER or INSTRUMENT.CODE", zh: "写成 设备.寄存器 或 仪表.编码")

    private var sources: [String: Source] = [:]

    /// Of an id used twice, which is a problem already noted, the first counts.
    mutating func add(_ id: String, _ source: Source) {
        if sources[id] == nil { sources[id] = source }
    }

    /// What `text` refers to; nil after `complain`, or when the device's registers are not known.
    func resolve(_ text: String, complain: (_ message: BilingualText, _ hint: BilingualText?) -> Void) -> FactorSource?
    {
        guard let dot = text.firstIndex(of: ".") else {
            complain(.init("\(shown(text)) is no reference", zh: "\(shown(text, .zh)) 不是来源"), Self.hint)
            return nil
        }
        let place = String(text[..<dot])
        let name = String(text[text.index(after: dot)...])
        switch sources[place] {
        case .device(let bus, let device, let registers):
            guard let registers else { return nil }
            if let index = registers.indices[name] { return .register(bus: bus, device: device, register: index) }
            let hint = nearestHint(to: name, among: registers.names) ?? list(registers.names)
            complain(
                .init(
                    "the device `\(place)` has no register \(shown(name))",
                    zh: "设备 `\(place)` 没有寄存器 \(shown(name, .zh))"),
                hint)
            return nil
        case .instrument(let index):
            do {
                return .instrument(index: index, code: try ScalarRule<String>.instrumentCode.read(name))
            } catch {
                complain(error.message, error.hint)
                return nil
            }
        case nil:
            let hint = nearestHint(to: place, among: sources.keys.sorted()) ?? list(sources.keys.sorted())
            complain(
                .init("there is no device or instrument \(shown(place))", zh: "没有设备或仪表 \(shown(place, .zh))"), hint)
            return nil
        }
    }

    /// The place of the Modbus device `id`; nil when there is none.
    func device(_ id: String) -> (bus: Int, device: Int)? {
        guard case .device(let bus, let device, _) = sources[id] else { return nil }
        return (bus, device)
    }

    /// The ids of all Modbus devices.
    var deviceIDs: [String] { sources.keys.filter { device($0) != nil }.sorted() }

    private func list(_ names: [String]) -> BilingualText? {
        guard !names.isEmpty else { return nil }
        let list = names.prefix(8).joined(separator: " ") + (names.count > 8 ? " …" : "")
        return .init("there are: \(list)", zh: "已配置：\(list)")
    }
}
