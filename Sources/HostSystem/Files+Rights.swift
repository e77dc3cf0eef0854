import Glibc
package import Telemetry

/// Who may use a file or directory.
package struct FileRights: Equatable, Sendable {
    package let path: String
    package let owner: String
    package let group: String
    /// The permission bits, such as 0o640.
    package let mode: UInt32

    /// As `ls -l` tells it in words: `user gatewayd, group gatewayd, mode 0750`.
    package var text: BilingualText {
        let octal = String(mode, radix: 8)
        let digits = String(repeating: "0", count: max(0, 4 - octal.utf8.count)) + octal
        return BilingualText(
            "user \(owner), group \(group), mode \(digits)", zh: "用户 \(owner)、组 \(group)，权限 \(digits)")
    }
}

extension Files {
    /// What keeps this user from `path`: the first directory on the way that may not be entered, else `path` itself.
    /// Nil when not even that can be found out.
    package static func barrier(before path: String) -> FileRights? {
        let path = absolute(path, in: currentDirectory)
        var ancestors: [String] = []
        var place = path
        while parent(of: place) != place {
            place = parent(of: place)
            ancestors.append(place)
        }
        let closed = ancestors.reversed().first { unsafe access($0, X_OK) != 0 }
        return rights(of: closed ?? path)
    }

    private static func rights(of path: String) -> FileRights? {
        var about = stat()
        guard unsafe stat(path, &about) == 0 else { return nil }
        return FileRights(
            path: path, owner: User.name(of: about.st_uid), group: User.groupName(of: about.st_gid),
            mode: about.st_mode & 0o7777)
    }
}

/// The users of this machine.
package enum User {
    /// Who runs this program.
    package static var current: String { name(of: geteuid()) }

    /// The name of a user, its number where it has none.
    static func name(of id: uid_t) -> String {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var text = [CChar](repeating: 0, count: 4_096)
        guard unsafe getpwuid_r(id, &entry, &text, text.count, &found) == 0, unsafe found != nil else {
            return String(id)
        }
        return unsafe String(cString: entry.pw_name)
    }

    /// The name of a group, its number where it has none.
    static func groupName(of id: gid_t) -> String {
        var entry = unsafe group()
        var found: UnsafeMutablePointer<group>?
        var text = [CChar](repeating: 0, count: 16_384)
        guard unsafe getgrgid_r(id, &entry, &text, text.count, &found) == 0, unsafe found != nil else {
            return String(id)
        }
        return unsafe String(cString: entry.gr_name)
    }
}
