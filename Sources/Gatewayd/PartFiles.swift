import Cipher
import GatewayCore
import HostSystem
import Protocol
import Telemetry

/// The files that one uplink or one instrument reads for itself: what they hold, and what is wrong with them.
struct PartFiles {
    private static let largest = 1 << 20

    /// The first line of the password file, without its end.
    private(set) var password: [UInt8]?
    private(set) var keys: KeyRing?
    /// In the order of the settings.
    private(set) var faults: [NamedFileFault] = []
    /// By path, of those that could be read.
    private(set) var digests: [String: String] = [:]

    /// Reads `files`, all of one part. `now`: the present, by which certificates expire.
    init(_ files: [NamedFile], at now: WallInstant) {
        var texts: [NamedFile.Content: PEMText] = [:]
        for file in files {
            do throws(SystemError) {
                let bytes = try Files.read(file.path, limit: Self.largest)
                digests[file.path] = Fingerprint.sha256(bytes)
                take(bytes, of: file, &texts, at: now)
            } catch {
                faults.append(NamedFileFault(file, unreadable: error))
            }
        }
        guard let certificate = texts[.certificate], let key = texts[.privateKey],
            let file = files.first(where: { $0.content == .privateKey })
        else { return }
        if !certificate.fits(key) { faults.append(NamedFileFault(file, .unmatched)) }
    }

    /// What keeps the part down, if anything does.
    var obstacle: NamedFileFault? { faults.first(where: \.isObstacle) }

    /// `texts`: what is in order, for those that must fit each other.
    private mutating func take(
        _ bytes: [UInt8], of file: NamedFile, _ texts: inout [NamedFile.Content: PEMText], at now: WallInstant
    ) {
        let text = PEMText(bytes)
        switch file.content {
        case .password:
            let line = ByteOrderMark.removed(from: bytes).prefix { $0 != 0x0A && $0 != 0x0D }
            password = Array(line)
            if line.isEmpty { faults.append(NamedFileFault(file, .emptyPassword)) }
            if Self.hasBlankEnds(line) { faults.append(NamedFileFault(file, .blankInPassword)) }
        case .deviceKeys:
            do throws(KeyFileError) {
                keys = try KeyRing(file: ByteOrderMark.removed(from: bytes))
            } catch {
                faults.append(NamedFileFault(file, .badKeys(error.text)))
            }
        case .authority, .certificate:
            let certificates = text.certificates
            if let line = text.damagedLine {
                return faults.append(NamedFileFault(file, .damagedCertificate(line: line)))
            }
            guard !certificates.isEmpty else { return faults.append(NamedFileFault(file, .noCertificate)) }
            texts[file.content] = text
            if let fault = Self.fault(of: certificates, in: file, at: now) { faults.append(fault) }
        case .privateKey:
            switch text.privateKey {
            case .usable: texts[.privateKey] = text
            case .protected: faults.append(NamedFileFault(file, .protectedKey))
            case .missing: faults.append(NamedFileFault(file, .noKey))
            }
        }
    }

    /// Whether a line begins or ends with a blank, one that nobody sees included.
    private static func hasBlankEnds(_ line: ArraySlice<UInt8>) -> Bool {
        let scalars = String(decoding: line, as: UTF8.self).unicodeScalars
        return [scalars.first, scalars.last].compactMap(\.self).contains {
            $0.properties.isWhitespace || $0.properties.generalCategory == .format
        }
    }

    /// Of a bundle of authorities one that is valid will do.
    private static func fault(
        of certificates: [PEMText.Validity], in file: NamedFile, at now: WallInstant
    ) -> NamedFileFault? {
        let seconds = now.millisecondsSince1970 / 1_000
        let looked = file.content == .authority ? certificates[...] : certificates.prefix(1)
        guard let first = looked.first, looked.allSatisfy({ seconds < $0.from || seconds > $0.until })
        else { return nil }
        return NamedFileFault(
            file, first.from > seconds ? .notYetValid(since: first.from) : .expired(at: first.until))
    }
}

extension UplinkConfiguration {
    var files: PartFiles { PartFiles(namedFiles, at: SystemClock.wall) }
}

extension InstrumentConfiguration {
    var files: PartFiles { PartFiles(namedFiles, at: SystemClock.wall) }
}
