#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file system that a directory is on.
public struct StorageState: Sendable, Codable, Equatable {
    /// What is free for this user, in bytes; `nil` where the system does not tell.
    public let freeBytes: UInt64?
    public let isWritable: Bool

    package init(freeBytes: UInt64?, isWritable: Bool) {
        self.freeBytes = freeBytes
        self.isWritable = isWritable
    }

    /// Asks the system (statvfs(3), access(2)).
    public init(of directory: String) {
        var state = statvfs()
        let isKnown = statvfs(directory, &state) == 0
        freeBytes = isKnown ? UInt64(state.f_bavail) * UInt64(state.f_frsize) : nil
        let isReadOnly = isKnown && UInt(state.f_flag) & UInt(ST_RDONLY) != 0
        isWritable = !isReadOnly && access(directory, W_OK) == 0
    }
}
