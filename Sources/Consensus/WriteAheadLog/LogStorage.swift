/// Where the bytes of a write-ahead log lie: a file with the few operations that the log needs.
///
/// The node keeps it in a directory (``LogDirectory``). The simulator keeps it in memory, and tears, loses and reorders
/// there what was not made durable.
package protocol LogStorage: Sendable {
    /// What errors name.
    var path: String { get }

    /// The whole content.
    /// - Throws: ``WriteAheadLogError`` with code `inputOutput`.
    func readAll() throws(WriteAheadLogError) -> [UInt8]

    /// Writes bytes at an offset, up to which there is content.
    /// - Throws: ``WriteAheadLogError`` with code `outOfSpace` or `inputOutput`; a part may have been written.
    func write(_ bytes: [UInt8], at start: Int) throws(WriteAheadLogError)

    /// Cuts the content.
    /// - Throws: ``WriteAheadLogError`` with code `inputOutput`.
    func truncate(to count: Int) throws(WriteAheadLogError)

    /// Makes the content durable.
    /// - Throws: ``WriteAheadLogError``; what is durable is not known then.
    func synchronize() throws(WriteAheadLogError)

    /// Makes durable that the content is found under its name.
    /// - Throws: ``WriteAheadLogError``.
    func synchronizeName() throws(WriteAheadLogError)

    /// Makes another content durable beside the present one, which stays in use.
    /// - Throws: ``WriteAheadLogError``.
    mutating func prepareReplacement(_ bytes: [UInt8]) throws(WriteAheadLogError)

    /// Puts what was prepared last into the place of the present content, durably.
    /// - Throws: ``WriteAheadLogError``; which of the two is in place is not known then.
    mutating func replace() throws(WriteAheadLogError)
}

/// A log in a directory of its own, locked as long as the value lives.
struct LogDirectory: LogStorage {
    private let directory: LogFile
    private let lock: LogFile
    private var file: LogFile

    /// Opens the directory and the log in it, or makes them.
    /// - Throws: ``WriteAheadLogError`` with code `locked`, `outOfSpace` or `inputOutput`.
    init(path: String) throws(WriteAheadLogError) {
        try LogFile.makeDirectory(path)
        directory = try LogFile(path: path, mode: .directory)
        lock = try LogFile(path: path + "/lock", mode: .lock)
        try lock.lock()
        file = try LogFile(path: path + "/votes.log", mode: .existingOrNew)
    }

    var path: String { file.path }
    private var replacementPath: String { directory.path + "/votes.new" }

    func readAll() throws(WriteAheadLogError) -> [UInt8] { try file.readAll() }
    func write(_ bytes: [UInt8], at start: Int) throws(WriteAheadLogError) { try file.write(bytes, at: start) }
    func truncate(to count: Int) throws(WriteAheadLogError) { try file.truncate(to: count) }
    func synchronize() throws(WriteAheadLogError) { try file.synchronizeData() }
    func synchronizeName() throws(WriteAheadLogError) { try directory.synchronize() }

    mutating func prepareReplacement(_ bytes: [UInt8]) throws(WriteAheadLogError) {
        let next = try LogFile(path: replacementPath, mode: .new)
        try next.write(bytes, at: 0)
        try next.synchronizeData()
    }

    mutating func replace() throws(WriteAheadLogError) {
        try LogFile.move(replacementPath, to: path)
        try directory.synchronize()
        file = try LogFile(path: path, mode: .existingOrNew)
    }
}
