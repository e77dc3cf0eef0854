/// The CN field of the header. Source: HJ 212-2017; the editions of 2005 and 2025 for those marked.
package struct CommandCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// The command written as `text`; nil unless that is four digits.
    package init?(_ text: FieldText) {
        guard text.bytes.count == 4, let number = text.integer else { return nil }
        rawValue = number
    }

    /// Hardware numbers of a logger (2025).
    package static let reportHardware = CommandCode(rawValue: 1001)
    package static let askForCalibration = CommandCode(rawValue: 1013)
    /// The time of the present key (2025).
    package static let askForKey = CommandCode(rawValue: 1014)
    package static let realtime = CommandCode(rawValue: 2011)
    /// Raw results of analysers that measure now and then (2025); present values in the addressed dialect.
    package static let periodicData = CommandCode(rawValue: 2013)
    package static let day = CommandCode(rawValue: 2031)
    package static let minute = CommandCode(rawValue: 2051)
    package static let hour = CommandCode(rawValue: 2061)
    /// An alarm as it happens (2005).
    package static let alarmEvent = CommandCode(rawValue: 2072)
    package static let keptSample = CommandCode(rawValue: 3015)
    package static let analyserIdentity = CommandCode(rawValue: 3019)
    package static let deviceInformation = CommandCode(rawValue: 3020)
    package static let requestAnswer = CommandCode(rawValue: 9011)
    package static let executionResult = CommandCode(rawValue: 9012)
    package static let notificationAnswer = CommandCode(rawValue: 9013)
    package static let dataAnswer = CommandCode(rawValue: 9014)
    /// 2025 and the surface-water dialect; borrowed by devices of 2017.
    package static let heartbeat = CommandCode(rawValue: 9015)

    /// Of 2005; borrowed as a heartbeat since.
    package static let login = CommandCode(rawValue: 9021)
    package static let loginAnswer = CommandCode(rawValue: 9022)

    /// Whether it answers another packet; an answer is never answered.
    package var isAnswer: Bool { (9011...9014).contains(rawValue) }

    /// Whether it belongs to the data commands.
    package var isData: Bool { (2000...2999).contains(rawValue) }

    /// How a host answers a packet with this command that a field device sends of its own accord; nil: not at all.
    ///
    /// Data of any kind are acknowledged, known or not; so are the device information that is uploaded on change.
    /// Source: HJ 212-2017, examples C.11 (notification) and C.14 (upload); hosts in the field (login).
    package var hostAnswer: CommandCode? {
        switch self {
        case .alarmEvent, .reportHardware, .askForCalibration, .askForKey, .heartbeat: .notificationAnswer
        case .login: .loginAnswer
        case .keptSample, .analyserIdentity, .deviceInformation: .dataAnswer
        default: isData ? .dataAnswer : nil
        }
    }
}
