import Formats
import Identity
import Ledger

/// The answer to a question in SQL.
struct SQLReport: Presentable {
    /// The model's height: the answer is as of it.
    let asOfHeight: Height
    let asOfTime: String
    let columns: [String]
    let rows: [[Cell]]
    /// Whether there are more rows than were allowed.
    let truncated: Bool

    private let answer: SQLAnswer

    private enum CodingKeys: CodingKey {
        case asOfHeight, asOfTime, columns, rows, truncated
    }

    init(_ answer: SQLAnswer) {
        asOfHeight = answer.height
        asOfTime = answer.time.description
        columns = answer.columns
        rows = answer.rows.map { $0.map(Cell.init) }
        truncated = answer.isTruncated
        self.answer = answer
    }

    func lines(in language: Language) -> [String] {
        let table = TextTable(header: columns, rows: rows.map { $0.map(\.text) })
        return table.lines + Self.remarks(on: answer).map { $0.text(in: language) }
    }

    /// What has to be known about every answer.
    static func remarks(on answer: SQLAnswer) -> [Phrase] {
        let asOf = Phrase(
            "\(answer.rows.count) rows, as of height \(answer.height), \(answer.time)",
            "共 \(answer.rows.count) 行，截至高度 \(answer.height)，\(answer.time)"
        )
        guard answer.isTruncated else { return [asOf] }
        return [
            asOf,
            Phrase(
                "there are more rows: allow them with --rows, or narrow the question",
                "结果未完：请用 --rows 放宽，或缩小查询范围"
            ),
        ]
    }
}

extension SQLReport {
    /// One value of a row.
    struct Cell: Encodable {
        let value: SQLValue

        init(_ value: SQLValue) { self.value = value }

        /// The value as people and spreadsheets read it: bytes in hexadecimal, nothing for NULL.
        var text: String {
            switch value {
            case .null: ""
            case .integer(let integer): "\(integer)"
            case .real(let text), .text(let text): text
            case .blob(let bytes): bytes.hexadecimal
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch value {
            case .null: try container.encodeNil()
            case .integer(let integer): try container.encode(integer)
            case .real(let text):
                // What is no finite number has no other place in JSON than a string.
                if let number = Double(text), number.isFinite {
                    try container.encode(number)
                } else {
                    try container.encode(text)
                }
            case .text, .blob: try container.encode(text)
            }
        }
    }
}
