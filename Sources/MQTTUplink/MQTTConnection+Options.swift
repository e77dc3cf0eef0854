import CMosquitto
import Glibc
import HostSystem

extension MQTTConnection {
    /// Sets everything on `client` that must be known before it connects.
    static func configure(_ client: OpaquePointer, _ endpoint: MQTTEndpoint) throws(MQTTError) {
        let operation = "configure client"
        // Without it Nagle's algorithm and delayed acknowledgements add 40 ms to the tail.
        try check(unsafe mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1), operation)
        try check(
            unsafe mosquitto_max_inflight_messages_set(client, UInt32(clamping: max(1, endpoint.window))), operation)
        try unsafe setCredentials(client, endpoint)
        if let will = endpoint.will {
            let result = unsafe will.payload.withUnsafeBytes { bytes in
                unsafe mosquitto_will_set(client, will.topic, Int32(bytes.count), bytes.baseAddress, 1, true)
            }
            try check(result, "set will")
        }
        if let tls = endpoint.tls { try unsafe setTLS(client, tls) }
    }

    static func setCredentials(_ client: OpaquePointer, _ endpoint: MQTTEndpoint) throws(MQTTError) {
        guard let username = endpoint.username else { return }
        guard let password = endpoint.password else {
            return try check(unsafe mosquitto_username_pw_set(client, username, nil), "set user name")
        }
        let terminated = password.map { CChar(bitPattern: $0) } + [0]
        try check(unsafe mosquitto_username_pw_set(client, username, terminated), "set user name")
    }

    private static func setTLS(_ client: OpaquePointer, _ tls: MQTTTransportSecurity) throws(MQTTError) {
        for path in [tls.authorityFile, tls.certificateFile, tls.keyFile] {
            guard let path, unsafe access(path, R_OK) != 0 else { continue }
            let code = errno
            throw MQTTError("read \(path)", reason: .file, code: code, detail: SystemError.text(of: code))
        }
        // The name check is on unless it is switched off, which nothing here can do.
        let result = unsafe mosquitto_tls_set(
            client, tls.authorityFile, tls.authorityFile == nil ? systemAuthorities : nil, tls.certificateFile,
            tls.keyFile, gw_no_pass_phrase)
        try check(result, "set up TLS")
    }

    /// Where Debian keeps the certificates that the system trusts.
    private static let systemAuthorities = "/etc/ssl/certs"

    private static func check(_ result: Int32, _ operation: String) throws(MQTTError) {
        guard result == MOSQ_ERR_SUCCESS.rawValue else { throw MQTTError(operation, result: result, errno: errno) }
    }
}
