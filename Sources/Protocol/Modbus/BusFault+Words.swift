package import Telemetry

/// A fault in the words of an operator. `status`, alarms, the log and `gatewayd read` all say the same.
extension BusFault {
    /// What happened.
    package var what: BilingualText {
        switch self {
        case .timeout: BilingualText(en: "timeout", zh: "超时无应答")
        case .cutAnswer:
            BilingualText(en: "timeout, only a part of the answer came", zh: "超时，只收到部分应答")
        case .echoOnly:
            BilingualText(en: "timeout, nothing but the echo of the request came", zh: "超时，只收到请求自身的回波")
        case .badReply(let mismatch):
            BilingualText(en: "bad reply (\(mismatch.what.en))", zh: "应答错误（\(mismatch.what.zh)）")
        case .exception(let code): Self.name(ofException: code)
        case .line(let fault): fault.what
        }
    }

    /// What can be done about it on a line of `medium`.
    package func advice(on medium: BusMedium) -> BilingualText {
        switch self {
        case .timeout: Self.adviceOnSilence(medium)
        case .cutAnswer:
            medium == .tcp
                ? BilingualText(
                    en: "the device answers: check whether `timeout` is long enough", zh: "设备有应答：检查 `timeout` 是否够长")
                : BilingualText(
                    en: "the device answers: check whether `timeout` is long enough, and for a loose wire or a bad "
                        + "termination",
                    zh: "设备有应答：检查 `timeout` 是否够长，以及接线松动或终端电阻")
        case .echoOnly:
            BilingualText(
                en: "the request reaches the line; check the device's power, unit number and its pair of wires",
                zh: "请求已发到线路上；检查设备供电、站号及其接线")
        case .badReply(let mismatch): mismatch.advice(on: medium)
        case .exception(let code): Self.advice(onException: code)
        case .line(let fault): fault.advice
        }
    }

    /// Both in one line.
    package func words(on medium: BusMedium) -> BilingualText {
        let advice = advice(on: medium)
        return BilingualText(en: "\(what.en); \(advice.en)", zh: "\(what.zh)；\(advice.zh)")
    }

    private static func adviceOnSilence(_ medium: BusMedium) -> BilingualText {
        switch medium {
        case .tcp:
            BilingualText(
                en: "the connection is up: check the unit number (often 1 or 255), whether the device serves another "
                    + "master, and for a gateway whether `timeout` is long enough",
                zh: "连接已建立：检查站号（常为 1 或 255）、设备是否正被其他主站占用，经网关时检查 `timeout` 是否够长")
        case .rtuOverTCP:
            BilingualText(
                en: "the serial server is connected: check unit number and power, and at the server baud rate, parity "
                    + "and whether A and B are swapped",
                zh: "串口服务器已连接：检查站号和供电，以及服务器上的波特率、校验位和 A、B 是否接反")
        case .serial:
            BilingualText(
                en: "check unit number and power, baud rate, parity and whether A and B are swapped",
                zh: "检查站号和供电、波特率、校验位，以及 A、B 是否接反")
        }
    }

    // MARK: Exceptions

    /// Source: Modbus Application Protocol 1.1b3, 7.
    private static func name(ofException code: UInt8) -> BilingualText {
        let name: (en: String, zh: String)? =
            switch code {
            case 1: ("illegal function", "非法功能码")
            case 2: ("illegal data address", "非法数据地址")
            case 3: ("illegal data value", "非法数据值")
            case 4: ("device failure", "设备故障")
            case 5: ("acknowledge, needs more time", "已接收，需较长时间")
            case 6: ("device busy", "设备忙")
            case 7: ("negative acknowledge", "否定应答")
            case 8: ("memory parity error", "存储器校验错误")
            case 10: ("gateway path unavailable", "网关路径不可用")
            case 11: ("gateway got no answer from the unit", "网关未收到设备应答")
            default: nil
            }
        return BilingualText(
            en: "exception \(code)" + (name.map { ", \($0.en)" } ?? ""),
            zh: "异常码 \(code)" + (name.map { "，\($0.zh)" } ?? ""))
    }

    private static func advice(onException code: UInt8) -> BilingualText {
        switch code {
        case 1:
            BilingualText(
                en: "the device does not know this function: try input in place of holding, or the reverse",
                zh: "设备不支持该功能码：请在 holding 与 input 之间换用")
        case 2:
            BilingualText(
                en: "the device has no such address: compare its manual, try one lower (40001 is holding 0), or "
                    + "another table",
                zh: "设备无此地址：核对说明书，试减 1（40001 即 holding 0）或换寄存器区")
        case 3:
            BilingualText(
                en: "the device does not give so much at once: try `max_hole: 0`, and whether types and addresses "
                    + "match its manual",
                zh: "设备不接受一次读取的数量：试用 `max_hole: 0`，并核对说明书中的类型和地址")
        case 4:
            BilingualText(
                en: "the device failed while it answered: see its own display, start it anew",
                zh: "设备内部出错：查看设备自身显示，重新启动设备")
        case 5:
            BilingualText(
                en: "it was asked again and is still not ready: poll it less often (`poll`)",
                zh: "重问后仍未就绪：请降低轮询频率（`poll`）")
        case 6:
            BilingualText(
                en: "it was asked again and is still busy: poll it less often (`poll`), see who else asks it",
                zh: "重问后仍忙：请降低轮询频率（`poll`），查是否有其他主站访问")
        case 8:
            BilingualText(
                en: "the device finds its memory damaged: have it serviced", zh: "设备存储器损坏：请检修设备")
        case 10:
            BilingualText(
                en: "the Modbus gateway has no way to this unit: check the unit number and the gateway's port settings",
                zh: "Modbus 网关没有到该站号的路径：检查站号和网关的端口设置")
        case 11:
            BilingualText(
                en: "the Modbus gateway is well, the unit behind it is silent: check the unit's power and number, and "
                    + "the line between the two",
                zh: "Modbus 网关正常，其后的设备无应答：检查设备供电、站号以及两者之间的线路")
        default: BilingualText(en: "the device's manual explains the code", zh: "含义见设备说明书")
        }
    }
}

