import Protocol
import Telemetry

/// A register as manuals number it: `40001` or `400001` for the first holding register, `30001` for the first input
/// register, `10001` for the first discrete input, `00001` for the first coil.
struct ManualAddress: Equatable {
    let table: RegisterTable
    /// Zero-based.
    let address: Int

    /// Nil for any other number.
    init?(_ text: String) {
        guard text.utf8.count == 5 || text.utf8.count == 6, text.utf8.allSatisfy(isDigit),
            let number = Int(text.dropFirst()), (1...65_536).contains(number)
        else { return nil }
        switch text.first {
        case "0": table = .coil
        case "1": table = .discrete
        case "3": table = .input
        case "4": table = .holding
        default: return nil
        }
        address = number - 1
    }

    /// As it is written in the configuration.
    var key: String { "`\(table.rawValue): \(address)`" }
}

extension ScalarRule where Value == Int {
    /// The zero-based address of a register.
    static let registerAddress = ScalarRule { (text) throws(Complaint) in
        do throws(Complaint) {
            return try integer(
                in: 0...65_535,
                hint: .init("addresses are zero-based: 40001 of a manual is 0", zh: "地址从 0 开始：说明书的 40001 写作 0")
            ).read(text)
        } catch {
            guard let manual = ManualAddress(text) else { throw error }
            throw Complaint(
                message: error.message,
                hint: .init(
                    "addresses are zero-based: \(text) of a manual is \(manual.key)",
                    zh: "地址从 0 开始：说明书的 \(text) 写作 \(manual.key)"))
        }
    }
}

extension MappingReader<RegisterKey> {
    /// Tells of an address that is a manual's number of the register. Hexadecimal, it is what it is.
    func warnOfManualAddress(_ key: RegisterKey, in table: RegisterTable) {
        guard let text = node(key)?.text, let manual = ManualAddress(text), let number = Int(text) else { return }
        // Some water analysers have holding registers from 30000 on.
        let isLikely = manual.table == table || manual.table == .holding && table == .input
        guard isLikely, number <= 65_535 else { return }
        let hexadecimal = "0x" + String(number, radix: 16, uppercase: true)
        warning(
            key,
            .init(
                "\(text) is how manuals number registers, and addresses are zero-based",
                zh: "\(text) 是说明书的寄存器编号，而地址从 0 开始"),
            hint: .init(
                "write \(manual.key); if the device really means address \(text), write \(hexadecimal)",
                zh: "写 \(manual.key)；设备确实使用地址 \(text) 时写 \(hexadecimal)"))
    }
}
