import Glibc
package import Telemetry

extension SystemError: BilingualError {
    package var text: BilingualText {
        let subject = subject.isEmpty ? "" : " " + subject
        let why = Self.words(of: code)
        return BilingualText(
            "\(operation)\(subject): \(why.en)", zh: "\(Self.chinese[operation] ?? operation)\(subject)：\(why.zh)")
    }

    /// What the operating system calls the error `code`.
    package static func words(of code: Int32) -> BilingualText {
        let english = text(of: code)
        return BilingualText(english, zh: chineseErrors[code] ?? english)
    }

    /// Every operation that is tried somewhere; a test finds one that is missing.
    static let chinese = [
        "accept a connection": "接受连接", "ask": "询问", "connect": "连接", "connect to": "连接", "create": "创建",
        "create a socket": "创建套接字", "find a free port": "查找空闲端口", "listen for signals": "接收信号",
        "listen on": "监听", "load time zone": "读取时区", "lock": "锁定", "lock serial port": "锁定串口",
        "look up the address": "解析地址", "make a file in memory": "创建内存文件", "make directory": "创建目录",
        "open": "打开", "open a pseudo-terminal": "打开伪终端", "open serial port": "打开串口",
        "protect the socket": "设置套接字权限", "read": "读取", "rename": "改名", "replace": "替换",
        "set the speed of": "设置波特率", "set up": "设置", "set up serial port": "设置串口", "start": "启动",
        "understand time zone file": "解析时区文件", "use folder": "使用目录", "write in": "写入目录", "use the socket": "使用套接字",
        "write": "写入",
        "write to a file in memory": "写入内存文件",
    ]

    /// The errors that an operator meets; glibc's words for them.
    private static let chineseErrors: [Int32: String] = [
        EPERM: "不允许的操作", ENOENT: "没有那个文件或目录", EIO: "输入/输出错误", ENXIO: "没有那个设备或地址",
        EBADF: "错误的文件描述符", EAGAIN: "资源暂时不可用", ENOMEM: "内存不足", EACCES: "权限不够",
        EBUSY: "设备或资源忙", EEXIST: "文件已存在", ENODEV: "没有那个设备", ENOTDIR: "不是目录", EISDIR: "是一个目录",
        EINVAL: "无效的参数", EMFILE: "打开的文件过多", ENOTTY: "不是终端设备", EFBIG: "文件过大",
        ENOSPC: "设备上没有空间", EROFS: "只读文件系统", EPIPE: "断开的管道", ENAMETOOLONG: "文件名过长",
        ELOOP: "符号链接层数过多", EBADMSG: "错误的消息", EMSGSIZE: "消息过长", EADDRINUSE: "地址已被占用",
        EADDRNOTAVAIL: "无法使用该地址", ENETDOWN: "网络已关闭", ENETUNREACH: "网络不可达",
        ECONNABORTED: "连接被中止", ECONNRESET: "连接被对方重置", ENOTCONN: "尚未连接", ETIMEDOUT: "连接超时",
        EAI_NONAME: "没有这个主机名", EAI_AGAIN: "域名解析暂时失败", EAI_FAIL: "域名解析失败",
        ECONNREFUSED: "拒绝连接", EHOSTDOWN: "主机已关闭", EHOSTUNREACH: "没有到主机的路由", EDQUOT: "超出磁盘限额",
    ]
}
