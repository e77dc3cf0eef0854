import Telemetry

/// Turns the events of one document into a tree.
struct TreeBuilder: ~Copyable {
    private var events: EventReader
    private let limits: YAMLLimits
    private var nodeCount = 0
    private(set) var duplicateKeys: [YAMLError] = []
    private(set) var lookAlikes: [YAMLPosition: [LookAlike]] = [:]
    private(set) var doubts: [YAMLDoubt] = []

    init(events: consuming EventReader, limits: YAMLLimits) {
        self.events = events
        self.limits = limits
    }

    /// Reads the whole stream, which must hold exactly one document with a value.
    mutating func document() throws(YAMLError) -> YAMLNode {
        _ = try events.next()
        guard case .documentStart = try events.next().kind else {
            throw YAMLError(at: .start, .init("the file is empty", zh: "文件是空的"))
        }
        let root = try node(from: events.next(), depth: 0)
        _ = try events.next()
        let end = try events.next()
        guard case .streamEnd = end.kind else {
            throw YAMLError(
                at: end.position, .init("a second document starts here", zh: "此处开始了第二个文档"),
                hint: .init("remove the line `---`", zh: "删除 `---` 这一行"))
        }
        return root
    }

    private mutating func node(from event: YAMLEvent, depth: Int) throws(YAMLError) -> YAMLNode {
        try check(event, depth: depth)
        switch event.kind {
        case .scalar(let scalar):
            note(event)
            if !scalar.isQuoted, let problem = events.source.swallowedCharacter(in: event.extent) {
                doubts.append(YAMLDoubt(valuePosition: event.position, problem: problem))
            }
            return YAMLNode(.scalar(scalar), at: event.position)
        case .sequenceStart:
            return YAMLNode(.sequence(try sequence(depth: depth)), at: event.position)
        case .mappingStart:
            return YAMLNode(.mapping(try mapping(depth: depth)), at: event.position)
        case .alias:
            throw YAMLError(
                at: event.position, .init("aliases (`*name`) are not supported", zh: "不支持别名（`*name`）"),
                hint: .init("repeat the value", zh: "重复写出该值"))
        case .sequenceEnd, .mappingEnd, .streamStart, .streamEnd, .documentStart, .documentEnd:
            throw YAMLError(at: event.position, .init("a value is missing here", zh: "此处缺少值"))
        }
    }

    private mutating func sequence(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { return items }
            items.append(try node(from: event, depth: depth + 1))
        }
    }

    private mutating func mapping(depth: Int) throws(YAMLError) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var firstLines: [String: Int] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { return entries }
            try check(event, depth: depth + 1)
            guard case .scalar(let key) = event.kind else {
                throw YAMLError(at: event.position, .init("a key must be a single word", zh: "键必须是单个词"))
            }
            note(event)
            let value = try node(from: events.next(), depth: depth + 1)
            if let line = firstLines[key.text] {
                let message = BilingualText(
                    "`\(key.text.prefix(64))` stands here twice, first on line \(line)",
                    zh: "`\(key.text.prefix(64))` 出现了两次，第一次在第 \(line) 行")
                duplicateKeys.append(
                    YAMLError(at: event.position, message, hint: .init("remove one of them", zh: "删除其中一个")))
            } else {
                firstLines[key.text] = event.position.line
                entries.append(YAMLEntry(key: key.text, keyPosition: event.position, value: value))
            }
        }
    }

    /// Notes what looks like something else in a key or value.
    private mutating func note(_ event: YAMLEvent) {
        let found = events.source.lookAlikes(in: event.extent)
        if !found.isEmpty { lookAlikes[event.position] = Array(found) }
    }

    /// Keeps to the limits, and to the part of YAML that a configuration needs.
    private mutating func check(_ event: YAMLEvent, depth: Int) throws(YAMLError) {
        nodeCount += 1
        guard nodeCount <= limits.nodes else {
            throw YAMLError(
                at: event.position,
                .init("the file has more than \(limits.nodes) values", zh: "文件中的值超过 \(limits.nodes) 个"))
        }
        guard depth <= limits.depth else {
            throw YAMLError(
                at: event.position,
                .init("lists and mappings lie more than \(limits.depth) deep here", zh: "此处列表和键值嵌套超过 \(limits.depth) 层")
            )
        }
        if event.hasAnchor {
            throw YAMLError(
                at: event.position, .init("anchors (`&name`) are not supported", zh: "不支持锚点（`&name`）"),
                hint: .init("write the value itself", zh: "直接写出值"))
        }
        if event.hasTag {
            throw YAMLError(
                at: event.position, .init("tags (`!name`) are not supported", zh: "不支持标签（`!name`）"),
                hint: .init("write only the value", zh: "只写值"))
        }
    }
}
