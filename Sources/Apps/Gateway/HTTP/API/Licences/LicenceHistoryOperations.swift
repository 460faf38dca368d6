import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import Nodes
import ZhenglianClient

extension Operation {
    /// A licence by its file, its history, and what its owner does besides its status.
    static var licenceLife: [Operation] { [licenceOfFile, licenceHistory, modifyLicence, destroyLicence] }

    private static var licenceOfFile: Operation {
        Operation(
            "getLicenceOfFile", .get, "/files/{digest}/licence",
            Summary("what catalogue and evidence hold of the licence that a file is of", "以文件摘要查证照目录与存证"),
            entitlement: .readLicences,
            parameters: [.path("digest", Schema.digest.described("digest of the file", "文件摘要"))],
            answer: .json(LicenceFacts.schema), problems: [.notFound]
        ) { call in
            guard let file = call.text("digest").flatMap({ Digest(hexadecimal: $0) }) else {
                throw Problem(.invalidParameter, "digest: has to be \(StringFormat.digest.meaning)")
            }
            let answer = try await call.services.client.licences.licence(ofFile: file)
            guard let identifier = answer.evidence.first?.identifier, let facts = LicenceFacts(answer, of: identifier)
            else { throw Problem(.notFound, "the ledger has no licence with this file") }
            return .json(facts, height: answer.height)
        }
    }

    private static var licenceHistory: Operation {
        Operation(
            "getLicenceHistory", .get, "/licences/{identifier}/history",
            Summary(
                "the versions of a licence and what became of it, as the node's read model has them",
                "证照历史：各版本与历次变更，以本节点读模型为准"),
            entitlement: .readLicences, parameters: [.path("identifier", .licence)],
            answer: .json(LicenceHistoryFacts.schema), problems: [.notFound, .invalidValue]
        ) { call in
            let identifier: LicenceIdentifier = try call.required("identifier")
            let licence = LicenceKey(identifier)
            let history = try await LicenceHistory(of: licence, dataPath: call.services.dataPath)
            guard !history.versions.isEmpty else {
                throw Problem(.notFound, "the node's read model has no licence \(licence.text)")
            }
            return .json(LicenceHistoryFacts(history), height: history.height)
        }
    }

    private static var modifyLicence: Operation {
        Operation(
            "modifyLicence", .post, "/licences/{identifier}/entry",
            Summary(
                "put another pseudonym or locator in the entry of a licence of the own department; what is not named "
                    + "stays as it is", "修改本部门证照目录条目的持证主体假名或存放位置；未列出的不变"),
            entitlement: .writeLicences, scope: .ownDepartment, parameters: [.path("identifier", .licence)],
            body: Body(
                schema: .object(
                    .optional("holder", .pseudonym), .optional("locator", .string(.locator, 1...128)),
                    .optional(
                        "removesLocator", Schema.boolean.described("the entry names no locator any more", "删除存放位置")),
                    .optional(
                        "revision",
                        Schema.integer(1...Int64.max).described(
                            "the revision that the caller has looked at; otherwise that of now", "调用方所见修订号，缺省为当前")),
                    .required("basis", .basis)), maximumByteCount: 4 << 10),
            answer: .json(SubmittedTransaction.schema), isIdempotentByKey: true,
            problems: [.notFound, .invalidValue, .refusedByLedger, .keyReused]
        ) { call in
            let body = call.body
            let holder: HolderPseudonym? = try body.optional("holder")
            let (locator, removes) = (body["locator"]?.string, body["removesLocator"]?.boolean ?? false)
            guard holder != nil || locator != nil || removes, locator == nil || !removes else {
                throw Problem(.invalidValue, "name a 'holder', a 'locator' or 'removesLocator', the last two not both")
            }
            let seen = try await call.entry()
            let outcome = try await call.client.licences.modify(
                seen, holder: holder ?? seen.holder, locator: removes ? nil : locator ?? seen.locator,
                basis: try body.text("basis"))
            return .json(SubmittedTransaction(outcome), height: outcome.height)
        }
    }

    private static var destroyLicence: Operation {
        Operation(
            "destroyLicence", .post, "/licences/{identifier}/destruction",
            Summary(
                "have the own department's node destroy what its vault holds of a licence that was taken down; the "
                    + "same again changes nothing", "销毁本部门节点保险库中已下链证照的内容；重复执行不改变结果"),
            entitlement: .writeLicences, scope: .ownDepartment, parameters: [.path("identifier", .licence)],
            body: Body(schema: .object([]), maximumByteCount: 1 << 10), answer: .json(DestructionFacts.schema),
            problems: [.invalidValue, .refusedByLedger]
        ) { call in
            let identifier: LicenceIdentifier = try call.required("identifier")
            let reply = try await call.services.withLicenceService(of: call.services.department) { service in
                try await call.client.licences.destroy(identifier, at: service)
            }
            return .json(DestructionFacts(now: reply.now, before: reply.before))
        }
    }
}

