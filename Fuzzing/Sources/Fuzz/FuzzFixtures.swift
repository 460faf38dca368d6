import Formats

/// What inputs are checked against.
struct FuzzFixtures: Sendable {
    /// Of the consortium that most seeds are of.
    let genesis: Genesis
    /// Of the consortia that the other seeds are of.
    let others: [Genesis]
    /// A client that knows a header.
    let client: LightClient
}
