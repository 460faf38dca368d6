public import Identity
public import SwiftASN1

/// One key of one contract, as a block left it.
public struct StateChange: DERSequence, Hashable {
    public let contract: String
    public let key: [UInt8]
    /// The new value; `nil` where the key was removed.
    public let value: [UInt8]?

    public init(contract: String, key: [UInt8], value: [UInt8]?) {
        self.contract = contract
        self.key = key
        self.value = value
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        contract = try fields.text(limit: Call.maximumNameByteCount)
        key = try fields.octets(limit: StateName.maximumKeyByteCount)
        let octets: ASN1OctetString? = try DER.optionalImplicitlyTagged(&fields)
        value = octets.map { Array($0.bytes) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: contract)
        try fields.serialize(octets: key)
        if let value {
            try fields.serialize(octets: value)
        }
    }

    public var name: StateName { StateName(contract: contract, key: key) }

    /// The digest that the state's log has of the value; zero where the key was removed.
    public func valueDigest(suite: any CryptoSuite) -> Digest {
        value.map { suite.digest(of: $0) } ?? .zero
    }
}
