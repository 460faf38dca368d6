package import Formats
package import Identity
import Licences

/// The records of a measurement: licences that were never issued, valid in everything but their number.
///
/// One record is one call `catalogue.issue`, and what the ledger then holds about that licence: its entry in the
/// catalogue. The size of a record is the DER of the entry. Serial numbers begin with `LOAD`, and are padded to reach
/// it.
package struct LoadRecords: LoadWorkload {
    /// An authority that defines kinds of licences in no published list.
    private static let definingAuthority = "11100000MBDEM0015F"
    private static let firstKind = 901
    /// How many kinds there are.
    package static let kindCount = 99
    /// Letters that the numbers of a run, a client and a record take up.
    private static let numberWidths = (run: 8, client: 4, sequence: 8)
    private static let shortestSerial = "LOAD".utf8.count + 8 + 4 + 8

    private let type: LicenceTypeCode
    private let issuer: UnifiedSocialCreditCode
    private let suite: any CryptoSuite
    private let run: UInt64
    private let padding: String
    private let hasHolders: Bool

    /// - Parameters:
    ///   - genesis: of the consortium that is measured.
    ///   - department: who issues.
    ///   - byteCount: the size of each record; `nil` for the smallest.
    ///   - run: tells this measurement's records from those of others; below 36^8.
    ///   - kind: of what kind the licences are, below ``kindCount``.
    ///   - hasHolders: whether each licence has a holder of its own on the ledger, or none has.
    /// - Throws: ``LoadError`` where the department issues no licences, or no record has that size.
    package init(
        genesis: Genesis, department: DepartmentName, byteCount: Int?, run: UInt64, kind: Int = 0,
        hasHolders: Bool = true
    ) throws {
        precondition((0..<Self.kindCount).contains(kind), "a kind has three digits")
        guard let entry = genesis.document.departments.first(where: { $0.name == department }),
            let code = entry.issuerCodes.first
        else {
            throw LoadError(
                .notAnIssuer,
                "\(department) issues no licences in this consortium: load with the identity of a department that does"
            )
        }
        let type = try LicenceTypeCode("\(Self.definingAuthority)\(Self.firstKind + kind)")
        let issuer = try UnifiedSocialCreditCode(code)
        let suite = genesis.suite
        self.type = type
        self.issuer = issuer
        self.suite = suite
        self.run = run
        self.hasHolders = hasHolders
        guard let byteCount else {
            padding = ""
            return
        }
        let candidates = Self.shortestSerial...LicenceSerial.characterCounts.upperBound
        let sizes = try candidates.map {
            try Self.size(serialCount: $0, type, issuer, department, suite, hasHolders)
        }
        guard let position = sizes.firstIndex(where: { $0 >= byteCount }), byteCount >= sizes[0] else {
            throw LoadError(
                .impossibleSize,
                "a record has \(sizes[0]) to \(sizes[sizes.count - 1]) bytes, not \(byteCount): it is the evidence of "
                    + "one licence"
            )
        }
        padding = String(repeating: "0", count: position)
    }

    /// The call that issues record number `sequence` of client number `client`.
    /// - Throws: `LicenceError` where the numbers are too large for a serial number.
    package func call(client: Int, sequence: Int) throws -> Call {
        let identifier = try identifier(client: client, sequence: sequence)
        return LicenceCall.issue(IssueLicence(try Self.particulars(identifier, suite, hasHolders))).call
    }

    /// Issuing has no answer that could say no: the contract rejects.
    package func refusal(in returnValue: [UInt8]) -> String? { nil }

    /// The licence that ``call(client:sequence:)`` issues.
    func identifier(client: Int, sequence: Int) throws -> LicenceIdentifier {
        let widths = Self.numberWidths
        let serial =
            "LOAD" + padding + Self.digits(run, widths.run) + Self.digits(UInt64(client), widths.client)
            + Self.digits(UInt64(sequence), widths.sequence)
        return LicenceIdentifier(
            typeCode: type, issuerCode: issuer, serial: try LicenceSerial(serial), version: .first)
    }

    /// The bytes of one record, as the ledger holds it.
    package func byteCount(of department: DepartmentName) throws -> Int {
        try Self.size(
            serialCount: Self.shortestSerial + padding.utf8.count, type, issuer, department, suite, hasHolders)
    }

    private static func digits(_ number: UInt64, _ width: Int) -> String {
        let digits = String(number, radix: 36, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static func size(
        serialCount: Int, _ type: LicenceTypeCode, _ issuer: UnifiedSocialCreditCode, _ department: DepartmentName,
        _ suite: any CryptoSuite, _ hasHolders: Bool
    ) throws -> Int {
        let digest = suite.digest(of: [])
        let serial = try LicenceSerial(String(repeating: "0", count: serialCount))
        let identifier = LicenceIdentifier(typeCode: type, issuerCode: issuer, serial: serial, version: .first)
        return CatalogueRecord(
            try particulars(identifier, suite, hasHolders),
            department: department,
            operation: .issue,
            related: nil,
            // A time and a height of a ledger in use, so that they take the bytes that they will.
            at: Timestamp(milliseconds: 1 << 40),
            height: Height(rawValue: 1 << 16),
            transaction: TransactionIdentifier(digest)
        ).derBytes.count
    }

    private static func particulars(
        _ identifier: LicenceIdentifier, _ suite: any CryptoSuite, _ hasHolders: Bool
    ) throws -> CatalogueParticulars {
        let day = try CalendarDate("20260101")
        return CatalogueParticulars(
            identifier: identifier,
            holder: hasHolders
                ? HolderPseudonym(epoch: 1, digest: suite.digest(of: Array("holder \(identifier)".utf8))) : nil,
            validity: try LicenceValidity(from: day, until: nil),
            issuedOn: day,
            region: try RegionCode("650100"),
            metadataRoot: suite.digest(of: Array("fields \(identifier)".utf8))
        )
    }
}
