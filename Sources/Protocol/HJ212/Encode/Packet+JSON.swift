package import JSON
package import Telemetry

/// Why a JSON object is no packet.
package struct PacketJSONError: Error, Equatable, Sendable {
    /// What is missing or wrong, with the place inside the object: `cp[1].w01018-Rtd must be a string`.
    package let text: BilingualText

    package init(_ en: String, zh: String) { text = BilingualText(en, zh: zh) }
}

extension Packet {
    /// The packet of an object as `gatewayd decode` prints it: `{"fields":{…},"cp":[{…},…]}`.
    ///
    /// A list of values is a repeated name. Other members of the object are ignored, as they say what was received. What
    /// would not be read back as it stands is an error: a separator in a value, blanks at its ends.
    package init(json: JSONValue) throws(PacketJSONError) {
        guard case .object = json else {
            throw PacketJSONError("must be an object, is \(json.kind)", zh: "应为对象，却是 \(json.kind)")
        }
        if json["ok"] == .bool(false) {
            throw PacketJSONError(
                "is a defect (ok: false), which has no fields to encode", zh: "是缺陷（ok: false），没有可编码的字段")
        }
        guard let fields = json["fields"] else {
            throw PacketJSONError("fields is missing: the header without CP", zh: "缺少 fields：即不含 CP 的报文头")
        }
        guard let area = json["cp"] else {
            throw PacketJSONError("cp is missing: the data area, [] when it is empty", zh: "缺少 cp：即数据区，为空时写 []")
        }
        guard case .array(let groups) = area else {
            throw PacketJSONError("cp must be a list, is \(area.kind)", zh: "cp 应为列表，却是 \(area.kind)")
        }
        let header = try Self.pairs(fields, at: "fields")
        guard !header.isEmpty else { throw PacketJSONError("fields is empty", zh: "fields 是空的") }
        var items: [[DataSegment.Pair]] = []
        for (index, group) in groups.enumerated() {
            let item = try Self.pairs(group, at: "cp[\(index)]")
            guard !item.isEmpty else { throw PacketJSONError("cp[\(index)] is empty", zh: "cp[\(index)] 是空的") }
            items.append(item)
        }
        self.init(header: header, cp: DataSegment(items: items))
        try checkReadsBack(header: header, items: items)
    }

    private static func pairs(_ value: JSONValue, at place: String) throws(PacketJSONError) -> [DataSegment.Pair] {
        guard case .object(let members) = value else {
            throw PacketJSONError("\(place) must be an object, is \(value.kind)", zh: "\(place) 应为对象，却是 \(value.kind)")
        }
        var pairs: [DataSegment.Pair] = []
        for member in members {
            for text in try texts(member.value, at: "\(place).\(member.key)") {
                pairs.append(DataSegment.Pair(FieldText(member.key), FieldText(text)))
            }
        }
        return pairs
    }

    /// Numbers are refused: 7.1 and 7.10 differ on the wire, and so do 01 and 1.
    private static func texts(_ value: JSONValue, at place: String) throws(PacketJSONError) -> [String] {
        switch value {
        case .string(let text): return [text]
        case .array(let values) where !values.isEmpty:
            var all: [String] = []
            for value in values {
                guard case .string(let text) = value else {
                    throw PacketJSONError(
                        "\(place) must be a list of strings, holds \(value.kind)",
                        zh: "\(place) 应为字符串列表，其中有 \(value.kind)")
                }
                all.append(text)
            }
            return all
        default:
            throw PacketJSONError(
                "\(place) must be a string or a list of strings, is \(value.kind)",
                zh: "\(place) 应为字符串或字符串列表，却是 \(value.kind)")
        }
    }

    private func checkReadsBack(header: [DataSegment.Pair], items: [[DataSegment.Pair]]) throws(PacketJSONError) {
        let read = Packet(segment: segment[...])
        guard read.header != header || read.cp.items != items else { return }
        let pairs = zip(header + items.joined(), read.header + read.cp.pairs)
        let name = pairs.first { $0 != $1 }?.0.key.text ?? header.first?.key.text ?? ""
        throw PacketJSONError(
            "\(name) would be read back differently: no `;` `,` `=` `&&` in names and values (but in //text//), "
                + "no blanks at their ends",
            zh: "\(name) 读回来会不同：名称和值中不能有 `;` `,` `=` `&&`（//文本// 内除外），首尾不能有空格")
    }
}
