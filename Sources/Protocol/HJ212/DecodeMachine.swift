/// What `gatewayd decode` prints: one JSON object for each frame or defect, in the order of the stream.
package struct DecodeMachine: Sendable {
    private var scanner: FrameScanner

    /// Without a tolerance a frame is good only when it is framed exactly as the standard says.
    package init(tolerance: FrameTolerance = .strict) {
        scanner = FrameScanner(tolerance: tolerance)
    }

    package mutating func feed(_ bytes: some Collection<UInt8>) -> [String] {
        scanner.feed(bytes).map(line)
    }

    package mutating func finish() -> [String] {
        scanner.expire().map(line)
    }

    private func line(_ item: FrameScanner.Item) -> String {
        switch item {
        case .defect(let defect): return line(defect)
        case .frame(let frame):
            guard let packet = Packet(segment: frame.segment) else {
                return line(
                    FrameDefect(
                        kind: .grammar, offset: frame.offset, length: frame.length,
                        detail: "the segment is no header with CP=&&…&&"))
            }
            return line(frame, packet)
        }
    }

    private func line(_ defect: FrameDefect) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.field("ok", bool: false)
        json.field("offset", integer: defect.offset)
        json.field("length", integer: defect.length)
        json.field("error", defect.kind.rawValue)
        json.field("detail", defect.detail)
        json.endObject()
        return json.text
    }

    private func line(_ frame: Frame, _ packet: Packet) -> String {
        var json = JSONWriter(reserving: frame.length * 2)
        json.beginObject()
        json.field("ok", bool: true)
        json.field("offset", integer: frame.offset)
        json.field("length", integer: frame.length)
        json.field("edition", packet.edition.rawValue)
        json.field("crc", frame.crc)
        json.key("fields")
        write(packet.header, to: &json)
        json.key("cp")
        json.beginArray()
        for item in packet.items { write(item, to: &json) }
        json.endArray()
        if !frame.repairs.isEmpty {
            json.key("defects")
            json.beginArray()
            for repair in frame.repairs { json.string("\(repair.kind.rawValue): \(repair.detail)") }
            json.endArray()
        }
        json.endObject()
        return json.text
    }

    /// Pairs as one object; a name that occurs again makes its value a list.
    private func write(_ pairs: some Collection<Packet.Pair>, to json: inout JSONWriter) {
        var names: [String] = []
        for pair in pairs where !names.contains(pair.name) { names.append(pair.name) }
        json.beginObject()
        for name in names {
            let values = pairs.filter { $0.name == name }.map(\.value)
            json.key(name)
            if values.count > 1 { json.beginArray() }
            for value in values { json.string(value) }
            if values.count > 1 { json.endArray() }
        }
        json.endObject()
    }
}

extension Packet {
    /// The pairs of CP by `;` group.
    package var items: [[Pair]] {
        var items: [[Pair]] = []
        var last: Int?
        for pair in parameters {
            if pair.item == last { items[items.count - 1].append(pair) } else { items.append([pair]) }
            last = pair.item
        }
        return items
    }
}
