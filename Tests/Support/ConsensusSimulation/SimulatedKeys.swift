public import Formats
public import Identity

/// The validators of a simulated channel, with keys that cost nothing: a signature is the validator's number.
///
/// Nobody forges signatures in the simulator: who sends what is decided by the fault that is simulated.
public struct SimulatedKey: SigningKey, VerificationKey {
    public let number: Int

    public init(number: Int) { self.number = number }

    public var verificationKey: any VerificationKey { self }
    public var pemRepresentation: String { "simulated key \(number)" }
    public var subjectPublicKeyInfo: [UInt8] { [UInt8(number)] }
    public var identifier: KeyIdentifier { KeyIdentifier(P256Suite().digest(of: subjectPublicKeyInfo)) }

    public func sign(_ message: [UInt8]) throws(IdentityError) -> Signature { Signature([UInt8(number)]) }

    public func isValid(_ signature: Signature, for message: [UInt8]) -> Bool { signature.bytes == [UInt8(number)] }
}

extension ValidatorSet {
    /// A set of `count` validators with simulated keys, of epoch 0.
    public static func simulated(_ count: Int) -> ValidatorSet {
        let validators = (0..<count).compactMap { number in
            MemberName("department-\(number)/validator/node-\(number)").map {
                Validator(member: $0, key: SimulatedKey(number: number))
            }
        }
        return ValidatorSet(epoch: .zero, validators: validators)
    }
}