extension ReplyMismatch {
    fileprivate func advice(on medium: BusMedium) -> BilingualText {
        switch self {
        case .length:
            BilingualText(
                en:
                    "the device or Modbus gateway counts wrongly: `tolerate: [length]` on the bus reads it all the same",
                zh: "设备或 Modbus 网关长度计数有误：在总线上设 `tolerate: [length]` 即可照读")
        case .otherMaster:
            BilingualText(
                en: "only one master may ask on a line: find out who else does", zh: "一条线路只能有一个主站：查明另一个主站")
        case .unit:
            BilingualText(
                en: medium == .tcp
                    ? "the device or Modbus gateway answers for another unit: check the unit number"
                    : "another unit answered: see whether there is a second master, or an answer slower than `timeout`",
                zh: medium == .tcp ? "设备或 Modbus 网关以其他站号应答：检查站号" : "应答来自其他站号：查是否有第二个主站，或应答慢于 `timeout`")
        case .transaction, .dataBytes, .function, .otherWrite:
            BilingualText(
                en: "an answer to something else: see whether there is a second master, or an answer slower than "
                    + "`timeout`",
                zh: "应答与请求不对应：查是否有第二个主站，或应答慢于 `timeout`")
        case .modbusTCP:
            BilingualText(
                en: "these are frames of Modbus TCP: use `tcp`, or let the converter pass the bytes on as they are",
                zh: "收到的是 Modbus TCP 报文：改用 `tcp`，或将转换器设为透传")
        case .checksum, .noise, .oversize, .tooShort, .malformedException, .protocolIdentifier:
            Self.adviceOnDamage(medium)
        }
    }

    private static func adviceOnDamage(_ medium: BusMedium) -> BilingualText {
        switch medium {
        case .tcp:
            BilingualText(
                en: "this is no Modbus TCP: check the port, and whether the device wants `rtu_over_tcp`",
                zh: "不是 Modbus TCP 报文：检查端口，或设备是否应使用 `rtu_over_tcp`")
        case .rtuOverTCP:
            BilingualText(
                en: "check baud rate and parity at the serial server, whether two devices share a unit number, and "
                    + "whether it wants `tcp`",
                zh: "检查串口服务器的波特率和校验位、是否有两台设备站号相同，或是否应使用 `tcp`")
        case .serial:
            BilingualText(
                en: "check baud rate, parity and termination, and whether two devices share a unit number",
                zh: "检查波特率、校验位和终端电阻，以及是否有两台设备站号相同")
        }
    }
}

extension BusFault.LineFault {
    fileprivate var what: BilingualText {
        switch self {
        case .closed: BilingualText(en: "not connected", zh: "未连接")
        case .lost: BilingualText(en: "connection lost", zh: "连接中断")
        case .refused: BilingualText(en: "connection refused", zh: "连接被拒绝")
        case .unanswered: BilingualText(en: "no answer to the connection", zh: "连接无响应")
        case .unreachable: BilingualText(en: "host unreachable", zh: "主机不可达")
        case .unknownHost(let reason): BilingualText(en: "unknown host \(reason)", zh: "主机名无法解析：\(reason)")
        case .noSuchFile: BilingualText(en: "no such device file", zh: "设备文件不存在")
        case .notASerialPort: BilingualText(en: "no serial port", zh: "不是串口")
        case .permissionDenied: BilingualText(en: "permission denied", zh: "权限不足")
        case .busy: BilingualText(en: "port in use by another program", zh: "串口被其他程序占用")
        case .system(let text): BilingualText(en: text, zh: text)
        }
    }

    fileprivate var advice: BilingualText {
        switch self {
        case .closed, .lost, .system:
            BilingualText(en: "it is opened again by itself", zh: "将自动重新连接")
        case .refused:
            BilingualText(
                en: "the host is there, but nobody listens at this port: check the port, and whether the device allows "
                    + "one more master",
                zh: "主机在线，但该端口无人监听：检查端口，以及设备是否允许再接一个主站")
        case .unanswered:
            BilingualText(
                en: "check the address, the device's power, and firewalls on the way", zh: "检查地址、设备供电和途中的防火墙")
        case .unreachable:
            BilingualText(en: "check the address, the network cable and the route", zh: "检查地址、网线和路由")
        case .unknownHost:
            BilingualText(en: "check the name and the name server, or write the address", zh: "检查主机名和域名服务器，或直接写地址")
        case .noSuchFile:
            BilingualText(
                en: "see whether the adapter is plugged in: `ls /dev/serial/by-id`",
                zh: "检查适配器是否插好：`ls /dev/serial/by-id`")
        case .notASerialPort: BilingualText(en: "check `path`", zh: "检查 `path`")
        case .permissionDenied:
            BilingualText(
                en: "add the user of the service to the group of the file (`ls -l`), mostly dialout, and restart it",
                zh: "将服务的用户加入该文件所属的组（`ls -l` 查看，通常为 dialout），并重启服务")
        case .busy: BilingualText(en: "`fuser -v` on the file names the program", zh: "用 `fuser -v` 查出占用的程序")
        }
    }
}
