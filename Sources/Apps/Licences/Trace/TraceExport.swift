public import Formats
import Foundation
public import Identity
public import SwiftASN1

/// A list of uses that somebody takes from a ledger (用证轨迹导出), as a file of its own.
public enum TraceExport {
    public enum Format: String, CaseIterable, Sendable, Codable {
        /// RFC 4180, with a header.
        case csv
        /// One object with the checkpoint and the rows.
        case json
    }

    /// The bytes of an export.
    public static func content(
        of rows: [TraceRow], as format: Format, checkpoint: TraceCheckpoint
    ) throws(LicenceError) -> [UInt8] {
        switch format {
        case .csv:
            let lines = [TraceRow.columns] + rows.map(\.values)
            return Array(lines.map { CSVLine.text(of: $0) + "\r\n" }.joined().utf8)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            do {
                return Array(try encoder.encode(Content(checkpoint: checkpoint, rows: rows))) + [UInt8(ascii: "\n")]
            } catch {
                throw LicenceError(.wrongStructure, "the rows have no JSON", cause: error)
            }
        }
    }

    private struct Content: Encodable {
        let checkpoint: TraceCheckpoint
        let rows: [TraceRow]
    }
}

/// What an export stands on (检查点): as of which height of which ledger, and how many events the traces had that it was
/// taken from.
public struct TraceCheckpoint: DERSequence, Hashable, Encodable {
    public let consortium: Digest
    /// The traces, as people read them.
    public let subjects: [String]
    public let asOf: Height
    /// The final block that vouches for that height.
    public let sealingHeight: Height
    public let sealingBlock: Digest
    /// How many events the traces have in all, those that a filter left out among them.
    public let eventCount: UInt64
    public let rowCount: UInt64

    /// - Precondition: at least one trace.
    public init(_ traces: [ProvedTrace], rowCount: Int, genesis: Genesis) {
        precondition(!traces.isEmpty, "an export is taken from traces")
        consortium = genesis.digest
        subjects = traces.map { "\($0.subject)" }
        // Of several traces, the oldest receipt bounds what is known.
        let oldest = traces.map(\.findings).min { $0.asOf < $1.asOf }
        asOf = oldest?.asOf ?? .zero
        sealingHeight = oldest?.seal.height ?? .zero
        sealingBlock = oldest?.seal.block ?? .zero
        eventCount = traces.reduce(0) { $0 + UInt64($1.events.count) }
        self.rowCount = UInt64(rowCount)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        consortium = try fields.digest()
        subjects = try fields.list(limit: HolderLink.maximumLength + 1) { try $0.text(limit: 256) }
        asOf = try fields.number()
        sealingHeight = try fields.number()
        sealingBlock = try fields.digest()
        eventCount = UInt64(try fields.integer(in: 0...Int64.max))
        rowCount = UInt64(try fields.integer(in: 0...Int64.max))
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(consortium)
        try fields.serialize(list: subjects) { try $0.serialize(text: $1) }
        try fields.serialize(asOf)
        try fields.serialize(sealingHeight)
        try fields.serialize(sealingBlock)
        try fields.serialize(eventCount)
        try fields.serialize(rowCount)
    }
}

/// A member's signature over an export (导出签名): who took it, when, as of which height.
public struct ExportSeal: DERSequence, Hashable {
    public static let version: Int64 = 1
    public static let maximumByteCount = 64 << 10

    /// What is signed.
    public struct Statement: DERSequence, Hashable {
        public let content: Digest
        public let checkpoint: TraceCheckpoint
        /// By the clock of whoever took it.
        public let exportedAt: Timestamp

        public init(content: Digest, checkpoint: TraceCheckpoint, exportedAt: Timestamp) {
            self.content = content
            self.checkpoint = checkpoint
            self.exportedAt = exportedAt
        }

        public init(fields: inout ASN1NodeCollection.Iterator) throws {
            content = try fields.digest()
            checkpoint = try TraceCheckpoint(derEncoded: &fields)
            exportedAt = try fields.timestamp()
        }

        public func serialize(fields: inout DER.Serializer) throws {
            try fields.serialize(content)
            try fields.serialize(checkpoint)
            try fields.serialize(exportedAt)
        }
    }

    public let statement: Statement
    /// DER of the certificate of the member who signed.
    public let certificate: [UInt8]
    public let signature: Signature

    /// Seals an export.
    /// - Throws: `IdentityError` where the key cannot sign.
    public init(
        content: [UInt8], checkpoint: TraceCheckpoint, at time: Timestamp, by identity: MemberIdentity,
        suite: any CryptoSuite
    ) throws(IdentityError) {
        statement = Statement(content: suite.digest(of: content), checkpoint: checkpoint, exportedAt: time)
        certificate = identity.certificate.der
        signature = try identity.key.sign(suite.digest(of: statement.derBytes), for: .export)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "seal of an export")
        statement = try Statement(derEncoded: &fields)
        certificate = try fields.octets(limit: MemberCertificate.maximumByteCount)
        signature = try fields.signature()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(statement)
        try fields.serialize(octets: certificate)
        try fields.serialize(signature)
    }

    /// Checks that this is the seal of these bytes, made by a member of the consortium.
    ///
    /// It says who vouches for the list. That the list is whole says the proof of the traces, not the seal.
    /// - Returns: the member who signed.
    /// - Throws: ``LicenceError`` with code `wrongSeal`; `IdentityError` where the certificate is none of the
    ///   consortium's or was not in force when it signed.
    public func verify(_ content: [UInt8], against genesis: Genesis) throws -> MemberName {
        guard statement.checkpoint.consortium == genesis.digest else {
            throw LicenceError(.wrongSeal, "the export is of another consortium's ledger")
        }
        guard statement.content == genesis.suite.digest(of: content) else {
            throw LicenceError(.wrongSeal, "the file is not the one that was sealed: it was changed since")
        }
        let certificate = try genesis.anchors.authenticate(certificate, at: statement.exportedAt)
        let digest = genesis.suite.digest(of: statement.derBytes)
        guard certificate.publicKey.isValid(signature, of: digest, for: .export) else {
            throw LicenceError(.wrongSeal, "the signature is not that of \(certificate.member)")
        }
        return certificate.member
    }
}
