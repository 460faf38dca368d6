import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Ledger
import Nodes
import ZhenglianClient

extension Operation {
    /// The chain: its head, blocks and transactions, as the node states them. Receipts prove.
    static var ledger: [Operation] {
        [ledgerHead, genesisFile, listBlocks, showBlock, listTransactions, showTransaction, submitTransaction]
    }

    private static var ledgerHead: Operation {
        Operation(
            "getLedger", .get, "/ledger", Summary("the chain and its head", "账本及其链头"), entitlement: .readLedger,
            answer: .json(LedgerHead.schema)
        ) { call in
            let status = try await call.services.client.ledger.status()
            let kept = try await call.services.inspection.keptBlocks()
            return .json(
                LedgerHead(status, genesis: call.services.genesis, firstKept: kept?.lowerBound), height: status.height)
        }
    }

    private static var genesisFile: Operation {
        Operation(
            "getGenesis", .get, "/ledger/genesis",
            Summary("the genesis file, which every proof is checked against", "创世文件，一切证明的核验依据"), entitlement: nil,
            answer: .bytes("application/octet-stream", Summary("DER of the genesis document", "创世文件的 DER"))
        ) { call in
            .bytes(
                call.services.genesis.document.derBytes, "application/octet-stream", fileName: "genesis.der")
        }
    }

    private static var listBlocks: Operation {
        Operation(
            "listBlocks", .get, "/blocks", Summary("blocks, the newest first", "区块列表，由新到旧"), entitlement: .readLedger,
            parameters: [
                .query("before", Schema.integer(1...Int64.max).described("only below this height", "仅此高度之前")), .limit,
            ],
            answer: .json(.page(of: BlockEntry.schema))
        ) { call in
            let answer = try await call.services.readModel.ask(
                BlockEntry.query,
                arguments: [.integer(call.number("before") ?? Int64.max), .integer(Int64(call.limit))],
                limits: SQLLimits())
            let entries = try answer.rows.map { (row) throws in try BlockEntry(row) }
            let last = entries.last?.height.previous
            return .json(
                PageOf(
                    height: answer.height, time: answer.time.description, elements: entries,
                    next: entries.count == call.limit ? last.map { "\($0.next)" } : nil),
                height: answer.height)
        }
    }

    private static var showBlock: Operation {
        Operation(
            "getBlock", .get, "/blocks/{height}",
            Summary("a block: header, who signed it, its transactions", "区块：块头、签名者、交易"), entitlement: .readLedger,
            parameters: [.path("height", .integer(1...Int64.max))], answer: .json(BlockFacts.schema),
            problems: [.notFound, .gone]
        ) { call in
            let height = Height(rawValue: UInt64(call.number("height") ?? 0))
            guard let facts = try await BlockFacts(at: height, of: call.services) else {
                throw Problem(.notFound, "the node has no block \(height): its head may be lower")
            }
            return .json(facts)
        }
    }

    private static var listTransactions: Operation {
        Operation(
            "listTransactions", .get, "/transactions", Summary("transactions, the newest first", "交易列表，由新到旧"),
            entitlement: .readLedger,
            parameters: [
                .query("before", Schema.integer(1...Int64.max).described("only below this height", "仅此高度之前")),
                .query("department", .string(.label, 1...32)),
                .query("status", .choice(["applied", "rejected"])), .limit,
            ],
            answer: .json(.page(of: TransactionEntry.schema))
        ) { call in
            let answer = try await call.services.readModel.ask(
                TransactionEntry.query,
                arguments: [
                    .integer(call.number("before") ?? Int64.max),
                    call.text("department").map(SQLValue.text) ?? .null,
                    call.text("status").map(SQLValue.text) ?? .null,
                    .integer(Int64(call.limit)),
                ],
                limits: SQLLimits())
            let entries = try answer.rows.map { (row) throws in try TransactionEntry(row) }
            return .json(
                PageOf(height: answer.height, time: answer.time.description, elements: entries, next: nil),
                height: answer.height)
        }
    }

    private static var showTransaction: Operation {
        Operation(
            "getTransaction", .get, "/transactions/{identifier}",
            Summary("where a transaction stands and what became of it", "交易所在位置与执行结果"), entitlement: .readLedger,
            parameters: [.path("identifier", .digest)], answer: .json(TransactionFacts.schema),
            problems: [.notFound, .gone]
        ) { call in
            let receipt = try await call.services.receipt(
                of: .transaction(try call.transactionIdentifier("identifier")))
            return .json(try TransactionFacts(receipt, of: call.services))
        }
    }

    private static var submitTransaction: Operation {
        Operation(
            "submitTransaction", .post, "/transactions",
            Summary(
                "hand in a transaction that the caller has signed; it waits for the outcome", "提交调用方已签名的交易并等待结果"),
            entitlement: .submitTransactions,
            body: Body(
                schema: .object(
                    .required(
                        "transaction",
                        Schema.string(.base64, 4...1_400_000).described(
                            "DER of the transaction in base64", "交易 DER 的 base64")))),
            answer: .json(SubmittedTransaction.schema), problems: [.invalidValue, .refusedByLedger]
        ) { call in
            let der = try call.bytes("transaction")
            let transaction = try Transaction(derBytes: der, limit: Transaction.maximumByteCount)
            let outcome = try await call.services.client.ledger.submit(transaction)
            return .json(SubmittedTransaction(outcome), height: outcome.height)
        }
    }
}

extension OperationCall {
    /// The bytes of a member in base64.
    /// - Throws: ``Problem`` with code `invalidValue`.
    func bytes(_ name: String) throws(Problem) -> [UInt8] {
        guard let text = body[name]?.string, let bytes = Base64.decode(text) else {
            throw Problem(.invalidValue, "/\(name): has to be bytes in base64 (RFC 4648)")
        }
        return bytes
    }

    /// - Throws: ``Problem`` with code `invalidParameter`.
    func transactionIdentifier(_ name: String) throws(Problem) -> TransactionIdentifier {
        guard let bytes = text(name).flatMap({ [UInt8](hexadecimal: $0) }), let digest = Digest(bytes) else {
            throw Problem(.invalidParameter, "\(name): has to be \(StringFormat.digest.meaning)")
        }
        return TransactionIdentifier(digest)
    }
}
