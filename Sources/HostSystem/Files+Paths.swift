import CLinux
import Glibc

extension Files {
    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Whether `path` is a device such as a serial port; nil: nothing is there.
    package static func isCharacterDevice(_ path: String) -> Bool? {
        var about = stat()
        return unsafe stat(path, &about) == 0 ? about.st_mode & S_IFMT == S_IFCHR : nil
    }

    /// Why this user could not run the program `path`; nil: nothing stands in the way.
    package static func obstacle(toRunning path: String) -> SystemError? {
        guard unsafe access(path, X_OK) == 0 else { return SystemError("start", path, code: errno) }
        return isDirectory(path) ? SystemError("start", path, code: EISDIR) : nil
    }

    /// Fails when the file is not there or this user may not read it.
    package static func requireReadable(_ path: String) throws(SystemError) {
        guard unsafe access(path, R_OK) == 0 else { throw SystemError("open", path, code: errno) }
    }

    /// Why this user could not make the folder `path`, or files in it where it is there; nil: nothing stands in the way.
    package static func obstacle(toMaking path: String) -> SystemError? {
        obstacle(toWritingIn: exists(path) ? path : parent(of: path))
    }

    /// Why this user could not make files in the folder `path`. A folder is made in it for a moment: rights alone do not tell what a
    /// file system takes.
    package static func obstacle(toWritingIn path: String) -> SystemError? {
        guard exists(path) else { return SystemError("use folder", path, code: ENOENT) }
        guard isDirectory(path) else { return SystemError("use folder", path, code: ENOTDIR) }
        guard unsafe access(path, W_OK | X_OK) == 0 else { return SystemError("write in", path, code: errno) }
        let trial = "\(path)/.gatewayd-trial-\(getpid())"
        guard unsafe mkdir(trial, 0o700) == 0 else { return SystemError("write in", path, code: errno) }
        _ = unsafe rmdir(trial)
        return nil
    }

    /// Gives the file another name on the same file system; one that has this name already is replaced.
    package static func move(_ path: String, to new: String) throws(SystemError) {
        guard unsafe rename(path, new) == 0 else { throw SystemError("rename", path, code: errno) }
    }

    /// Removes the file; one that is not there is as good as removed.
    package static func remove(_ path: String) { _ = unsafe unlink(path) }

    /// The file, or standard input without a name.
    package static func openForReading(_ path: String?) throws(SystemError) -> FileDescriptor {
        let raw = path.map { unsafe gw_open($0, O_RDONLY, 0) } ?? dup(STDIN_FILENO)
        guard raw >= 0 else { throw SystemError("open", path ?? "standard input", code: path == nil ? errno : -raw) }
        return FileDescriptor(owning: raw)
    }

    /// How many bytes the open file has; nil when it is a pipe, a terminal or the like.
    package static func size(of descriptor: borrowing FileDescriptor) -> Int64? {
        var about = stat()
        guard unsafe fstat(descriptor.raw, &about) == 0, about.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(about.st_size)
    }

    /// Takes the file for this process alone until the descriptor is closed. Fails with EWOULDBLOCK when another has it.
    package static func lock(_ path: String) throws(SystemError) -> FileDescriptor {
        let raw = unsafe gw_open(path, O_RDWR | O_CREAT, 0o640)
        guard raw >= 0 else { throw SystemError("open", path, code: -raw) }
        let file = FileDescriptor(owning: raw)
        guard flock(raw, LOCK_EX | LOCK_NB) == 0 else { throw SystemError("lock", path, code: errno) }
        return file
    }

    /// `path` itself when it begins with `/`, else below `directory`.
    package static func absolute(_ path: String, in directory: String) -> String {
        path.hasPrefix("/") ? path : "\(directory)/\(path)"
    }

    /// The path behind all symbolic links; `path` itself where there is no such file.
    package static func resolved(_ path: String) -> String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    /// The folder the program was started in.
    package static var currentDirectory: String {
        guard let path = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}
