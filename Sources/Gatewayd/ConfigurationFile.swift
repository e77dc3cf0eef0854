import GatewayCore
import HostSystem
import Telemetry

/// A configuration on disk, with the profiles it names.
enum ConfigurationFile {
    private static let largest = 4 * 1_024 * 1_024

    /// Reads and checks the file. The failure is about reading it, problems are in the result.
    static func load(_ path: String) -> Result<ConfigurationResult, SystemError> {
        Result { () throws(SystemError) in try read(path).result }
    }

    /// The same together with what was read.
    static func read(_ path: String) throws(SystemError) -> LoadedConfiguration {
        let text = try Files.read(path, limit: largest)
        let directory = folder(of: path)
        var profiles: [ProfileSource] = []
        let result = ConfigurationReader.read(file: path, text: text, directory: directory) { profile in
            guard let text = try? Files.read(profile, limit: largest) else { return nil }
            let source = ProfileSource(file: profile, text: text)
            profiles.append(source)
            return source
        }
        let source = ConfigurationSource(file: path, text: text, profiles: profiles)
        return LoadedConfiguration(result: result.adding(zoneProblems(result, source)), source: source)
    }

    /// A zone that this machine does not know is an error: nothing could be said of hours and days.
    private static func zoneProblems(
        _ result: ConfigurationResult, _ source: ConfigurationSource
    ) -> [ConfigurationProblem] {
        guard let name = result.draft?.gateway.timezone else { return [] }
        do throws(SystemError) {
            _ = try ZoneRules.named(name)
            return []
        } catch {
            let proposal = ZoneNames.nearest(to: name)
            let message =
                ZoneNames.areInstalled
                ? BilingualText(
                    "`timezone`: this machine knows no zone \"\(name)\"", zh: "`timezone`：本机没有时区 \"\(name)\"")
                : BilingualText("`timezone`: ", zh: "`timezone`：") + error.text
            let hint = proposal.map {
                $0 == ZoneNames.china
                    ? BilingualText("\($0): all of China has one zone", zh: "\($0)：全国使用同一时区")
                    : BilingualText("did you mean \($0)?", zh: "是不是 \($0)？")
            }
            return [ConfigurationProblem(of: "gateway.timezone", in: source, .error, message, hint: hint)]
        }
    }

    /// Its section `gateway`, although there may be mistakes elsewhere; nil where not even that can be understood.
    static func gateway(_ path: String) throws(SystemError) -> GatewaySettings? {
        ConfigurationReader.gateway(in: try Files.read(path, limit: largest), directory: folder(of: path))
    }

    private static func folder(of path: String) -> String {
        let absolute = Files.absolute(path, in: Files.currentDirectory)
        return absolute.lastIndex(of: "/").map { String(absolute[..<$0]) } ?? "/"
    }
}

/// What came of reading a configuration, and the text it was read from.
struct LoadedConfiguration {
    let result: ConfigurationResult
    let source: ConfigurationSource
}

extension ConfigurationSource {
    /// Tells versions of the file apart: the first half of its SHA-256.
    var fingerprint: String { String(Fingerprint.sha256(text).prefix(16)) }
}
