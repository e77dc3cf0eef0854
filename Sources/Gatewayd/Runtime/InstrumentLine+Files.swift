import GatewayCore
import HostSystem
import Protocol
import Telemetry

/// Instruments whose password or keys are missing: only they stay down, and they are used as soon as the files are there.
extension InstrumentLine {
    /// Says which instruments stay down, and why. To be called when the line has been made.
    func tellOfHeld() {
        for (device, fault) in held {
            log.failed(trouble(ofFilesOf: device), because: fault.words.en)
        }
    }

    /// Looks for the files of instruments that are held; every few seconds.
    func lookForFiles() {
        for (device, fault) in held {
            let files = instruments[device].files
            if let obstacle = files.obstacle {
                if obstacle != fault { hold(device, because: obstacle) }
                tell(obstacle.words, of: places[device])
            } else {
                release(device, files)
                log.recovered(trouble(ofFilesOf: device))
            }
        }
    }

    private func trouble(ofFilesOf device: Int) -> LogTrouble {
        LogTrouble(
            "instrument stays down", over: "instrument is used now", [LogField("instrument", instruments[device].id)])
    }

    private func tell(_ reason: BilingualText, of place: CorePlace) {
        core.step { machine, _, _ in
            if let index = place.index { machine.instrumentFailed(index, because: reason) }
            return []
        }
    }
}
