import Telemetry
import YAML

/// The profiles that devices refer to, each read once however many devices use it.
final class ProfileLibrary {
    /// Absolute, without a slash at the end.
    var directory = ""
    private let load: (String) -> ProfileSource?
    private var lists: [String: RegisterList?] = [:]
    private var logs: [ProblemLog] = []

    init(load: @escaping (_ path: String) -> ProfileSource?) {
        self.load = load
    }

    /// The problems of every profile, in the order in which the configuration names them.
    var problems: [ConfigurationProblem] { logs.flatMap(\.sortedProblems) }

    /// The registers of the profile `name`; nil when it cannot be read, noted in the profile or at `device`'s key.
    func registers(of name: String, _ device: MappingReader<DeviceKey>) -> RegisterList? {
        if let known = lists[name] {
            return known
        }
        let path = directory + "/" + name + ".yaml"
        guard let source = load(path) else {
            device.error(
                .profile, .init("cannot read the profile `\(name)`", zh: "无法读取模板 `\(name)`"),
                hint: .init("expected at \(path)", zh: "应位于 \(path)"))
            return nil
        }
        let list = read(source)
        lists[name] = .some(list)
        return list
    }

    private func read(_ source: ProfileSource) -> RegisterList? {
        let log = ProblemLog(file: source.file)
        logs.append(log)
        defer { log.warnOfDoubts() }
        guard let document = log.document(source.text),
            let root = MappingReader<ProfileKey>(document.root, .init("a profile", zh: "模板"), log: log)
        else { return nil }
        _ = root.optional(.description, .text(maximum: 1000))
        guard let nodes = root.list(.registers) else {
            if !root.has(.registers) { root.reportMissing(.registers) }
            return nil
        }
        root.reportEmptyList(.registers)
        return RegisterList(nodes, log: log)
    }
}
