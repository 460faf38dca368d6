internal import Foundation

/// Reads a table line by line from memory or from a file, never holding more than a chunk and a line.
struct LineReader {
    /// One line without its line break.
    struct Line {
        /// Counted from 1, as an editor shows it.
        let number: Int
        let bytes: [UInt8]
        /// The line went on beyond the bound; `bytes` is its beginning.
        let isCut: Bool
    }

    enum Source {
        case bytes([UInt8])
        case file(FileHandle)
    }

    private static let chunkByteCount = 1 << 16

    private let source: Source
    private let maximumByteCount: Int
    private var chunk: ArraySlice<UInt8> = []
    private var isAtEnd = false
    private var lineNumber = 0

    init(source: Source, maximumByteCount: Int) {
        self.source = source
        self.maximumByteCount = maximumByteCount
    }

    /// Starts again at the first line.
    /// - Throws: ``LicenceError`` with code `unreadableFile`.
    mutating func rewind() throws(LicenceError) {
        chunk = []
        isAtEnd = false
        lineNumber = 0
        guard case .file(let handle) = source else { return }
        do {
            try handle.seek(toOffset: 0)
        } catch {
            throw LicenceError(.unreadableFile, "the file cannot be read from its beginning", cause: error)
        }
    }

    /// The next line; `nil` after the last. A line break at the very end begins no further line.
    /// - Throws: ``LicenceError`` with code `unreadableFile`.
    mutating func next() throws(LicenceError) -> Line? {
        var line: [UInt8] = []
        var isCut = false
        var isLine = false
        while true {
            if chunk.isEmpty { try fill() }
            if chunk.isEmpty { break }
            isLine = true
            let end = chunk.firstIndex(of: UInt8(ascii: "\n"))
            let piece = chunk[..<(end ?? chunk.endIndex)]
            let room = maximumByteCount - line.count
            line += piece.prefix(room)
            isCut = isCut || piece.count > room
            chunk = chunk[(end.map { $0 + 1 } ?? chunk.endIndex)...]
            if end != nil { break }
        }
        guard isLine else { return nil }
        lineNumber += 1
        if !isCut, line.last == UInt8(ascii: "\r") { line.removeLast() }
        if lineNumber == 1, line.starts(with: Self.byteOrderMark) { line.removeFirst(Self.byteOrderMark.count) }
        return Line(number: lineNumber, bytes: line, isCut: isCut)
    }

    /// What spreadsheets put before UTF-8; it belongs to no value.
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private mutating func fill() throws(LicenceError) {
        guard !isAtEnd else { return }
        switch source {
        case .bytes(let bytes):
            chunk = bytes[...]
            isAtEnd = true
        case .file(let handle):
            do {
                let data = try handle.read(upToCount: Self.chunkByteCount) ?? Data()
                chunk = [UInt8](data)[...]
                isAtEnd = data.isEmpty
            } catch {
                throw LicenceError(.unreadableFile, "the file cannot be read after line \(lineNumber)", cause: error)
            }
        }
    }
}

extension LineReader.Line {
    /// The text of the line; `nil` where it is not of this encoding. A character that the bound has cut in two is left
    /// off.
    func text(in encoding: TableEncoding) -> String? {
        guard isCut else { return encoding.text(of: bytes[...]) }
        for dropped in 0..<4 {
            if let text = encoding.text(of: bytes.dropLast(dropped)) { return text }
        }
        return nil
    }
}
