import Glibc

/// A system call that failed: what was tried, on what, and why.
package struct SystemError: Error, Equatable {
    /// In words, such as `open` or `connect to`.
    package let operation: String
    /// The path, address or port it was tried on.
    package let subject: String
    /// An errno; below zero what the resolver says. Source: getaddrinfo(3).
    package let code: Int32

    package init(_ operation: String, _ subject: String = "", code: Int32) {
        self.operation = operation
        self.subject = subject
        self.code = code
    }

    /// Whether there is no such file.
    package var isMissingFile: Bool { code == ENOENT }

    /// Whether this user may not do that.
    package var isForbidden: Bool { code == EACCES || code == EPERM }

    /// Whether nobody listens there.
    package var isRefused: Bool { code == ECONNREFUSED }

    /// Whether there was no answer in time.
    package var isTimeout: Bool { code == ETIMEDOUT }

    /// Whether it may work in a moment.
    package var isBusy: Bool { code == EAGAIN }

    /// Whether a host name, the subject, could not be looked up.
    package var isLookup: Bool { operation == "look up the address" }

    /// Whether another program has the address.
    package var isAddressInUse: Bool { code == EADDRINUSE }

    /// What the operating system calls the error `code`.
    package static func text(of code: Int32) -> String {
        if code < 0 { return unsafe String(cString: gai_strerror(code)) }
        var buffer = [CChar](repeating: 0, count: 128)
        // The POSIX form: the text is always in the buffer, cut when it does not fit.
        _ = unsafe buffer.withUnsafeMutableBufferPointer { unsafe strerror_r(code, $0.baseAddress!, $0.count) }
        let text = buffer.prefix { $0 != 0 }
        return String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Repeats `call` while it is interrupted by a signal; its result otherwise.
package func retryingOnInterrupt<Number: FixedWidthInteger & SignedInteger>(_ call: () -> Number) -> Number {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
