import Telemetry

/// The language of messages for operators.
package enum Language: String, CaseIterable, Sendable {
    case en, zh
}

/// What alarms say to the operator, in both languages.
struct AlarmText: Sendable {
    let language: Language

    /// For example "SO2 (a21026) realtime 38.2 is above 35".
    func threshold(
        factor: String, average: LimitAverage, value: Double, limit: Double, direction: ThresholdWatch.Direction,
        isWarning: Bool
    ) -> String {
        let value = shown(value)
        let limit = shown(limit)
        switch language {
        case .en:
            let relation = direction == .above ? "above" : "below"
            let bound = isWarning ? "the warning level" : "the limit"
            return "\(factor) \(average.rawValue) value \(value) is \(relation) \(bound) \(limit)"
        case .zh:
            let relation = direction == .above ? "高于" : "低于"
            return "\(factor) \(name(average))值 \(value) \(relation)\(isWarning ? "预警值" : "限值") \(limit)"
        }
    }

    func thresholdCleared(factor: String, average: LimitAverage, value: Double, limit: Double) -> String {
        switch language {
        case .en: "\(factor) \(average.rawValue) value \(shown(value)) is back within \(shown(limit))"
        case .zh: "\(factor) \(name(average))值 \(shown(value)) 已恢复到限值 \(shown(limit)) 以内"
        }
    }

    func instrumentSilent(_ source: String, factor: String?, seconds: Int, reason: String?) -> String {
        switch language {
        case .en:
            let what = factor.map { "\(source): no usable data for \($0)" } ?? "\(source) sends no usable data"
            return "\(what) for \(seconds) s" + (reason.map { " (\($0))" } ?? "") + "; check power, cable and address"
        case .zh:
            let what = factor.map { "\(source) 的 \($0)" } ?? source
            return "\(what) 已 \(seconds) 秒无有效数据" + (reason.map { "（\($0)）" } ?? "") + "，请检查电源、接线和地址"
        }
    }

    func instrumentBack(_ source: String, factor: String?, seconds: Int) -> String {
        switch language {
        case .en: "\(source)\(factor.map { ", \($0)," } ?? "") sends data again after \(seconds) s"
        case .zh: "\(source)\(factor.map { " 的 \($0)" } ?? "") 中断 \(seconds) 秒后恢复数据"
        }
    }

    func uplinkSilent(_ uplink: String, seconds: Int) -> String {
        switch language {
        case .en:
            "uplink \(uplink) has acknowledged nothing for \(seconds) s; data are kept and sent later; check the network"
        case .zh: "上行链路 \(uplink) 已 \(seconds) 秒无确认，数据已保存，恢复后补传，请检查网络"
        }
    }

    func uplinkBack(_ uplink: String, seconds: Int) -> String {
        switch language {
        case .en: "uplink \(uplink) acknowledges again after \(seconds) s"
        case .zh: "上行链路 \(uplink) 中断 \(seconds) 秒后恢复"
        }
    }

    func journalInTrouble(_ reason: String) -> String {
        switch language {
        case .en: "the journal cannot be written (\(reason)); records wait in memory; check the disk now"
        case .zh: "日志库无法写入（\(reason)），记录暂存内存，请立即检查磁盘"
        }
    }

    var journalIsWell: String {
        switch language {
        case .en: "the journal is written again"
        case .zh: "日志库恢复写入"
        }
    }

    func journalDamaged(movedTo file: String) -> String {
        switch language {
        case .en: "the journal was damaged; it was moved to \(file) and a new one begun; keep that file"
        case .zh: "日志库已损坏，已移至 \(file) 并新建，请保留该文件"
        }
    }

    private func name(_ average: LimitAverage) -> String {
        switch average {
        case .realtime: "实时"
        case .minute: "分钟均"
        case .hour: "小时均"
        case .day: "日均"
        }
    }

    private func shown(_ value: Double) -> String {
        let text = value.rounded(toPlaces: 3).description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
