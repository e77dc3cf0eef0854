import GatewayCore
import HostSystem
import Telemetry

/// What is wrong with a file that the configuration names.
struct NamedFileFault: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case missing
        /// What the system says.
        case unreadable(BilingualText)
        case emptyPassword
        /// A blank, seen or not, begins or ends the line.
        case blankInPassword
        case badKeys(BilingualText)
        case noCertificate
        /// One begins at this line, from 1, that cannot be read.
        case damagedCertificate(line: Int)
        /// In seconds since 1970, as is the next.
        case expired(at: Int64)
        case notYetValid(since: Int64)
        case noKey
        case protectedKey
        /// The certificate and the key are of two pairs.
        case unmatched
    }

    let file: NamedFile
    let kind: Kind

    init(_ file: NamedFile, _ kind: Kind) {
        self.file = file
        self.kind = kind
    }

    init(_ file: NamedFile, unreadable error: SystemError) {
        self.init(file, error.isMissingFile ? .missing : .unreadable(SystemError.words(of: error.code)))
    }

    /// Whether the part that reads the file stays down. What may yet work is tried: a clock can be wrong.
    var isObstacle: Bool {
        switch kind {
        case .emptyPassword, .blankInPassword, .expired, .notYetValid: false
        case .missing, .unreadable, .badKeys, .noCertificate, .damagedCertificate, .noKey,
            .protectedKey, .unmatched:
            true
        }
    }

    /// Whether a password that was there before cannot be read any more.
    var isGone: Bool {
        guard file.content == .password else { return false }
        switch kind {
        case .missing, .unreadable: return true
        default: return false
        }
    }

    /// The last part of the setting, such as `password_file`.
    var setting: String { file.setting.split(separator: ".").last.map(String.init) ?? file.setting }

    /// The whole sentence, with the part it is about.
    var sentence: BilingualText {
        let link = isObstacle ? " " : ": "
        return BilingualText(en: "\(owner.en)\(link)\(words.en)", zh: "\(owner.zh)：\(words.zh)")
    }

    /// The same without the part.
    var words: BilingualText {
        guard isObstacle else { return suspicion }
        return BilingualText(en: "stays down until \(wanted.en)", zh: "暂不运行，直至\(wanted.zh)")
    }

    /// Why a part that works is not started anew with this file.
    var refusal: BilingualText {
        let setting = BilingualText(en: "`\(setting)`: \(owner.en) works now ", zh: "`\(setting)`：\(owner.zh) 目前正常，")
        return setting
            + (isObstacle
                ? BilingualText(en: "and would stay down until \(wanted.en)", zh: "重新加载后将不再运行，直至\(wanted.zh)")
                : BilingualText(en: "and might not any more: \(suspicion.en)", zh: "重新加载后可能不再正常：\(suspicion.zh)"))
    }

    private var owner: BilingualText {
        switch file.owner {
        case .uplink(let id): BilingualText(en: "uplink '\(id)'", zh: "上行 \(id)")
        case .instrument(let id): BilingualText(en: "instrument '\(id)'", zh: "仪表 \(id)")
        }
    }

    private var path: String { file.path }

    private var wanted: BilingualText {
        switch kind {
        case .missing: BilingualText(en: "\(path) exists", zh: " \(path) 存在")
        case .unreadable(let reason):
            BilingualText(en: "\(path) can be read (\(reason.en))", zh: " \(path) 可读（\(reason.zh)）")
        case .badKeys(let reason):
            BilingualText(en: "\(path) is in order (\(reason.en))", zh: " \(path) 无误（\(reason.zh)）")
        case .noCertificate: BilingualText(en: "\(path) holds a certificate (PEM)", zh: " \(path) 中有证书（PEM）")
        case .damagedCertificate(let line):
            BilingualText(
                en: "the certificate at line \(line) of \(path) can be read (it is damaged or cut off)",
                zh: " \(path) 第 \(line) 行起的证书可读（内容损坏或不完整）")
        case .noKey: BilingualText(en: "\(path) holds a private key (PEM)", zh: " \(path) 中有私钥（PEM）")
        case .protectedKey:
            BilingualText(en: "the private key in \(path) has no pass phrase", zh: " \(path) 中的私钥不带口令")
        case .unmatched:
            BilingualText(
                en: "`cert_file` and `key_file` belong together (\(path) is the key of another certificate)",
                zh: " cert_file 与 key_file 匹配（\(path) 是另一证书的私钥）")
        case .emptyPassword, .blankInPassword, .expired, .notYetValid: suspicion
        }
    }

    private var suspicion: BilingualText {
        let holder = file.content == .authority ? "ca_file" : "cert_file"
        return switch kind {
        case .expired(let second):
            BilingualText(
                en: "the certificate in \(path) (`\(holder)`) expired on \(Self.date(second)); renew it",
                zh: "\(path)（\(holder)）中的证书已于 \(Self.date(second)) 过期，请更新")
        case .notYetValid(let second):
            BilingualText(
                en:
                    "the certificate in \(path) (`\(holder)`) is not valid before \(Self.date(second)); check the clock",
                zh: "\(path)（\(holder)）中的证书 \(Self.date(second)) 起才有效，请检查时钟")
        case .blankInPassword:
            BilingualText(
                en: "the first line of \(path) begins or ends with a blank, which counts as a part of the password; "
                    + "remove it",
                zh: "\(path) 的第一行开头或末尾有空格，会当作密码的一部分，请删除")
        default: BilingualText(en: "the first line of \(path) is empty", zh: "\(path) 的第一行是空的")
        }
    }

    /// In UTC, as certificates count.
    private static func date(_ second: Int64) -> String {
        let time = CivilTime(localMilliseconds: second * 1_000)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(time.year)-\(two(time.month))-\(two(time.day))"
    }
}
