import Telemetry

/// What became of a journal that does not hold its records any more.
package enum StorageLoss: Equatable, Sendable {
    /// It was damaged, moved to this file and begun anew.
    case damaged(movedTo: String)
    /// It was not there, or empty, and was begun anew.
    case missing
    /// It ends before what was told of it: an older copy, or its newest records are damaged. Where it goes on.
    case older(nextNumber: Int64)
    /// How far its numbers were used cannot be read any more. Where it goes on.
    case uncertain(nextNumber: Int64)

    var text: BilingualText {
        switch self {
        case .damaged(let file):
            BilingualText(
                en: "the journal was damaged; it was moved to \(file) and a new one begun", zh: "日志库已损坏，已移至 \(file) 并新建"
            )
        case .missing:
            BilingualText(en: "the journal was missing; a new one was begun", zh: "日志库文件不存在，已新建")
        case .older(let next):
            BilingualText(
                en: "the newest records of the journal are missing (an older copy, or its log was damaged); "
                    + "it goes on at number \(next)",
                zh: "日志库缺少最新记录（旧副本或预写日志损坏），从序号 \(next) 继续")
        case .uncertain(let next):
            BilingualText(
                en: "what numbers the journal has used cannot be read (journal.seq); it goes on at number \(next)",
                zh: "无法读取日志库已用的序号（journal.seq），从序号 \(next) 继续")
        }
    }
}
