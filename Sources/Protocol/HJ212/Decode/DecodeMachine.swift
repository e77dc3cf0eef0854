/// What `gatewayd decode` says about a stream: one JSON object per frame or defect, in the order of the stream.
///
/// Strict unless told otherwise: a frame that needs any repair is a defect. A tolerated frame carries `defects`, the list
/// of what was overlooked.
package struct DecodeMachine {
    private var scanner: FrameScanner
    /// How every frame is read; nil: as its Flag says.
    private let edition: Edition?
    /// Frames reported as good so far.
    package private(set) var frames = 0
    /// Defects reported so far.
    package private(set) var defects = 0

    /// `edition`: how every frame is read, whatever its Flag says.
    package init(tolerance: Tolerance = .strict, edition: Edition? = nil) {
        scanner = FrameScanner(tolerance: tolerance)
        self.edition = edition
    }

    /// Takes in the next bytes and returns the lines they complete, without line ends.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [String] {
        report(scanner.feed(bytes))
    }

    /// The lines of what was still open when the stream ended.
    package mutating func finish() -> [String] {
        report(scanner.expire())
    }

    private mutating func report(_ items: [ScannedItem]) -> [String] {
        items.map { item in
            switch item {
            case .frame(let frame):
                frames += 1
                return line(frame)
            case .defect(let defect):
                defects += 1
                return Self.line(defect)
            }
        }
    }

    private static func line(_ defect: FrameDefect) -> String {
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

    private func line(_ frame: Frame) -> String {
        let packet = Packet(segment: frame.segment)
        var json = JSONWriter(reserving: frame.bytes.count * 2)
        json.beginObject()
        json.field("ok", bool: true)
        json.field("offset", integer: frame.offset)
        json.field("length", integer: frame.bytes.count)
        json.field("edition", (edition ?? packet.edition).name)
        json.field("crc", frame.statedCRC.map(ASCII.hex) ?? "")
        json.key("fields")
        Self.write(packet.header, to: &json)
        json.key("cp")
        json.beginArray()
        for item in packet.cp.items { Self.write(item, to: &json) }
        json.endArray()
        if !frame.faults.isEmpty { Self.write(frame.faults, to: &json) }
        json.endObject()
        return json.text
    }

    /// What was overlooked in a tolerated frame.
    private static func write(_ faults: [FrameFault], to json: inout JSONWriter) {
        json.key("defects")
        json.beginArray()
        for fault in faults {
            json.beginObject()
            json.field("error", fault.kind.rawValue)
            json.field("detail", fault.detail)
            json.endObject()
        }
        json.endArray()
    }

    /// Names and values as text; a name that repeats has the list of its values, where it stands first.
    private static func write(_ pairs: [DataSegment.Pair], to json: inout JSONWriter) {
        var names: [String] = []
        var values: [String: [String]] = [:]
        for pair in pairs {
            let name = pair.key.text
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(pair.value.text)
        }
        json.beginObject()
        for name in names {
            let list = values[name] ?? []
            json.key(name)
            if list.count > 1 { json.beginArray() }
            for value in list { json.string(value) }
            if list.count > 1 { json.endArray() }
        }
        json.endObject()
    }
}
