import CMosquitto
import Glibc
import HostSystem
import Telemetry

/// What operators read of a connection that does not come about or ends, in their two languages.
extension BilingualText {
    // MARK: The network

    /// What the kernel said.
    static func network(_ code: Int32) -> BilingualText {
        let english = SystemError.text(of: code)
        let chinese: String =
            switch code {
            case ECONNREFUSED: "连接被拒绝"
            case ECONNRESET: "连接被对方重置"
            case ECONNABORTED, EPIPE, ENOTCONN: "连接已断开"
            case ETIMEDOUT: "连接超时"
            case EHOSTUNREACH, EHOSTDOWN: "主机不可达"
            case ENETUNREACH: "网络不可达"
            case ENETDOWN: "网络已断开"
            default: english
            }
        return BilingualText(en: english, zh: chinese)
    }

    /// What the resolver said, a code of getaddrinfo(3).
    static func lookUp(_ code: Int32) -> BilingualText {
        switch code {
        case EAI_NONAME, -5:
            BilingualText(en: "the host name is not known; check its spelling", zh: "主机名不存在，请检查拼写")
        case EAI_AGAIN:
            BilingualText(
                en: "the host name cannot be resolved: no name server answers; check the network and the name server",
                zh: "无法解析主机名：域名服务器无应答，请检查网络和 DNS")
        default:
            BilingualText(en: "the host name cannot be resolved", zh: "无法解析主机名")
        }
    }

    static let noAnswer = BilingualText(
        en: "no answer from there; check the address, the route and firewalls", zh: "对方无应答，请检查地址、路由和防火墙")
    static let stuckHandshake = BilingualText(
        en: "connected, but nothing answers the TLS handshake; check that the port is one for TLS",
        zh: "已连接，但 TLS 握手无应答，请检查该端口是否为 TLS 端口")
    static func silentBroker(usesTLS: Bool) -> BilingualText {
        BilingualText(en: "connected, but the broker does not answer; ", zh: "已连接，但代理无应答，") + port(usesTLS: usesTLS)
    }
    /// The connection ended before the broker accepted or refused the session.
    static func endedSession(usesTLS: Bool) -> BilingualText {
        BilingualText(en: "the other end closed the connection before it opened a session; ", zh: "对方在建立会话前关闭了连接，")
            + port(usesTLS: usesTLS)
    }
    private static func port(usesTLS: Bool) -> BilingualText {
        usesTLS
            ? BilingualText(en: "check that the port is one for MQTT", zh: "请检查是否为 MQTT 端口")
            : BilingualText(
                en: "check that the port is one for MQTT, and whether it wants TLS (mqtts://)",
                zh: "请检查是否为 MQTT 端口、是否需要 TLS（mqtts://）")
    }
    static let noPing = BilingualText(en: "the broker stopped answering pings", zh: "代理不再应答心跳")
    static let noMQTT = BilingualText(
        en: "what comes from there is no MQTT; check the port", zh: "对方发来的不是 MQTT 报文，请检查端口")
    static let portOfTLS = BilingualText(
        en: "that port speaks TLS; the url must begin with mqtts:// there", zh: "该端口使用 TLS，url 应以 mqtts:// 开头")

    // MARK: The broker

    static let closedByBroker = BilingualText(en: "the broker closed the connection", zh: "代理关闭了连接")
    static let endedOddly = BilingualText(
        en: "the broker ended the connection, or sent a packet that cannot be read", zh: "代理结束了连接，或发来无法解析的报文")
    static let deafBroker = BilingualText(
        en: "the broker publishes on and on without reading the acknowledgements", zh: "代理不断发布消息，却不读取确认")
    static let takenOver = BilingualText(
        en: "session taken over: another client connects with the same client identifier",
        zh: "会话被接管：另一客户端使用了相同的客户端标识")

    /// A CONNACK that is not 0.
    static func refusal(_ code: Int32) -> BilingualText {
        switch code {
        case 1, 0x84:
            BilingualText(en: "the broker does not speak this version of MQTT", zh: "代理不支持该 MQTT 版本")
        case 2, 0x85: BilingualText(en: "the broker rejects the client identifier", zh: "代理拒绝该客户端标识")
        case 3, 0x88: BilingualText(en: "the broker is not available at the moment", zh: "代理暂不可用")
        case 4, 0x86: BilingualText(en: "wrong user name or password", zh: "用户名或密码错误")
        case 5, 0x87:
            BilingualText(
                en: "not authorised; check user name, password and client identifier", zh: "未授权，请检查用户名、密码和客户端标识")
        case 0x80...:
            said(unsafe String(cString: mosquitto_reason_string(code)), code)
        default: BilingualText(en: "refused with code \(code)", zh: "被拒绝，代码 \(code)")
        }
    }

    private static func said(_ reason: String, _ code: Int32) -> BilingualText {
        BilingualText(en: "refused: \(reason) (\(code))", zh: "被拒绝：\(reason)（\(code)）")
    }

    // MARK: TLS

    /// `hasCertificate`: we have one of our own to show.
    static func brokenHandshake(hasCertificate: Bool) -> BilingualText {
        BilingualText(
            en:
                "the connection ended during the TLS handshake; check that the port is one for TLS, that the broker speaks "
                + "TLS 1.2 or 1.3, and that it ",
            zh: "TLS 握手期间连接中断，请检查该端口是否为 TLS 端口、代理是否支持 TLS 1.2 或 1.3，以及")
            + (hasCertificate
                ? BilingualText(en: "accepts this client's certificate", zh: "代理是否接受本机证书")
                : BilingualText(en: "asks for no client's certificate (cert_file)", zh: "代理是否要求客户端证书（cert_file）"))
    }

