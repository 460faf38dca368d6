import Formats
import Identity
import SwiftASN1

extension MerklePath {
    /// The path with other fields, by way of its DER, for a path that was parsed is the only one that may be wrong.
    func changed(index: Int? = nil, siblings: [Digest]? = nil) throws -> MerklePath {
        try changed(index: Int64(index ?? Int(self.index)), size: Int64(size), siblings: siblings)
    }

    func changed(index: Int64, size: Int64, siblings: [Digest]? = nil) throws -> MerklePath {
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(size)
            try coder.serialize(index)
            try coder.appendConstructedNode(identifier: .sequence) { list in
                for sibling in siblings ?? self.siblings {
                    try list.serialize(ASN1OctetString(contentBytes: sibling.bytes[...]))
                }
            }
        }
        return try MerklePath(derBytes: serializer.serializedBytes, limit: 1 << 16)
    }
}

extension TransactionBody {
    /// The body's DER with any list of calls, also one that it may not have.
    func bytes(withCalls calls: [Call]) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(Self.version)
            for octets in [channel.digest.bytes, submitter.digest.bytes, idempotencyKey.bytes] {
                try coder.serialize(ASN1OctetString(contentBytes: octets[...]))
            }
            try coder.serialize(lastValidHeight.rawValue)
            try coder.appendConstructedNode(identifier: .sequence) { list in
                for call in calls {
                    try list.serialize(call)
                }
            }
        }
        return serializer.serializedBytes
    }
}

extension QuorumCertificate {
    /// The certificate's DER with the signatures of `signers` alone and a bitmap for `count` validators.
    func bytes(signers chosen: [Int], of count: Int) throws -> [UInt8] {
        var bitmap = [UInt8](repeating: 0, count: (count + 7) / 8)
        for index in chosen { bitmap[index / 8] |= 0x80 >> UInt8(index % 8) }
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(statement)
            try coder.serialize(ASN1BitString(bytes: bitmap[...], paddingBits: bitmap.count * 8 - count))
            try coder.appendConstructedNode(identifier: .sequence) { list in
                for index in chosen {
                    try list.serialize(ASN1OctetString(contentBytes: signatures[index].bytes[...]))
                }
            }
        }
        return serializer.serializedBytes
    }
}

extension MerkleConsistency {
    /// A proof of any nodes, by way of its DER.
    init(_ nodes: some Sequence<Digest>) throws {
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { coder in
            try coder.appendConstructedNode(identifier: .sequence) { list in
                for node in nodes { try list.serialize(ASN1OctetString(contentBytes: node.bytes[...])) }
            }
        }
        try self.init(derBytes: serializer.serializedBytes, limit: 1 << 16)
    }
}

extension Receipt {
    /// The receipt with other parts.
    func changed(
        suite: CryptoSuiteIdentifier? = nil,
        consortium: Digest? = nil,
        subject: ReceiptSubject? = nil,
        sealingHeader: BlockHeader? = nil,
        finalization: QuorumCertificate? = nil,
        epochs: [EpochChange]? = nil
    ) -> Receipt {
        Receipt(
            suite: suite ?? self.suite,
            consortium: consortium ?? self.consortium,
            subject: subject ?? self.subject,
            sealingHeader: sealingHeader ?? self.sealingHeader,
            finalization: finalization ?? self.finalization,
            epochs: epochs ?? self.epochs
        )
    }

    /// Why the receipt does not hold; `nil` where it does.
    func refusal(
        against genesis: Genesis,
        trusting trusted: TrustedValidators? = nil
    ) -> VerificationError.Code? {
        do {
            _ = try verify(against: genesis, trusting: trusted)
            return nil
        } catch {
            return error.code
        }
    }
}

extension EpochChange {
    /// The change with other parts.
    func changed(
        header: BlockHeader? = nil,
        finalization: QuorumCertificate? = nil,
        validators: EpochValidators? = nil,
        proof: StateProof? = nil
    ) -> EpochChange {
        EpochChange(
            header: header ?? self.header,
            finalization: finalization ?? self.finalization,
            validators: validators ?? self.validators,
            proof: proof ?? self.proof
        )
    }
}

extension BlockHeader {
    /// The header with other parts.
    func changed(
        epoch: Epoch? = nil,
        height: Height? = nil,
        timestamp: Timestamp? = nil,
        transactionsRoot: Digest? = nil,
        executed: ExecutedState? = nil
    ) -> BlockHeader {
        BlockHeader(
            channel: channel, epoch: epoch ?? self.epoch, height: height ?? self.height, view: view, parent: parent,
            timestamp: timestamp ?? self.timestamp, proposer: proposer,
            transactionsRoot: transactionsRoot ?? self.transactionsRoot, executed: executed ?? self.executed)
    }
}
