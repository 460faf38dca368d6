public import Formats
public import Identity
public import SwiftASN1

/// Where a node listens, as the ledger states it.
public struct NodeEndpoint: DERSequence, Hashable {
    /// Longest host name (RFC 1035, section 2.3.4).
    public static let maximumHostByteCount = 253

    /// A host name or an address.
    public let host: String
    /// 1 to 65,535.
    public let port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        host = try fields.text(limit: Self.maximumHostByteCount)
        guard Self.isHost(host) else {
            throw FormatError(.outOfRange, "a host is a name or an address of letters, digits, '.', '-', ':' and '_'")
        }
        port = Int(try fields.integer(in: 1...65_535))
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: host)
        try fields.serialize(port)
    }

    /// Whether a text can name a host: operators' tools print it, so it holds nothing that a terminal would act on.
    public static func isHost(_ text: String) -> Bool {
        (1...maximumHostByteCount).contains(text.utf8.count)
            && text.utf8.allSatisfy { character in
                switch character {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: ".-:_".utf8.contains(character)
                }
            }
    }
}

extension NodeEndpoint: CustomStringConvertible {
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A node of the consortium: its certificate, and where it listens.
public struct MemberNode: DERSequence, Hashable {
    /// DER of the node's certificate.
    public let certificate: [UInt8]
    public let endpoint: NodeEndpoint

    public init(certificate: [UInt8], endpoint: NodeEndpoint) {
        self.certificate = certificate
        self.endpoint = endpoint
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        certificate = try fields.octets(limit: MemberCertificate.maximumByteCount)
        endpoint = try NodeEndpoint(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(octets: certificate)
        try fields.serialize(endpoint)
    }
}

/// What the ledger says of an epoch besides its validators' certificates, which are in ``EpochValidators``: the entry
/// `members` of the contract `membership`.
public struct EpochMembers: DERSequence, Hashable {
    /// Most observers of an epoch.
    public static let maximumObserverCount = 100

    /// The height of the block whose execution announced the epoch.
    public let announcedAt: Height
    /// That block's time, at which the certificates were authenticated.
    public let announcedTime: Timestamp
    /// Where each validator listens, in the order of `EpochValidators.certificates`.
    public let endpoints: [NodeEndpoint]
    /// The members that follow without a vote.
    public let observers: [MemberNode]

    public init(
        announcedAt: Height,
        announcedTime: Timestamp,
        endpoints: [NodeEndpoint],
        observers: [MemberNode]
    ) {
        self.announcedAt = announcedAt
        self.announcedTime = announcedTime
        self.endpoints = endpoints
        self.observers = observers
    }

    /// What the genesis says of epoch 0.
    public init(genesis: Genesis) {
        self.init(
            announcedAt: .zero,
            announcedTime: genesis.document.createdAt,
            endpoints: genesis.document.validators.map { NodeEndpoint(host: $0.host, port: $0.port) },
            observers: []
        )
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        announcedAt = try fields.number()
        announcedTime = try fields.timestamp()
        endpoints = try fields.list(limit: ValidatorSet.maximumCount) { try NodeEndpoint(derEncoded: &$0) }
        observers = try fields.list(limit: Self.maximumObserverCount) { try MemberNode(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(announcedAt)
        try fields.serialize(announcedTime)
        try fields.serialize(list: endpoints) { try $0.serialize($1) }
        try fields.serialize(list: observers) { try $0.serialize($1) }
    }
}

/// The number of the latest epoch that has been announced: the entry `latest` of the contract `membership`.
public struct LatestEpoch: DERSequence, Hashable {
    public let epoch: Epoch

    public init(epoch: Epoch) { self.epoch = epoch }

    public init(fields: inout ASN1NodeCollection.Iterator) throws { epoch = try fields.number() }

    public func serialize(fields: inout DER.Serializer) throws { try fields.serialize(epoch) }
}
