import CSQLite
import FaultyDisk
import Foundation
import Synchronization
import TestSupport

/// The disk below SQLite as a test wants it, for files under one folder. What other tests do is let through untouched.
final class FaultyStore: Sendable {
    /// What lies on the disk for certain, and what was written since and may or may not be there after a power cut.
    struct Image: Sendable {
        var durable: [UInt8] = []
        var pending: [Change] = []
    }

    enum Change: Sendable {
        case write(offset: Int, bytes: [UInt8])
        case truncate(Int)
    }

    typealias Rule = @Sendable (_ operation: faulty_operation, _ file: String) -> Int32

    private struct State {
        var rule: Rule?
        var images: [String: Image] = [:]
    }

    /// The folder's name, as SQLite writes paths in its own way.
    private let name: String
    private let state = Mutex(State())

    /// Watches the files of `directory` until ``remove()``.
    init(_ directory: String) {
        name = URL(fileURLWithPath: directory).lastPathComponent
        precondition(Self.isInstalled)
        Self.stores.withLock { $0[name] = self }
    }

    func remove() {
        Self.stores.withLock { $0[name] = nil }
        // A rule may hold this store, and what it saw of the disk: 50 MB a round.
        set(nil)
    }

    /// Asked before every operation; 0 lets it happen. It may block.
    func set(_ rule: Rule?) { state.withLock { $0.rule = rule } }

    /// The files by name, as they are on the disk at this moment.
    var images: [String: Image] { state.withLock { $0.images } }

    private static let stores = Mutex<[String: FaultyStore]>([:])

    private static let isInstalled: Bool =
        faulty_disk_install { operation, path, data, size, offset in
            guard let path else { return 0 }
            let name = URL(fileURLWithPath: String(cString: path))
            guard let store = stores.withLock({ $0[name.deletingLastPathComponent().lastPathComponent] }) else {
                return 0
            }
            let bytes = data.map { Array(UnsafeRawBufferPointer(start: $0, count: Int(size))) } ?? []
            return store.take(operation, name.lastPathComponent, bytes, size: Int(size), offset: Int(offset))
        } == 0

    private func take(
        _ operation: faulty_operation, _ file: String, _ bytes: [UInt8], size: Int, offset: Int
    ) -> Int32 {
        if let code = state.withLock({ $0.rule })?(operation, file), code != 0 { return code }
        state.withLock { state in
            switch operation {
            case FAULTY_WRITE: state.images[file, default: Image()].pending.append(.write(offset: offset, bytes: bytes))
            case FAULTY_TRUNCATE: state.images[file, default: Image()].pending.append(.truncate(size))
            case FAULTY_SYNC:
                var image = state.images[file] ?? Image()
                for change in image.pending { change.apply(to: &image.durable) }
                image.pending = []
                state.images[file] = image
            case FAULTY_DELETE: state.images[file] = nil
            default: break
            }
        }
        return 0
    }
}

extension FaultyStore.Change {
    func apply(to content: inout [UInt8]) {
        switch self {
        case .truncate(let size): content = Array(content.prefix(size))
        case .write(let offset, let bytes):
            if content.count < offset + bytes.count {
                content += Array(repeating: 0, count: offset + bytes.count - content.count)
            }
            content.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        }
    }

    /// The change as a disk may have it that lost power: whole, not at all, or the first sectors of it.
    func torn(using generator: inout some RandomNumberGenerator) -> FaultyStore.Change? {
        switch (Int.random(in: 0..<3, using: &generator), self) {
        case (0, _): nil
        case (1, .write(let offset, let bytes)):
            .write(
                offset: offset,
                bytes: Array(bytes.prefix(Int.random(in: 0...(bytes.count / 512), using: &generator) * 512)))
        default: self
        }
    }
}

/// SQLite's extended result codes, which its header has in a form that Swift cannot see. Source: SQLite, "Result and Error Codes".
enum DiskError {
    static let read = SQLITE_IOERR | 1 << 8
    static let write = SQLITE_IOERR | 3 << 8
    static let sync = SQLITE_IOERR | 4 << 8
}
