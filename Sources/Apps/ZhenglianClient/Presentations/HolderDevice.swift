public import Formats
public import Identity
public import Licences

/// What a holder's device does (持证人设备): orders presentations, sees who scans, agrees or declines.
///
/// The device has a key that a counter has bound to the holder's pseudonym; it has no certificate of the consortium, so
/// its messages travel through the system of some department, which can neither change nor make them.
public struct HolderDevice: Sendable {
    /// How long a signature of the device is good for: it is used at once.
    private static let validity = Duration.seconds(300)

    public let genesis: Genesis
    private let key: any SigningKey

    public init(genesis: Genesis, key: any SigningKey) {
        (self.genesis, self.key) = (genesis, key)
    }

    public typealias Shown = HolderRelay.Shown
    public typealias Scanner = HolderRelay.Scanner

    private var relay: HolderRelay { HolderRelay(genesis: genesis) }

    /// Has the owner's node make a presentation.
    /// - Throws: ``LicenceServiceError``; `IdentityError` where the key's store refuses; `PresentationFault` or
    ///   `FormatError` where the node's answer is no code.
    public func present(
        _ order: PresentationOrder, through service: any LicenceService, at time: Timestamp
    ) async throws -> Shown {
        let proof = try sign(order.statement(notAfter: time.advanced(by: Self.validity), genesis: genesis))
        return try await relay.present(order, proof: proof, through: service)
    }

    /// Who has scanned and waits for an answer.
    /// - Throws: ``LicenceServiceError``, or `FormatError` where the node's answer cannot be read.
    public func scanners(
        of presentation: PresentationToken, through service: any LicenceService
    ) async throws -> [Scanner] {
        try await relay.scanners(of: presentation, through: service)
    }

    /// Answers a scanner: agreeing lets that department, and no other, ask the ledger for what the holder has seen.
    /// - Throws: ``LicenceServiceError``, with code `notAllowed` where the request asks for something else than the
    ///   code shows; `IdentityError` where the key's store refuses.
    public func answer(
        _ scanner: Scanner, agrees: Bool, of presentation: PresentationToken, through service: any LicenceService,
        at time: Timestamp
    ) async throws {
        // The device does not believe the node: what it signs is what it has been asked to show.
        guard
            !agrees
                || (scanner.request.licence == presentation.licence && scanner.request.agent == presentation.agent
                    && scanner.request.presentation == presentation.reference(suite: genesis.suite)
                    && scanner.request.fields.allSatisfy { presentation.fields.contains($0) })
        else {
            throw LicenceServiceError(.notAllowed, "the request asks for something else than the code shows")
        }
        let statement = scanner.statement(
            agrees: agrees, notAfter: time.advanced(by: Self.validity), genesis: genesis)
        try await relay.answer(
            scanner.scan, agrees: agrees, proof: try sign(statement), of: presentation, through: service)
    }

    private func sign(_ statement: HolderStatement) throws(IdentityError) -> HolderSignature {
        try statement.signed(by: key, suite: genesis.suite)
    }
}
