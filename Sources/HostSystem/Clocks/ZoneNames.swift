import Telemetry

/// The names of the time zones that this machine knows, for those who have written one that it does not.
package enum ZoneNames {
    package static let china = "Asia/Shanghai"

    package static var areInstalled: Bool { Files.isDirectory(ZoneRules.systemDirectory) }

    /// What was probably meant; nil: nothing comes near.
    package static func nearest(to name: String, directory: String = ZoneRules.systemDirectory) -> String? {
        if meansChina(name) { return china }
        let known = names(in: directory)
        if let same = known.first(where: { $0.lowercased() == name.lowercased() }) { return same }
        // A town without its continent, or with another one.
        let town = lastPart(name)
        return known.first { lastPart($0) == town } ?? nearestName(to: name, among: known)
    }

    /// Towns and clocks that have no zone of their own; IANA names the zone of China after Shanghai.
    private static func meansChina(_ name: String) -> Bool {
        let plain = name.lowercased().filter { !"_ -".contains($0) }
        if chineseTowns.contains(lastPart(plain)) { return true }
        let offset = plain.filter { $0 != ":" }
        return ["utc+8", "gmt+8", "utc+08", "gmt+08", "utc+0800", "gmt+0800", "+8", "+08", "+0800", "cst", "cst8"]
            .contains(offset)
    }

    private static let chineseTowns: Set<String> = [
        "beijing", "peking", "tianjin", "guangzhou", "canton", "shenzhen", "nanjing", "hangzhou", "suzhou", "wuhan",
        "chengdu", "xian", "jinan", "qingdao", "zhengzhou", "shenyang", "dalian", "changchun", "shijiazhuang",
        "taiyuan",
        "hefei", "fuzhou", "xiamen", "nanchang", "changsha", "nanning", "haikou", "guiyang", "kunming", "lhasa",
        "lanzhou",
        "xining", "yinchuan", "hohhot", "ningbo", "wuxi", "china", "prc",
    ]

    private static func lastPart(_ name: String) -> String {
        name.split(separator: "/").last.map { $0.lowercased() } ?? ""
    }

    /// Zones and their other names. Source: the tzdata.zi of the package `tzdata`, zic(8).
    private static func names(in directory: String) -> [String] {
        guard let bytes = try? Files.read("\(directory)/tzdata.zi", limit: 1 << 20) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let words = line.split(separator: UInt8(ascii: " "))
            let place = words.first.flatMap { $0 == [UInt8(ascii: "Z")] ? 1 : $0 == [UInt8(ascii: "L")] ? 2 : nil }
            guard let place, words.count > place else { return nil }
            return String(decoding: words[place], as: UTF8.self)
        }
    }
}
