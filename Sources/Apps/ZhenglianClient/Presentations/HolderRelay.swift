public import Formats
public import Identity
public import Licences

/// Carries what a holder's device has signed to the owner's node, and what that node says back to the device.
///
/// It has no key of the holder's: whoever runs it can neither make nor change what the device says.
public struct HolderRelay: Sendable {
    public let genesis: Genesis

    public init(genesis: Genesis) { self.genesis = genesis }

    /// A presentation, as the device shows it.
    public struct Shown: Sendable {
        public let code: PresentationCode
        /// A receipt of the catalogue's entry; `nil` where the ledger vouches for it only in a moment.
        public let proof: Receipt?
    }

    /// Somebody who has scanned, as the holder sees it before agreeing.
    public struct Scanner: Sendable {
        /// Who asks: the department of the certificate behind the scanner's connection.
        public let department: DepartmentName
        /// What for, and which fields.
        public let request: UseRequest
        /// The owner's node's number of the scan.
        public let scan: [UInt8]

        /// What the device signs to agree, or to decline.
        public func statement(agrees: Bool, notAfter: Timestamp, genesis: Genesis) -> HolderStatement {
            agrees
                ? request.statement(by: department, notAfter: notAfter, genesis: genesis)
                : request.refusal(by: department, notAfter: notAfter, genesis: genesis)
        }
    }

    /// Has the owner's node make a presentation.
    /// - Parameters:
    ///   - order: what is to be shown.
    ///   - proof: the device's signature over the order's statement.
    ///   - service: the owner's node.
    /// - Throws: ``LicenceServiceError``; `PresentationFault` or `FormatError` where the node's answer is no code.
    public func present(
        _ order: PresentationOrder, proof: HolderSignature, through service: any LicenceService
    ) async throws -> Shown {
        let reply = try await service.present(PresentationMessage(order: order.derBytes, proof: proof.derBytes))
        return Shown(
            code: try PresentationCode(reply.code),
            proof: try reply.proof.map { try Receipt(derBytes: $0, limit: Receipt.maximumByteCount) })
    }

    /// Who has scanned and waits for an answer.
    /// - Throws: ``LicenceServiceError``, or `FormatError` where the node's answer cannot be read.
    public func scanners(
        of presentation: PresentationToken, through service: any LicenceService
    ) async throws -> [Scanner] {
        let waiting = try await service.waitingScans(ScanQuestion(identifier: presentation.identifier.bytes))
        return try waiting.scans.map { scan in
            guard let department = DepartmentName(scan.requester) else {
                throw LicenceServiceError(.malformed, "the node names a department that cannot be")
            }
            return Scanner(
                department: department, request: try UseRequest(derBytes: scan.request, limit: UseRequest.byteLimit),
                scan: scan.scan)
        }
    }

    /// Takes the device's answer to the owner's node.
    /// - Parameters:
    ///   - scan: the number of the scan.
    ///   - agrees: whether the holder agrees.
    ///   - proof: the device's signature over the scanner's statement
    ///     (``Scanner/statement(agrees:notAfter:genesis:)``).
    ///   - presentation: what was shown.
    ///   - service: the owner's node.
    /// - Throws: ``LicenceServiceError``.
    public func answer(
        _ scan: [UInt8], agrees: Bool, proof: HolderSignature, of presentation: PresentationToken,
        through service: any LicenceService
    ) async throws {
        try await service.confirm(
            ConfirmationMessage(
                presentation: presentation.identifier.bytes, scan: scan, agrees: agrees, proof: proof.derBytes))
    }
}

extension UseRequest {
    /// Bytes of a request that comes from somebody else.
    static let byteLimit = 4 << 10
}