extension OperationCall {
    /// The catalogue's entry that the path names, which the caller wants to be changed.
    /// - Throws: ``Problem`` with code `notFound`, or `refusedByLedger` for one that was seen otherwise.
    fileprivate func entry() async throws -> CatalogueRecord {
        let identifier: LicenceIdentifier = try required("identifier")
        guard let record = try await client.licences.licences([identifier]).record(of: identifier) else {
            throw Problem(.notFound, "the ledger has no licence \(identifier)")
        }
        guard record.tombstone == nil, record.identifier == identifier else {
            throw Problem(.refusedByLedger, "\(identifier) was taken down or superseded: it has no entry in force")
        }
        guard body["revision"]?.integer.map({ UInt64($0) == record.revision }) ?? true else {
            throw Problem(.refusedByLedger, "the entry is at revision \(record.revision) by now: look at it again").with
            {
                $0.ledgerCode = "stateHasMoved"
            }
        }
        return record
    }
}

/// What a node's vault has destroyed.
struct DestructionFacts: Encodable, Sendable {
    let now: [String]
    let before: [String]

    private static func identifiers(_ english: String, _ chinese: String) -> Schema {
        .array(of: .licence, 0...1_000).described(english, chinese)
    }

    static let schema = Schema.object(
        .required("now", identifiers("versions that were destroyed now", "本次销毁的版本")),
        .required("before", identifiers("versions that were destroyed before", "此前已销毁的版本"))
    ).named("Destruction").described("what the vault has destroyed", "销毁结果")
}

/// A licence from its issue on.
struct LicenceHistoryFacts: Encodable, Sendable {
    struct Version: Encodable, Sendable {
        let identifier: LicenceIdentifier
        let fileDigest: Digest?
        let metadataRoot: Digest
        let issuedAt: String
        let issuedHeight: Height
        let transaction: TransactionIdentifier
        let supersedes: LicenceIdentifier?

        init(_ version: LicenceHistory.Version) {
            (identifier, fileDigest, metadataRoot) = (version.identifier, version.file, version.metadataRoot)
            (issuedAt, issuedHeight) = (version.issuedAt.description, version.issuedHeight)
            (transaction, supersedes) = (version.transaction, version.supersedes)
        }

        static let schema = Schema.object(
            .required("identifier", .licence), .optional("fileDigest", .digest), .required("metadataRoot", .digest),
            .required("issuedAt", .time), .required("issuedHeight", .height), .required("transaction", .digest),
            .optional("supersedes", .licence))
    }

    struct Change: Encodable, Sendable {
        let revision: UInt64
        let identifier: LicenceIdentifier
        let status: String
        let statusName: String
        let operation: String
        let operationName: String
        let basis: String?
        let changedAt: String
        let changedHeight: Height
        let transaction: TransactionIdentifier

        init(_ change: LicenceHistory.Change) {
            (revision, identifier) = (change.revision, change.identifier)
            (status, statusName) = (change.status.text, change.status.name)
            (operation, operationName) = (change.operation.text, change.operation.name)
            basis = change.basis
            (changedAt, changedHeight) = (change.changedAt.description, change.changedHeight)
            transaction = change.transaction
        }

        static let schema = Schema.object(
            .required("revision", .integer(2...Int64.max)), .required("identifier", .licence),
            .required("status", .text()), .required("statusName", .text()), .required("operation", .text()),
            .required("operationName", .text()), .optional("basis", .text()), .required("changedAt", .time),
            .required("changedHeight", .height), .required("transaction", .digest))
    }

    let height: Height
    let time: String
    let versions: [Version]
    let changes: [Change]

    init(_ history: LicenceHistory) {
        (height, time) = (history.height, history.time.description)
        versions = history.versions.map(Version.init)
        changes = history.changes.map(Change.init)
    }

    static let schema = Schema.object(
        .required("height", .height), .required("time", .time), .required("versions", .array(of: Version.schema)),
        .required(
            "changes",
            Schema.array(of: Change.schema, 0...LicenceHistory.maximumChangeCount).described(
                "states of the entry after its first, as blocks have left them", "首次之后的历次状态，以区块为单位"))
    ).named("LicenceHistory").described("a licence from its issue on", "证照历史")
}
