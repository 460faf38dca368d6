import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files that have to be whole or not there at all: written beside their place, synchronized, then renamed into it.
package enum ProtectedFile {
    package enum Access {
        /// Readable by everybody: certificates, genesis, receipts.
        case shared
        /// Readable by the owner alone: private keys.
        case secret

        var mode: mode_t { self == .secret ? 0o600 : 0o644 }
    }

    /// Writes `bytes` to `path`, replacing a file that is there.
    /// - Throws: ``FileError``.
    package static func replace(at path: String, with bytes: [UInt8], access: Access) throws(FileError) {
        let temporary = try writeTemporary(beside: path, holding: bytes, access: access)
        guard rename(temporary, path) == 0 else {
            let error = FileError(writing: path)
            unlink(temporary)
            throw error
        }
        try synchronizeDirectory(of: path)
    }

    /// Writes `bytes` to `path`, where no file may be yet.
    /// - Throws: ``FileError`` with code `exists` where there is one: nothing of value is overwritten.
    package static func create(at path: String, with bytes: [UInt8], access: Access) throws(FileError) {
        guard !exists(path) else { throw FileError(alreadyAt: path) }
        let temporary = try writeTemporary(beside: path, holding: bytes, access: access)
        // Unlike renaming, linking refuses a name that is taken: of two who create a file at once, one is told so.
        let isLinked = link(temporary, path) == 0
        let error = isLinked ? nil : errno == EEXIST ? FileError(alreadyAt: path) : FileError(writing: path)
        unlink(temporary)
        if let error { throw error }
        try synchronizeDirectory(of: path)
    }

    /// Reads a whole file of at most `limit` bytes.
    /// - Throws: ``FileError``.
    package static func contents(of path: String, limit: Int) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(reading: path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileError(reading: path) }
            guard count > 0 else { return bytes }
            guard bytes.count + count <= limit else {
                throw FileError(.tooLarge, "\(path) has more than the \(limit) bytes that such a file may have")
            }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// Reads a whole UTF-8 file of at most `limit` bytes.
    /// - Throws: ``FileError``.
    package static func text(of path: String, limit: Int) throws(FileError) -> String {
        let bytes = try contents(of: path, limit: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(.unreadable, "\(path) is no text in UTF-8")
        }
        return text
    }

    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Makes a directory and those above it.
    /// - Throws: ``FileError``.
    package static func createDirectory(_ path: String) throws(FileError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileError(.unwritable, "the directory \(path) cannot be made: \(error.localizedDescription)")
        }
    }

    /// Gives a whole file or directory that was made under another name its own, where there may be none yet. What a
    /// file holds is on disk before its name is.
    /// - Throws: ``FileError`` with code `exists` where the name is taken.
    package static func putInPlace(_ temporary: String, at path: String) throws(FileError) {
        guard !exists(path) else { throw FileError(alreadyAt: path) }
        let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(reading: temporary) }
        let isSynchronized = fsync(descriptor) == 0
        let error = isSynchronized ? nil : FileError(writing: temporary)
        close(descriptor)
        if let error { throw error }
        guard rename(temporary, path) == 0 else { throw FileError(writing: path) }
        try synchronizeDirectory(of: path)
    }

    /// Removes a file or a directory with all that is in it, if it is there.
    /// - Throws: ``FileError``.
    package static func remove(_ path: String) throws(FileError) {
        guard exists(path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw FileError(.unwritable, "\(path) cannot be removed: \(error.localizedDescription)")
        }
    }

    /// The names in a directory, none where there is none.
    package static func names(in directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory).sorted()) ?? []
    }

    /// Writes a file of a name that nobody has, in the same directory, and returns its path. Of its name nothing
    /// can be left from a process that was killed: a restarted container has the same process identifier again.
    private static func writeTemporary(
        beside path: String, holding bytes: [UInt8], access: Access
    ) throws(FileError) -> String {
        var template = Array("\(path).new.XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw FileError(writing: path) }
        defer { close(descriptor) }
        let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do throws(FileError) {
            try writeAll(bytes, to: descriptor, of: path)
            // The file was the owner's alone until here, and has its mode whatever the process's mask is.
            guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0, fchmod(descriptor, access.mode) == 0,
                fsync(descriptor) == 0
            else { throw FileError(writing: path) }
        } catch {
            unlink(temporary)
            throw error
        }
        return temporary
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, of path: String) throws(FileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw FileError(writing: path) }
            rest = rest.dropFirst(written)
        }
    }

    private static func synchronizeDirectory(of path: String) throws(FileError) {
        let directory = (path as NSString).deletingLastPathComponent
        let descriptor = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(writing: path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(writing: path) }
    }
}
