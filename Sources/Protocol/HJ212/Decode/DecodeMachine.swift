/// What `gatewayd decode` says about a stream: one JSON object per frame or defect, in the order of the stream.
///
/// Strict unless told otherwise: a frame that needs any repair is a defect. A tolerated frame carries `defects`, the list
/// of what was overlooked.
package struct DecodeMachine {
    private var scanner: FrameScanner
    /// Frames reported as good so far.
    package private(set) var frames = 0
    /// Defects reported so far.
    package private(set) var defects = 0

    package init(tolerance: Tolerance = .strict) {
        scanner = FrameScanner(tolerance: tolerance)
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
                return Self.line(frame)
            case .defect(let defect):
                defects += 1
                return Self.line(defect)
            }
        }
    }

    private static func line(_ defect: FrameDefect) -> String {
        var line = DecodeJSON()
        line.add("ok", false)
        line.add("offset", defect.offset)
        line.add("length", defect.length)
        line.add("error", defect.kind.rawValue)
        line.add("detail", defect.detail)
        return line.closed
    }

    private static func line(_ frame: Frame) -> String {
        let packet = Packet(segment: frame.segment)
        var line = DecodeJSON()
        line.add("ok", true)
        line.add("offset", frame.offset)
        line.add("length", frame.bytes.count)
        line.add("edition", packet.edition.name)
        line.add("crc", frame.statedCRC.map(ASCII.hex) ?? "")
        line.add("fields", json: object(packet.header[...]))
        line.add("cp", json: DecodeJSON.array(packet.cp.items.map(object)))
        if !frame.faults.isEmpty { line.add("defects", json: DecodeJSON.array(frame.faults.map(fault))) }
        return line.closed
    }

    private static func fault(_ fault: FrameFault) -> String {
        var object = DecodeJSON()
        object.add("error", fault.kind.rawValue)
        object.add("detail", fault.detail)
        return object.closed
    }

    /// Names and values as text; a name that repeats has the list of its values, where it stands first.
    private static func object(_ pairs: ArraySlice<DataSegment.Pair>) -> String {
        var names: [String] = []
        var values: [String: [String]] = [:]
        for pair in pairs {
            let name = pair.key.text
            if values[name] == nil { names.append(name) }
            values[name, default: []].append(DecodeJSON.string(pair.value.text))
        }
        var object = DecodeJSON()
        for name in names {
            let list = values[name] ?? []
            object.add(name, json: list.count == 1 ? list[0] : DecodeJSON.array(list))
        }
        return object.closed
    }
}
