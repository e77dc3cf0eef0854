package import Telemetry

/// A human reading of frames and defects: the bytes, what is wrong with them, what each field means.
package struct FrameExplanation: Sendable {
    /// How every frame is read; nil: as its Flag says.
    private let edition: Edition?
    private let language: ReportLanguage

    package init(edition: Edition? = nil, language: ReportLanguage = .both) {
        self.edition = edition
        self.language = language
    }

    /// Bytes of a defect that are printed at most; a whole frame has fewer.
    private static let printedLimit = 5_000

    /// The lines about a frame.
    package func lines(_ frame: Frame) -> [String] {
        let packet = Packet(segment: frame.segment)
        let edition = edition ?? packet.edition
        let verdict =
            frame.faults.isEmpty
            ? BilingualText(en: "good", zh: "完好") : BilingualText(en: "tolerated", zh: "容许")
        let head = BilingualText(
            en: "frame at byte \(frame.offset), \(frame.bytes.count) bytes, \(edition.title.en): \(verdict.en)",
            zh: "帧，自第\(frame.offset)字节起共\(frame.bytes.count)字节，\(edition.title.zh)：\(verdict.zh)")
        return [language(head)]
            + picture(
                frame.bytes[...], faults: frame.faults, segment: frame.segmentRange,
                isCiphertext: frame.plainSegment != nil)
            + fields(packet, edition: edition, faults: frame.faults)
            + (frame.plainSegment == nil ? [] : ["  " + language(Self.decrypted)])
    }

    private static let decrypted = BilingualText(
        en: "the data area came encrypted; its fields are read after decryption", zh: "数据区为密文，以上字段为解密后的内容")

    /// The lines about a defect. `bytes`: those it covers, as far as they are known; nil: they are gone.
    package func lines(_ defect: FrameDefect, bytes: ArraySlice<UInt8>?) -> [String] {
        let head = BilingualText(
            en: "defect at byte \(defect.offset), \(defect.length) bytes: \(defect.kind.rawValue)",
            zh: "缺陷，自第\(defect.offset)字节起共\(defect.length)字节：\(defect.kind.chinese)")
        let shown = bytes ?? defect.frame?.bytes[...] ?? defect.sample
        var lines = [language(head)]
        lines += picture(
            shown.prefix(Self.printedLimit), faults: defect.faults, segment: defect.frame?.segmentRange,
            isCiphertext: Self.isEncrypted(defect.faults),
            missing: defect.length - min(shown.count, Self.printedLimit))
        if let frame = defect.frame {
            let packet = Packet(segment: frame.segment)
            lines += fields(packet, edition: edition ?? packet.edition, faults: defect.faults)
        }
        return lines
    }

    /// The bytes on one line; under them what is wrong, where, and what to do.
    private func picture(
        _ bytes: ArraySlice<UInt8>, faults: [FrameFault], segment: Range<Int>?, isCiphertext: Bool, missing: Int = 0
    ) -> [String] {
        let printed = PrintedBytes(bytes, isCiphertext: isCiphertext)
        let content = segment.map { bytes.dropFirst($0.lowerBound).prefix($0.count) }
        let more = BilingualText(en: "… \(missing) more bytes", zh: "…另有\(missing)字节")
        return [printed.text + (missing > 0 ? " " + language(more) : "")]
            + faults.flatMap { fault in
                [
                    printed.carets(under: fault.place(in: bytes, segment: segment)),
                    "  " + language(fault.finding(in: content, beside: faults)), "  → " + language(fault.advice),
                ]
            }
    }

    private func fields(_ packet: Packet, edition: Edition, faults: [FrameFault]) -> [String] {
        let reading = PacketExplanation(packet: packet, edition: edition, language: language)
        guard Self.isEncrypted(faults) else { return reading.header + reading.dataArea }
        let text = BilingualText(en: "the data area is encrypted", zh: "数据区已加密")
        return reading.header + ["  CP  " + language(text)]
    }

    private static func isEncrypted(_ faults: [FrameFault]) -> Bool {
        faults.contains { if case .encrypted = $0 { true } else { false } }
    }
}

extension FrameDefect {
    /// The first bytes of bytes outside frames.
    fileprivate var sample: ArraySlice<UInt8> {
        if case .garbage(let sample) = faults.first { sample[...] } else { [] }
    }
}

extension FrameFault.Kind {
    fileprivate var chinese: String {
        switch self {
        case .length: "长度"
        case .crc: "CRC"
        case .tail: "帧尾"
        case .truncated: "不完整"
        case .garbage: "杂散字节"
        case .oversize: "超长"
        case .grammar: "格式"
        }
    }
}

extension Edition {
    /// How people call it.
    package var title: BilingualText {
        switch self {
        case .hj2005: BilingualText(en: "HJ/T 212-2005", zh: "HJ/T 212-2005")
        case .hj2017: BilingualText(en: "HJ 212-2017", zh: "HJ 212-2017")
        case .hj2025: BilingualText(en: "HJ 212-2025", zh: "HJ 212-2025")
        case .surfaceWater: BilingualText(en: "surface-water stations", zh: "地表水自动站")
        case .unknown(let version):
            BilingualText(en: "unknown version \(version)", zh: "未知版本\(version)")
        }
    }

    /// The edition whose units and formats hold; 2017's for what is none of the three.
    package var standard: StandardEdition {
        switch self {
        case .hj2005: .hj2005
        case .hj2025: .hj2025
        case .hj2017, .surfaceWater, .unknown: .hj2017
        }
    }

    /// The edition that reports call `name` (`2005`, `2017`, `2025`, `surface-water`); nil for any other text.
    package init?(name: String) {
        guard let edition = Self.named.first(where: { $0.name == name }) else { return nil }
        self = edition
    }

    /// Those that have a text.
    package static let named: [Edition] = [.hj2005, .hj2017, .hj2025, .surfaceWater]
}
