package import SwiftASN1

/// What a receipt is about: a CHOICE, by explicit context-specific tag.
public enum ReceiptSubject: Hashable, Sendable {
    /// `[0]`: a transaction is on the ledger, and this became of it.
    case transaction(TransactionSubject)
    /// `[1]`: the state holds this value.
    case entry(EntrySubject)
    /// `[2]`: the state holds no value there.
    case absence(AbsenceSubject)
    /// `[3]`: a trail has these elements.
    case list(ListSubject)

    /// The proof of a transaction, where the subject is one.
    public var transaction: TransactionSubject? {
        if case .transaction(let subject) = self { subject } else { nil }
    }
}

extension ASN1NodeCollection.Iterator {
    package mutating func receiptSubject() throws -> ReceiptSubject {
        guard let node = next(), node.identifier.tagClass == .contextSpecific else {
            throw FormatError(.malformed, "a receipt has no subject")
        }
        let tag = node.identifier.tagNumber
        switch tag {
        case 0: return .transaction(try explicitlyTagged(node, tag))
        case 1: return .entry(try explicitlyTagged(node, tag))
        case 2: return .absence(try explicitlyTagged(node, tag))
        case 3: return .list(try explicitlyTagged(node, tag))
        default: throw FormatError(.outOfRange, "[\(tag)] is no subject of a receipt")
        }
    }

    private func explicitlyTagged<Subject: DERSequence>(_ node: ASN1Node, _ tag: UInt) throws -> Subject {
        try DER.explicitlyTagged(node, tagNumber: tag, tagClass: .contextSpecific) { try Subject(derEncoded: $0) }
    }
}

extension DER.Serializer {
    package mutating func serialize(_ subject: ReceiptSubject) throws {
        switch subject {
        case .transaction(let subject): try explicitlyTagged(subject, 0)
        case .entry(let subject): try explicitlyTagged(subject, 1)
        case .absence(let subject): try explicitlyTagged(subject, 2)
        case .list(let subject): try explicitlyTagged(subject, 3)
        }
    }

    private mutating func explicitlyTagged(_ subject: some DERSequence, _ tag: UInt) throws {
        try serialize(subject, explicitlyTaggedWithTagNumber: tag, tagClass: .contextSpecific)
    }
}
