import Formats
import Identity

/// Asks an owner's node for what a decision allows.
public struct ReleaseMessage: Codable, Sendable {
    /// DER of the receipt of the decision's entry: the ticket.
    public let ticket: [UInt8]
    /// DER of the `ReleaseOrder`.
    public let order: [UInt8]
    /// The requester's signature over the order.
    public let signature: [UInt8]

    public init(ticket: [UInt8], order: [UInt8], signature: [UInt8]) {
        (self.ticket, self.order, self.signature) = (ticket, order, signature)
    }
}

/// What an owner's node answers.
public struct ReleaseReply: Codable, Sendable {
    /// DER of the `ReleasedContent`, encrypted to the key that the decision names.
    public let sealed: [UInt8]

    public init(sealed: [UInt8]) { self.sealed = sealed }
}

/// Asks an owner's node to make a presentation.
public struct PresentationMessage: Codable, Sendable {
    /// DER of the `PresentationOrder`.
    public let order: [UInt8]
    /// DER of the holder's `HolderSignature` over the order's statement.
    public let proof: [UInt8]

    public init(order: [UInt8], proof: [UInt8]) { (self.order, self.proof) = (order, proof) }
}

/// A presentation as the holder's device shows it.
public struct PresentationReply: Codable, Sendable {
    /// The text of the `PresentationCode`.
    public let code: String
    /// DER of a receipt of the catalogue's entry, for scanners without a network; `nil` where the ledger vouches for
    /// the entry's last change only in a moment.
    public let proof: [UInt8]?

    public init(code: String, proof: [UInt8]?) { (self.code, self.proof) = (code, proof) }
}

/// A scanner names itself and says what it wants.
public struct ScanMessage: Codable, Sendable {
    /// The 16 bytes of the presentation's identifier.
    public let presentation: [UInt8]
    /// DER of the `UseRequest` that the scanner is going to hand to the ledger.
    public let request: [UInt8]

    public init(presentation: [UInt8], request: [UInt8]) {
        (self.presentation, self.request) = (presentation, request)
    }
}

/// The number of a scan that waits for the holder.
public struct ScanReply: Codable, Sendable {
    /// 16 random bytes.
    public let scan: [UInt8]

    public init(scan: [UInt8]) { self.scan = scan }
}

/// Asks for the scans of a presentation that wait for the holder, or for the answer to one scan.
public struct ScanQuestion: Codable, Sendable {
    /// The presentation's identifier for the holder, the scan's number for the scanner.
    public let identifier: [UInt8]

    public init(identifier: [UInt8]) { self.identifier = identifier }
}

/// A scan as the holder sees it.
public struct WaitingScan: Codable, Sendable {
    public let scan: [UInt8]
    /// Who asks: the department of the certificate behind the connection.
    public let requester: String
    /// DER of the `UseRequest`.
    public let request: [UInt8]

    public init(scan: [UInt8], requester: String, request: [UInt8]) {
        (self.scan, self.requester, self.request) = (scan, requester, request)
    }
}

/// The scans of a presentation that wait for the holder.
public struct WaitingScans: Codable, Sendable {
    public let scans: [WaitingScan]

    public init(scans: [WaitingScan]) { self.scans = scans }
}

/// The holder's answer to a scan.
public struct ConfirmationMessage: Codable, Sendable {
    /// The presentation's identifier.
    public let presentation: [UInt8]
    public let scan: [UInt8]
    /// Whether the holder agrees.
    public let agrees: Bool
    /// DER of the holder's `HolderSignature`: over the request's statement, or over its refusal.
    public let proof: [UInt8]

    public init(presentation: [UInt8], scan: [UInt8], agrees: Bool, proof: [UInt8]) {
        (self.presentation, self.scan, self.agrees, self.proof) = (presentation, scan, agrees, proof)
    }
}

/// The holder's signature, for the scanner to hand to the ledger.
public struct ConfirmationReply: Codable, Sendable {
    /// DER of the `HolderSignature`.
    public let proof: [UInt8]

    public init(proof: [UInt8]) { self.proof = proof }
}

/// Asks an owner's node to destroy what it holds of a licence that was taken down.
public struct DestructionMessage: Codable, Sendable {
    /// The identifier of any version of the licence.
    public let licence: String

    public init(licence: String) { self.licence = licence }
}

/// What an owner's node has destroyed: every version of the licence that its vault has held stands in one of the two.
public struct DestructionReply: Codable, Sendable {
    /// The identifiers of the versions that were destroyed now.
    public let now: [String]
    /// The identifiers of those that were destroyed before.
    public let before: [String]

    public init(now: [String], before: [String]) { (self.now, self.before) = (now, before) }
}
