internal import Formats
package import SwiftASN1

/// What a holder's pseudonym is the keyed digest of: `SEQUENCE { purpose, epoch, kind, number }` in DER, so that no two
/// different holders share it and no other use of a key gives the same.
package struct PseudonymInput: DERSequence, Hashable {
    static let purpose = "zhenglian holder pseudonym 1"

    let epoch: UInt32
    /// `001` or `111`, as GB/T 36903 codes it.
    let kind: String
    let number: String

    package init(epoch: UInt32, holder: HolderCode) {
        (self.epoch, kind, number) = (epoch, holder.type, holder.text)
    }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        guard try fields.text(limit: 64) == Self.purpose else {
            throw FormatError(.outOfRange, "this is not what a pseudonym is made of")
        }
        epoch = UInt32(try fields.integer(in: 1...Int64(UInt32.max)))
        kind = try fields.text(limit: 3)
        number = try fields.text(limit: 32)
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: Self.purpose)
        try fields.serialize(Int64(epoch))
        try fields.serialize(text: kind)
        try fields.serialize(text: number)
    }
}
