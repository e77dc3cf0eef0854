/// How much of a disk the journal may take.
///
/// Records for which there is room are never deleted before their time. At 80 % the journal says so; at 95 % it deletes the
/// oldest records of the bulk lane, then of the ordinary one, down to 90 %; urgent ones never.
package struct DiskLimits: Equatable, Sendable {
    /// What records may take, in bytes; nil: only the disk sets a limit.
    package var maximumBytes: Int64?
    /// What is left free on the file system, in bytes; 0: nothing needs to be.
    package var minimumFreeBytes: Int64

    package init(maximumBytes: Int64? = nil, minimumFreeBytes: Int64 = 0) {
        self.maximumBytes = maximumBytes
        self.minimumFreeBytes = minimumFreeBytes
    }

    var isLimited: Bool { maximumBytes != nil || minimumFreeBytes > 0 }

    /// What records may take now, when the file has `fileBytes` and the file system `freeBytes` more.
    func capacity(fileBytes: Int64, freeBytes: Int64?) -> Int64 {
        var capacity = maximumBytes ?? .max
        if minimumFreeBytes > 0, let freeBytes {
            capacity = min(capacity, fileBytes + max(0, freeBytes - minimumFreeBytes))
        }
        return max(1, capacity)
    }
}

/// How close the journal is to its limit.
package enum DiskPressure: String, Equatable, Sendable {
    case ample
    /// 80 % is taken, or not much more than the stated free space is left; worth a warning.
    case scarce
    /// Records are being deleted before their time; worth an alarm.
    case exhausted
}

/// Judges the room that is left, with a distance between rising and falling so that it does not waver.
struct DiskGauge: Equatable, Sendable {
    private(set) var pressure = DiskPressure.ample

    /// - Parameters:
    ///   - usedBytes: what records take; what is free inside the file does not count.
    ///   - limits: bounds; none: always ample.
    /// - Returns: whether the oldest records must go now.
    mutating func read(usedBytes: Int64, fileBytes: Int64, freeBytes: Int64?, limits: DiskLimits) -> Bool {
        guard limits.isLimited else {
            pressure = .ample
            return false
        }
        let share = Double(usedBytes) / Double(limits.capacity(fileBytes: fileBytes, freeBytes: freeBytes))
        let isFreeScarce = freeBytes.map { Double($0) < 1.25 * Double(limits.minimumFreeBytes) } ?? false
        switch pressure {
        case _ where share >= 0.95: pressure = .exhausted
        case .exhausted where share >= 0.8: break
        case .ample where share < 0.8 && !isFreeScarce: break
        case .scarce where share < 0.75 && !isFreeScarce: pressure = .ample
        case .exhausted where share < 0.75 && !isFreeScarce: pressure = .ample
        default: pressure = .scarce
        }
        return pressure == .exhausted && share > 0.9
    }
}
