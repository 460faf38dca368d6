import Formats
import Identity
import Ledger
import Licences
import OneThings

/// One transaction: what it was to do, in words, and what became of it.
enum TransactionPage {
    struct CallRow: Sendable {
        let number: Int
        let says: String
        let name: String
        let about: String?
        let aboutPath: String?
        let byteCount: String
        let isFailed: Bool
    }

    /// Why it was rejected.
    struct Refusal: Sendable {
        let code: String
        let says: String
        /// The contract's own words, in English.
        let message: String?
    }

    struct Model: Sendable {
        let identifier: String
        let height: String
        let heightText: String
        let position: Int
        let time: String
        let submitter: String
        let isApplied: Bool
        let status: String
        let refusal: Refusal?
        let failedCall: Int?
        let eventCount: Int
        let calls: [CallRow]
        let callCount: Int
        let hasMoreCalls: Bool
        let isPruned: Bool
        let lastValidHeight: String?
        /// What the receipt is called where it is kept.
        let receiptName: String
        let key: String?
    }

    static func page(_ request: PageRequest) async throws -> Page {
        guard let digest = Digest(hexadecimal: request.parameter("identifier")) else {
            throw ConsoleError.notFound(
                Phrase("a transaction's identifier has 64 hexadecimal digits", "交易标识为 64 位十六进制数字"))
        }
        let answer = try await request.ask(
            """
            SELECT height, position, time, submitter, status, call_count FROM transactions WHERE identifier = ?
            """, [.blob(digest.bytes)], count: 1)
        guard let row = answer.rows.first, let height = row.integer(0).flatMap(UInt64.init(exactly:)) else {
            throw ConsoleError.notFound(
                Phrase("the read model has no such transaction", "读模型中没有该交易"))
        }
        let outcome = try await request.ask(
            "SELECT error, call, message, event_count FROM outcomes WHERE height = ? AND position = ?",
            [.integer(Int64(height)), .integer(row.integer(1) ?? 0)], count: 1
        ).rows.first
        let transactions = try await request.services.inspection.block(at: Height(rawValue: height))?.block.transactions
        let transaction = transactions.flatMap { $0.indices.contains(row.count(1)) ? $0[row.count(1)] : nil }
        let body = transaction?.body
        let failed = outcome?.integer(1).flatMap(Int.init(exactly:))
        let calls = body?.calls.prefix(request.limits.rowCount).enumerated().map { index, call in
            self.row(call, index, isFailed: index == failed, request.language)
        }
        let model = Model(
            identifier: digest.description, height: String(height), heightText: Told.number(height),
            position: row.count(1), time: row.time(2).map { Told.time($0) } ?? "", submitter: row.text(3) ?? "–",
            isApplied: row.text(4) == "applied", status: request.tell(Vocabulary.word(row.text(4) ?? "")),
            refusal: outcome?.text(0).map { code in
                let text = RefusalText(code, message: outcome?.text(2))
                return Refusal(code: code, says: request.tell(text.says), message: text.message)
            }, failedCall: failed.map { $0 + 1 },
            eventCount: outcome?.count(3) ?? 0, calls: calls ?? [], callCount: row.count(5),
            hasMoreCalls: row.count(5) > request.limits.rowCount, isPruned: body == nil,
            lastValidHeight: body.map { Told.number($0.lastValidHeight.rawValue) },
            receiptName: ReceiptFile.name(ofTransaction: digest, request.services),
            key: body.map { body in body.idempotencyKey.bytes.map { Self.hexadecimal($0) }.joined() })
        return Page(Words.transaction, model, subject: Told.short(digest), asOf: answer.asOf)
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        byte < 16 ? "0\(String(byte, radix: 16))" : String(byte, radix: 16)
    }

    private static func row(_ call: Call, _ index: Int, isFailed: Bool, _ language: ConsoleLanguage) -> CallRow {
        let about = CallSubject(call)
        let act = about.act.map { "：\($0.text(in: .chinese))" } ?? ""
        let english = about.act.map { ": \($0.text(in: .english))" } ?? ""
        let words = Vocabulary.call(call.contract, call.method)
        return CallRow(
            number: index + 1,
            says: Phrase(words.english + english, words.chinese + act).text(in: language),
            name: "\(call.contract).\(call.method)", about: about.text, aboutPath: about.path,
            byteCount: Told.bytes(UInt64(call.arguments.count)), isFailed: isFailed)
    }
}

/// What a call is about, as far as its arguments name something that has a page.
struct CallSubject: Sendable {
    let text: String?
    let path: String?
    let act: Phrase?

    init(_ call: Call) {
        let limit = Transaction.maximumByteCount
        var text: String?
        var path: String?
        var act: Phrase?
        // Arguments that do not parse were rejected by the contract: they are named, not explained.
        switch "\(call.contract).\(call.method)" {
        case "catalogue.issue":
            text = (try? IssueLicence(derBytes: call.arguments, limit: limit))?.particulars.identifier.text
            path = text.map { "/explorer/licences/\($0)" }
        case "catalogue.changeStatus":
            text = (try? ChangeLicenceStatus(derBytes: call.arguments, limit: limit))?.identifier.text
            path = text.map { "/explorer/licences/\($0)" }
        case "evidence.record":
            text = (try? RecordEvidence(derBytes: call.arguments, limit: limit))?.identifier.text
            path = text.map { "/explorer/licences/\($0)" }
        case "cases.open":
            text = (try? OpenCase(derBytes: call.arguments, limit: limit))?.matter.rawValue
            path = text.map { "/onethings/matters/\($0)" }
        case "cases.act":
            if let arguments = try? ActOnCase(derBytes: call.arguments, limit: limit) {
                (text, path) = (arguments.code.text, "/onethings/\(arguments.code.text)")
                act = Vocabulary.act(arguments.act.kind)
            }
        case "onethings.propose":
            text = (try? ProposeDefinition(derBytes: call.arguments, limit: limit))?.definition.matter.rawValue
            path = text.map { "/onethings/matters/\($0)" }
        default: break
        }
        (self.text, self.path, self.act) = (text, path, act)
    }
}
