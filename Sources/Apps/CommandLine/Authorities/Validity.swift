import Identity

/// How long a certificate is valid.
enum Validity {
    /// From a little before `now`, so that a node whose clock is somewhat behind accepts it at once.
    static func starting(_ now: Timestamp, days: Int) -> ClosedRange<Timestamp> {
        now.advanced(by: .seconds(-300))...now.advanced(by: .seconds(days * 86_400))
    }
}
