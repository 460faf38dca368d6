/// Asks identity platforms what a log-in needs.
public protocol PlatformTransport: Sendable {
    /// The bytes of a platform's configuration, at most ``AccessLimits/platformMetadataBytes`` of them.
    /// - Throws: ``AccessError`` with code `platformUnavailable` or `platformAnswerInvalid`.
    func configuration(at address: String) async throws(AccessError) -> [UInt8]

    /// Redeems a code. An answer has at most ``AccessLimits/redemptionAnswerBytes``.
    /// - Throws: ``AccessError`` with code `platformUnavailable` or `platformAnswerInvalid`.
    func redeem(_ redemption: CodeRedemption) async throws(AccessError) -> RedemptionAnswer
}
