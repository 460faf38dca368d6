import Formats
import Foundation
import Identity
import Ledger
import Licences
import Nodes

/// Proofs that people take along: DER, as `zhenglian receipt verify` reads it.
enum ReceiptFile {
    /// The receipt of a transaction.
    static func ofTransaction(_ request: PageRequest) async throws -> ConsoleFile {
        guard let digest = Digest(hexadecimal: request.parameter("identifier")) else {
            throw ConsoleError.notFound(
                Phrase("a transaction's identifier has 64 hexadecimal digits", "交易标识为 64 位十六进制数字"))
        }
        return try await file(digest, named: name(ofTransaction: digest, request.services), request)
    }

    /// The receipt of the transaction that put a version of a licence on the ledger.
    static func ofLicence(_ request: PageRequest) async throws -> ConsoleFile {
        let identifier = try LicenceIdentifier(request.parameter("identifier"))
        let answer = try await request.ask(
            "SELECT \"transaction\" FROM licences WHERE identifier = ?", [.text(identifier.text)], count: 1)
        guard let transaction = answer.rows.first?.digest(0) else {
            throw ConsoleError.notFound(
                Phrase("the ledger has no evidence of \(identifier)", "账本上没有 \(identifier) 的存证"))
        }
        return try await file(transaction, named: name(ofLicence: identifier, request.services), request)
    }

    /// What a receipt is called where people keep it: whose ledger's, of what, and which.
    static func name(ofTransaction digest: Digest, _ services: ConsoleServices) -> String {
        "\(services.genesis.document.consortium)-transaction-\(digest.description.prefix(16)).receipt"
    }

    /// Likewise; a licence's own version and serial number say which.
    static func name(ofLicence identifier: LicenceIdentifier, _ services: ConsoleServices) -> String {
        let text =
            identifier.text.hasPrefix(LicenceIdentifierText.prefix)
            ? identifier.text.dropFirst(LicenceIdentifierText.prefix.count) : identifier.text[...]
        return "\(services.genesis.document.consortium)-licence-\(text).receipt"
    }

    /// The genesis file, which receipts are checked against.
    static func genesis(_ request: PageRequest) async throws -> ConsoleFile {
        let genesis = request.services.genesis
        return ConsoleFile(
            genesis.document.derBytes, ContentType.der, name: "\(genesis.document.consortium)-genesis.der")
    }

    /// Whatever is handed out holds: it is checked here before.
    private static func file(
        _ transaction: Digest, named name: String, _ request: PageRequest
    ) async throws -> ConsoleFile {
        let receipt = try await request.services.ledger.sealedReceipt(
            answering: .transaction(TransactionIdentifier(transaction)),
            retry: Retry(patience: request.limits.proofPatience, clock: request.services.timer))
        _ = try receipt.verify(against: request.services.genesis)
        return ConsoleFile(receipt.derBytes, ContentType.der, name: name)
    }
}

/// The standing of the node, for modules of pages that cannot keep a stream open.
enum StateFile {
    static func file(_ request: PageRequest) async throws -> ConsoleFile {
        let message = StateMessage(try await request.parts.state.state(), language: request.language)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ConsoleFile(Array(try encoder.encode(message)), ContentType.json)
    }
}