    /// Where no verdict tells why.
    static func untrusted(hasAuthority: Bool) -> BilingualText {
        hasAuthority
            ? BilingualText(
                en:
                    "the broker's certificate is not to be trusted; check that ca_file has signed it, its dates and this "
                    + "gateway's clock",
                zh: "代理证书不可信，请检查是否由 ca_file 签发、证书有效期及本机时钟")
            : BilingualText(
                en:
                    "the broker's certificate is not to be trusted; name its authority in ca_file, or check its dates and this "
                    + "gateway's clock",
                zh: "代理证书不可信，请用 ca_file 指定其 CA，或检查证书有效期及本机时钟")
    }

    /// What is wrong with the broker's certificate; `verdict`: X509_V_ERR_…; nil: nothing that is known.
    static func certificate(_ verdict: Int, hasAuthority: Bool) -> BilingualText? {
        switch Int32(clamping: verdict) {
        case X509_V_OK, X509_V_ERR_UNSPECIFIED, X509_V_ERR_APPLICATION_VERIFICATION: nil
        case X509_V_ERR_CERT_HAS_EXPIRED:
            BilingualText(
                en: "the broker's certificate, or one that signed it, has expired, or this gateway's clock is wrong",
                zh: "代理证书或其签发证书已过期，或本机时钟有误")
        case X509_V_ERR_CERT_NOT_YET_VALID:
            BilingualText(
                en: "the broker's certificate is not valid yet; check this gateway's clock", zh: "代理证书尚未生效，请检查本机时钟")
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE:
            hasAuthority
                ? BilingualText(
                    en: "the broker's certificate is not to be trusted; check that ca_file has signed it",
                    zh: "代理证书不可信，请检查是否由 ca_file 签发")
                : BilingualText(
                    en: "the broker's certificate is not to be trusted: nobody that the system knows has signed it; "
                        + "name its authority in ca_file",
                    zh: "代理证书不可信：签发者不在系统信任列表中，请用 ca_file 指定其 CA")
        default: refused(unsafe String(cString: X509_verify_cert_error_string(verdict)))
        }
    }

    private static func refused(_ reason: String) -> BilingualText {
        BilingualText(en: "the broker's certificate is not to be trusted: \(reason)", zh: "代理证书不可信：\(reason)")
    }

    /// What a line of the library's log means, and whether it is about a file of ours; nil: it does not say why.
    static func libraryLog(_ text: String) -> (isOurFile: Bool, words: BilingualText)? {
        let known = logged.first { entry in entry.marks.allSatisfy(text.contains) }
        return known.map { ($0.isOurFile, $0.words) }
    }

    /// What to look for in a line, the first that fits.
    private static let logged: [(marks: [String], isOurFile: Bool, words: BilingualText)] = [
        (
            ["host name verification failed"], false,
            BilingualText(
                en: "the broker's certificate does not name this host; `url` must use the name in the certificate",
                zh: "代理证书中没有该主机名，url 必须使用证书中的名称")
        ),
        (
            ["Unable to load CA certificates"], true,
            BilingualText(
                en: "ca_file holds no certificate (PEM), or one that cannot be read",
                zh: "ca_file 中没有证书（PEM），或其中有证书无法读取")
        ),
        (
            ["Unable to load client certificate"], true,
            BilingualText(
                en: "cert_file holds no certificate (PEM), or one that cannot be read",
                zh: "cert_file 中没有证书（PEM），或其中有证书无法读取")
        ),
        (
            ["Unable to load client key"], true,
            BilingualText(
                en: "key_file holds no private key (PEM, without a pass phrase) that belongs to cert_file",
                zh: "key_file 中没有与 cert_file 匹配的私钥（PEM，无口令）")
        ),
        (
            ["certificate/key are inconsistent"], true,
            BilingualText(en: "cert_file and key_file do not belong together", zh: "cert_file 与 key_file 不匹配")
        ),
        (
            ["wrong version number"], false,
            BilingualText(
                en: "the port does not speak TLS; check the port, or whether it is mqtt:// there",
                zh: "该端口不支持 TLS，请检查端口，或应使用 mqtt://")
        ),
        (
            ["alert", "certificate expired"], false,
            BilingualText(
                en: "the broker says that the client's certificate has expired; renew cert_file",
                zh: "代理称本机证书已过期，请更新 cert_file")
        ),
        (
            ["alert", "certificate required"], false,
            BilingualText(
                en: "the broker wants a certificate from its clients; set cert_file and key_file",
                zh: "代理要求客户端证书，请设置 cert_file 和 key_file")
        ),
        (
            ["alert", "certificate"], false,
            BilingualText(
                en: "the broker does not accept the client's certificate; check cert_file and key_file",
                zh: "代理不接受本机证书，请检查 cert_file 和 key_file")
        ),
        (
            ["alert", "unknown ca"], false,
            BilingualText(
                en: "the broker does not know who signed the client's certificate; check cert_file",
                zh: "代理不认识本机证书的签发者，请检查 cert_file")
        ),
        (
            ["protocol version"], false,
            BilingualText(
                en: "the broker speaks no version of TLS that is safe (1.2 or 1.3)", zh: "代理不支持安全的 TLS 版本（1.2 或 1.3）")
        ),
        (
            ["unsupported protocol"], false,
            BilingualText(
                en: "the broker speaks no version of TLS that is safe (1.2 or 1.3)", zh: "代理不支持安全的 TLS 版本（1.2 或 1.3）")
        ),
        (
            ["handshake failure"], false,
            BilingualText(
                en: "the broker refuses the TLS handshake; it may want a client's certificate, or other ciphers",
                zh: "代理拒绝 TLS 握手，可能要求客户端证书或其他加密套件")
        ),
    ]
}
