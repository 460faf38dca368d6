#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file descriptor that closes itself, with the few calls that the log needs: Foundation's handle has no `fdatasync`.
final class LogFile: Sendable {
    private let descriptor: CInt
    let path: String

    enum Mode { case existingOrNew, new, directory, lock }

    init(path: String, mode: Mode) throws(WriteAheadLogError) {
        let flags =
            switch mode {
            case .existingOrNew: O_RDWR | O_CREAT | O_CLOEXEC
            case .new: O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC
            case .directory: O_RDONLY | O_DIRECTORY | O_CLOEXEC
            case .lock: O_RDWR | O_CREAT | O_CLOEXEC
            }
        let descriptor = Self.retrying { open(path, flags, 0o600) }
        guard descriptor >= 0 else { throw Self.error("cannot open", path) }
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        // A process that is just being started elsewhere in this one may still share the open file, and with it a lock.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Takes the exclusive lock of the file, which ends with the process at the latest.
    func lock() throws(WriteAheadLogError) {
        guard Self.retrying({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
            guard errno == EWOULDBLOCK else { throw Self.error("cannot lock", path) }
            throw WriteAheadLogError(
                .locked, "another process has the log open (\(path)): stop it first; two would vote twice")
        }
    }

    func readAll() throws(WriteAheadLogError) -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.error("cannot read", path) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Self.retrying {
                    pread(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset, off_t(offset))
                }
            }
            guard count >= 0 else { throw Self.error("cannot read", path) }
            guard count > 0 else { break }
            offset += count
        }
        bytes.removeLast(bytes.count - offset)
        return bytes
    }

    func write(_ bytes: [UInt8], at start: Int) throws(WriteAheadLogError) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Self.retrying {
                    pwrite(
                        descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset, off_t(start + offset)
                    )
                }
            }
            guard count > 0 else { throw Self.error("cannot write", path) }
            offset += count
        }
    }

    func truncate(to count: Int) throws(WriteAheadLogError) {
        guard Self.retrying({ ftruncate(descriptor, off_t(count)) }) == 0 else {
            throw Self.error("cannot truncate", path)
        }
    }

    /// Makes the content, and what is needed to find it, durable.
    func synchronizeData() throws(WriteAheadLogError) {
        #if canImport(Darwin)
            let result = Self.retrying { fcntl(descriptor, F_FULLFSYNC) }
        #else
            let result = Self.retrying { fdatasync(descriptor) }
        #endif
        guard result == 0 else { throw Self.error("cannot make durable", path) }
    }

    /// Makes a directory's entries durable.
    func synchronize() throws(WriteAheadLogError) {
        guard Self.retrying({ fsync(descriptor) }) == 0 else { throw Self.error("cannot make durable", path) }
    }

    static func move(_ source: String, to target: String) throws(WriteAheadLogError) {
        guard rename(source, target) == 0 else { throw error("cannot replace", target) }
    }

    static func makeDirectory(_ path: String) throws(WriteAheadLogError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw error("cannot make", path) }
    }

    private static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
        while true {
            let result = call()
            if result != -1 || errno != EINTR { return result }
        }
    }

    private static func error(_ what: String, _ path: String) -> WriteAheadLogError {
        let number = errno
        let cause = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT, EFBIG:
            return WriteAheadLogError(
                .outOfSpace, "\(what) \(path): no space is left; free some, nothing is lost", cause: cause)
        default:
            return WriteAheadLogError(.inputOutput, "\(what) \(path)", cause: cause)
        }
    }
}
