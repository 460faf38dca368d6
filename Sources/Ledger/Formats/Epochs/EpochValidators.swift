import Identity
public import SwiftASN1

/// The validators of one epoch as the state keeps them: from which height on, and their certificates by index.
///
/// It is the value of the entry ``name(of:)``. What is parsed is a statement; what makes it the consortium's is
/// ``EpochChange`` for a later epoch and the genesis for epoch 0.
public struct EpochValidators: DERSequence, Hashable {
    /// Longest DER: 100 certificates of at most 4 KiB, and the numbers.
    public static let maximumByteCount = 420 * 1024

    public let epoch: Epoch
    /// The first height whose block these validators make final.
    public let firstHeight: Height
    /// DER of each validator's certificate, in the order of ``ValidatorIndex``; 1 to 100.
    public let certificates: [[UInt8]]

    /// - Precondition: 1 to 100 certificates.
    public init(epoch: Epoch, firstHeight: Height, certificates: [[UInt8]]) {
        precondition((1...ValidatorSet.maximumCount).contains(certificates.count), "a set has 1 to 100 validators")
        self.epoch = epoch
        self.firstHeight = firstHeight
        self.certificates = certificates
    }

    /// The validators of epoch 0, who are in the genesis and begin with the first block.
    public init(genesis: Genesis) {
        self.init(
            epoch: .zero,
            firstHeight: Height(rawValue: 1),
            certificates: genesis.document.validators.map(\.certificate)
        )
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        epoch = try fields.number()
        firstHeight = try fields.number()
        certificates = try fields.list(limit: ValidatorSet.maximumCount) {
            try $0.octets(limit: MemberCertificate.maximumByteCount)
        }
        guard !certificates.isEmpty else { throw FormatError(.outOfRange, "an epoch has no validators") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(epoch)
        try fields.serialize(firstHeight)
        try fields.serialize(list: certificates) { try $0.serialize(octets: $1) }
    }

    /// The entry of the state that holds the validators of an epoch: contract `membership`, key `epoch`, a zero byte,
    /// and the epoch in eight bytes, big-endian.
    public static func name(of epoch: Epoch) -> StateName {
        let number = (0..<8).map { UInt8(truncatingIfNeeded: epoch.rawValue >> UInt64(56 - 8 * $0)) }
        return StateName(contract: "membership", key: Array("epoch".utf8) + [0] + number)
    }
}
