import Identity

extension TrustedValidators {
    /// Refuses a header that cannot be final together with what is trusted.
    /// - Throws: ``VerificationError`` with code `fork`.
    func check(_ other: BlockHeader, suite: any CryptoSuite) throws(VerificationError) {
        if other.epoch < validators.epoch, other.height >= validators.firstHeight {
            throw VerificationError(
                .fork,
                "block \(other.height) is of epoch \(other.epoch), which ended before height \(validators.firstHeight)"
            )
        }
        if other.epoch > validators.epoch, other.height <= header.height {
            throw VerificationError(
                .fork,
                "block \(other.height) is of epoch \(other.epoch), block \(header.height) still of \(header.epoch)")
        }
        if other.height == header.height, other != header {
            throw VerificationError(
                .fork,
                "two blocks are said to be final at height \(header.height): \(header.digest(suite: suite)), which is "
                    + "trusted, and \(other.digest(suite: suite))"
            )
        }
    }
}
