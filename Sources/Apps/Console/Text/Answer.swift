import Formats
import Identity
import Ledger
import Nodes

/// What the read model has answered.
struct Answer: Sendable {
    /// One row; a value of another kind than is asked for is none.
    struct Row: Sendable {
        let values: [SQLValue]

        func text(_ index: Int) -> String? {
            guard values.indices.contains(index), case .text(let text) = values[index] else { return nil }
            return text
        }

        func integer(_ index: Int) -> Int64? {
            guard values.indices.contains(index), case .integer(let integer) = values[index] else { return nil }
            return integer
        }

        func count(_ index: Int) -> Int { integer(index).flatMap(Int.init(exactly:)) ?? 0 }

        func bytes(_ index: Int) -> [UInt8]? {
            guard values.indices.contains(index), case .blob(let bytes) = values[index] else { return nil }
            return bytes
        }

        func digest(_ index: Int) -> Digest? { bytes(index).flatMap { Digest($0) } }

        func time(_ index: Int) -> Timestamp? { integer(index).map(Timestamp.init(milliseconds:)) }
    }

    let asOf: AsOf
    let rows: [Row]
    let isTruncated: Bool
}

extension ConsoleServices {
    /// Asks the read model.
    /// - Parameter count: most rows.
    /// - Throws: `LedgerError`.
    func ask(
        _ sql: String, _ arguments: [SQLValue] = [], count: Int, limits: ConsoleLimits
    ) async throws -> Answer {
        var bounds = SQLLimits()
        bounds.rowCount = count
        bounds.duration = limits.questionDuration
        bounds.memoryBytes = limits.questionMemoryBytes
        let answer = try await readModel.ask(sql, arguments: arguments, limits: bounds)
        return Answer(
            asOf: AsOf(answer.height, answer.time), rows: answer.rows.map(Answer.Row.init(values:)),
            isTruncated: answer.isTruncated)
    }
}

extension PageRequest {
    func ask(_ sql: String, _ arguments: [SQLValue] = [], count: Int? = nil) async throws -> Answer {
        try await services.ask(sql, arguments, count: count ?? limits.rowCount, limits: limits)
    }
}
