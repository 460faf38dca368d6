import Consensus
import Identity
import Synchronization

/// The file of a write-ahead log on a simulated disk: what was not made durable may be lost, torn and out of order
/// after a crash, the disk may be full, and making durable may fail.
final class SimulatedFile: LogStorage {
    private enum Change {
        case write([UInt8], at: Int)
        case truncation(Int)
    }

    private struct Content {
        /// What a reader sees.
        var visible: [UInt8] = []
        /// What is on the disk for certain.
        var durable: [UInt8] = []
        /// What has happened since then.
        var unsynchronized: [Change] = []
        var replacement: [UInt8] = []
        var capacity = Int.max
        var failsToSynchronize = false
        var synchronizationCount = 0
    }

    /// What a disk writes at once: a crash leaves each of these whole or not at all.
    private static let sectorByteCount = 512

    private let content = Mutex(Content())

    var path: String { "the simulated log" }
    /// How often anything was made durable.
    var synchronizationCount: Int { content.withLock { $0.synchronizationCount } }
    var byteCount: Int { content.withLock { $0.visible.count } }

    /// How many bytes there is room for.
    func setCapacity(_ count: Int) { content.withLock { $0.capacity = count } }

    /// The next attempt to make anything durable fails, and what was written since the last is lost or not.
    func failNextSynchronization() { content.withLock { $0.failsToSynchronize = true } }

    /// The file as it was made.
    func erase() { content.withLock { $0 = Content() } }

    /// The broken disk of a canary: everything after the first bytes is gone, although it was durable.
    func forget(after count: Int) {
        content.withLock { content in
            content.durable = Array(content.durable.prefix(count))
            content.visible = content.durable
            content.unsynchronized = []
        }
    }

    /// The machine stops: of what was not made durable, each sector may be there or not.
    func crash(generator: inout SeededGenerator) {
        content.withLock { content in
            var left = content.durable
            for change in content.unsynchronized {
                Self.settle(change, in: &left, generator: &generator)
            }
            content.durable = left
            content.visible = left
            content.unsynchronized = []
            content.replacement = []
            content.failsToSynchronize = false
        }
    }

    private static func settle(_ change: Change, in left: inout [UInt8], generator: inout SeededGenerator) {
        switch change {
        case .truncation(let count):
            if generator.chance(0.5), count < left.count { left.removeLast(left.count - count) }
        case .write(let bytes, let start):
            // All of it, none of it, or any of its sectors.
            let share = [0, 0.3, 0.7, 1][Int.random(in: 0..<4, using: &generator)]
            for offset in stride(from: 0, to: bytes.count, by: sectorByteCount) where generator.chance(share) {
                let sector = bytes[offset..<min(offset + sectorByteCount, bytes.count)]
                let end = start + sector.endIndex
                if left.count < end { left += [UInt8](repeating: 0, count: end - left.count) }
                left.replaceSubrange(start + offset..<end, with: sector)
            }
        }
    }

    // MARK: LogStorage

    func readAll() throws(WriteAheadLogError) -> [UInt8] { content.withLock { $0.visible } }

    func write(_ bytes: [UInt8], at start: Int) throws(WriteAheadLogError) {
        let isWritten = content.withLock { content in
            precondition(start <= content.visible.count, "the log writes without gaps")
            guard start + bytes.count <= content.capacity else { return false }
            let overwritten = min(content.visible.count, start + bytes.count)
            content.visible.replaceSubrange(start..<overwritten, with: bytes)
            content.unsynchronized.append(.write(bytes, at: start))
            return true
        }
        guard isWritten else { throw WriteAheadLogError(.outOfSpace, "no space is left on the simulated disk") }
    }

    func truncate(to count: Int) throws(WriteAheadLogError) {
        content.withLock { content in
            content.visible.removeLast(max(0, content.visible.count - count))
            content.unsynchronized.append(.truncation(count))
        }
    }

    func synchronize() throws(WriteAheadLogError) {
        let succeeds = content.withLock { content in
            guard !content.failsToSynchronize else {
                content.failsToSynchronize = false
                return false
            }
            content.durable = content.visible
            content.unsynchronized = []
            content.synchronizationCount += 1
            return true
        }
        guard succeeds else {
            throw WriteAheadLogError(.inputOutput, "the simulated disk cannot make anything durable")
        }
    }

    func synchronizeName() throws(WriteAheadLogError) {}

    func prepareReplacement(_ bytes: [UInt8]) throws(WriteAheadLogError) {
        let isWritten = content.withLock { content in
            guard bytes.count <= content.capacity else { return false }
            content.replacement = bytes
            return true
        }
        guard isWritten else { throw WriteAheadLogError(.outOfSpace, "no space is left on the simulated disk") }
    }

    func replace() throws(WriteAheadLogError) {
        content.withLock { content in
            content.visible = content.replacement
            content.durable = content.replacement
            content.replacement = []
            content.unsynchronized = []
        }
    }
}
