import Foundation
import Identity
import Licences
public import Nodes
import OneThings
import Synchronization

/// What simulated departments did, a JSON object on each line: codes, steps, times; nothing that was handed in.
public final class SimulationLog: Sendable {
    /// One line.
    struct Entry: Encodable {
        /// Milliseconds of the machine's clock since 1970.
        var at: Int64 = 0
        let event: Event
        let department: String
        var code: String?
        var step: String?
        var attempt: Int64?
        /// Of a notice the kind of its event, of an act its own.
        var kind: String?
        var answer: String?
        /// The place of a notice in its case's trail, or of a line in the file of cases.
        var number: UInt64?
        /// When the act was handed in, by the machine's clock.
        var begunAt: Int64?
        var height: UInt64?
        /// Of a refusal its code; of a failure what the software says.
        var reason: String?

        init(_ event: Event, _ department: DepartmentName) {
            (self.event, self.department) = (event, department.rawValue)
        }

        init(_ event: Event, _ department: DepartmentName, _ task: DepartmentTask) {
            self.init(event, department)
            (code, step, attempt) = (task.key.code.text, task.key.step.rawValue, task.key.attempt)
            kind = task.action.name
            if case .answer(let name) = task.action { answer = name.rawValue }
        }
    }

    enum Event: String, Encodable {
        case began
        case notice
        case fetched
        case acted
        /// Somebody was faster, or the window is over: part of the work.
        case late
        /// The ledger refuses what should have been right.
        case refused
        /// The way to a node, or a node: tried again.
        case failed
        case opened
        case ended
    }

    private let handle: Mutex<FileHandle>
    private let clock: any WallClock

    /// - Parameter path: is appended to.
    /// - Throws: ``SimulationError`` with code `unwritableLog`.
    public init(path: String, clock: any WallClock = SystemWallClock()) throws {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let file = FileHandle(forWritingAtPath: path) else {
            throw SimulationError(.unwritableLog, "\(path) cannot be written: name another file with --log")
        }
        do {
            // A process that was killed may have left half a line: it stays alone.
            if try file.seekToEnd() > 0 { try file.write(contentsOf: Data([UInt8(ascii: "\n")])) }
        } catch {
            throw SimulationError(.unwritableLog, "\(path) cannot be written: \(error)")
        }
        handle = Mutex(file)
        self.clock = clock
    }

    var now: Int64 { clock.now.milliseconds }

    /// - Throws: ``SimulationError`` with code `unwritableLog`.
    func write(_ entry: Entry) throws {
        var entry = entry
        entry.at = now
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let line = try encoder.encode(entry) + Data([UInt8(ascii: "\n")])
            try handle.withLock { try $0.write(contentsOf: line) }
        } catch {
            throw SimulationError(.unwritableLog, "the log cannot be written: \(error)")
        }
    }
}
