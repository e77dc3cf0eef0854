import Glibc
import HostSystem
import Synchronization

/// Somebody at the far end of a ``TestTerminal`` whose every answer is written by the test.
package final class ScriptedLine: Sendable {
    private let wake = WakeDescriptor()
    private let thread: NamedThread

    /// Starts to listen at the far end of `line`, which stays as it is until ``stop()``.
    ///
    /// `answer` is called for whatever bytes one read brings; a pause of the answer lets more come in.
    package init(_ line: TestTerminal, _ answer: @escaping @Sendable (_ request: [UInt8]) -> [ScriptedPeer.Piece]) {
        let far = line.far
        let wake = wake
        thread = NamedThread("line") {
            var buffer = [UInt8](repeating: 0, count: 512)
            while true {
                var entries = [
                    pollfd(fd: far, events: Int16(POLLIN), revents: 0),
                    pollfd(fd: wake.raw, events: Int16(POLLIN), revents: 0),
                ]
                _ = poll(&entries, 2, -1)
                if entries[1].revents != 0 { return }
                // EIO: nobody has the near end open.
                let count = read(far, &buffer, buffer.count)
                guard count > 0 else { continue }
                for piece in answer(Array(buffer.prefix(count))) {
                    switch piece {
                    case .send(let bytes): _ = write(far, bytes, bytes.count)
                    case .pause(let time): usleep(UInt32(time / .microseconds(1)))
                    case .hangUp, .halfClose: return
                    }
                }
            }
        }
    }

    /// Ends it and waits until nobody uses the line any more.
    package func stop() {
        wake.wake()
        thread.join()
    }
}
