import CBrokerInlet
import CMosquitto
import Glibc

/// Stands between a connection and the client library, which reads nothing but what an ``MQTTPacketFilter`` has passed.
@safe
final class MQTTInlet {
    private var filter = MQTTPacketFilter(version: .v5)
    private var ready: ArraySlice<UInt8> = []
    /// What is read at once; a TLS record is not larger.
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)
    private var socket: Int32 = -1
    /// The SSL * of a connection over TLS.
    private var session: UnsafeMutableRawPointer?
    /// The publishes that had come when the library last had nothing to send.
    private var answered = 0
    private var onFault: (MQTTPacketFilter.Fault) -> Void = { _ in }

    deinit { unsafe buffer.deallocate() }

    /// Begins anew, with a connection that asks for `version`. `onFault` is called within a call of the
    /// library, when that has read everything before.
    func reset(version: MQTTVersion, onFault: @escaping (MQTTPacketFilter.Fault) -> Void) {
        self.onFault = onFault
        filter = MQTTPacketFilter(version: version)
        ready = []
        answered = 0
    }

    /// Publishes of the broker whose acknowledgements the library may still hold, as the broker does not read them.
    func unanswered(isWriting: Bool) -> Int {
        if !isWriting { answered = filter.publishes }
        return filter.publishes - answered
    }

    /// Calls the library, which is to read from here meanwhile.
    func whileOpen<Result>(_ socket: Int32, session: UnsafeMutableRawPointer?, _ body: () -> Result) -> Result {
        self.socket = socket
        unsafe self.session = session
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        // The session reads the socket itself.
        unsafe gw_inlet_open(
            session == nil ? socket : -1,
            { context, target, count in
                guard let context = unsafe context, let target = unsafe target else { return -1 }
                let inlet = unsafe Unmanaged<MQTTInlet>.fromOpaque(context).takeUnretainedValue()
                return unsafe inlet.answer(UnsafeMutableRawBufferPointer(start: target, count: count))
            }, context)
        defer { gw_inlet_close() }
        return body()
    }

    /// As read(2) would. An end, or an error, comes when everything before it was taken.
    private func answer(_ target: UnsafeMutableRawBufferPointer) -> Int {
        while ready.isEmpty {
            if let fault = filter.fault {
                onFault(fault)
                errno = EPROTO
                return -1
            }
            let count =
                if let session = unsafe session {
                    unsafe gw_inlet_read_tls(session, buffer.baseAddress, buffer.count)
                } else {
                    unsafe gw_inlet_read(socket, buffer.baseAddress, buffer.count)
                }
            guard count > 0 else { return count }
            unsafe filter.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            ready = filter.takeReady()[...]
        }
        let taken = min(target.count, ready.count)
        unsafe target.copyBytes(from: ready.prefix(taken))
        ready = ready.dropFirst(taken)
        errno = 0
        return taken
    }
}
