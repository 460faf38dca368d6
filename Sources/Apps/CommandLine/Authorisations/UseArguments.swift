public import ArgumentParser
import Foundation
import Identity
public import Licences
import Nodes

// How the domain's types of authorisation and use are written on a command line.

extension UseAction: ExpressibleByArgument {
    public init?(argument: String) {
        guard let action = Self.allCases.first(where: { "\($0)" == argument || $0.name == argument }) else {
            return nil
        }
        self = action
    }

    public static var allValueStrings: [String] { allCases.map { "\($0)" } }
}

extension UseChannel: ExpressibleByArgument {
    public init?(argument: String) {
        guard let channel = Self.allCases.first(where: { "\($0)" == argument || $0.name == argument }) else {
            return nil
        }
        self = channel
    }

    public static var allValueStrings: [String] { allCases.map { "\($0)" } }
}

extension LicenceColumn: ExpressibleByArgument {}

extension RecordIdentifier where Self: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension GrantIdentifier: ExpressibleByArgument {}
extension BasisIdentifier: ExpressibleByArgument {}
extension AccessRequestIdentifier: ExpressibleByArgument {}
extension DecisionIdentifier: ExpressibleByArgument {}

/// A licence by its identifier or, whatever its version, by `type.issuer.serial`.
func licenceKey(_ text: String) throws -> LicenceKey {
    if let key = LicenceKey(text: text) { return key }
    return LicenceKey(try LicenceIdentifier(text))
}

extension Timestamp {
    /// The first moment of a day in Beijing.
    init(beginningOf day: CalendarDate) {
        var parts = DateComponents(year: day.year, month: day.month, day: day.day)
        parts.timeZone = TimeZone(secondsFromGMT: 8 * 3_600)
        let date = Calendar(identifier: .gregorian).date(from: parts)
        self.init(date ?? Date(timeIntervalSince1970: 0))
    }

    /// The last millisecond of a day in Beijing.
    init(endOf day: CalendarDate) {
        self.init(milliseconds: Timestamp(beginningOf: day).milliseconds + 86_400_000 - 1)
    }
}

/// From which day to which, by Beijing's calendar.
struct PeriodOptions: ParsableArguments {
    @Option(help: "The first day, yyyyMMdd, in Beijing; by default now.", transform: { try CalendarDate($0) })
    var from: CalendarDate?

    @Option(
        help: "The last day, yyyyMMdd, in Beijing; by default --days after the first.",
        transform: { try CalendarDate($0) })
    var until: CalendarDate?

    @Option(help: "How many days, where --until is not given.")
    var days = 30

    func validate() throws {
        guard (1...36_500).contains(days) else { throw ValidationError("--days is 1 to 36500") }
    }

    func period(now: Timestamp) throws -> ClosedRange<Timestamp> {
        let begin = from.map { Timestamp(beginningOf: $0) } ?? now
        let end = until.map { Timestamp(endOf: $0) } ?? begin.advanced(by: .seconds(Int64(days) * 86_400))
        guard begin <= end else {
            throw CommandFailure(.wrongUse, Phrase("--until lies before --from", "--until 早于 --from"))
        }
        return begin...end
    }
}

/// What is covered: licences, actions, purposes, fields, period and the rest.
struct ScopeOptions: ParsableArguments {
    @Option(help: "A licence that is covered, by its identifier; repeat for up to 16.", transform: licenceKey)
    var licence: [LicenceKey] = []

    @Option(help: "Instead of licences: all of this kind (证照类型代码).", transform: { try LicenceTypeCode($0) })
    var type: LicenceTypeCode?

    @Option(help: "query, download, present or apply; repeat for more.")
    var action: [UseAction] = []

    @Option(help: "A purpose code (用途); repeat for more.", transform: { try PurposeCode($0) })
    var purpose: [PurposeCode] = []

    @Option(help: "A field that may be released, such as certificate_name, or file; repeat for more.")
    var field: [LicenceColumn] = []

    @Option(help: "The item (事项编码) alone.", transform: { try ItemCode($0) })
    var item: ItemCode?

    @Option(name: .customLong("case"), help: "The case (办件编码) alone.", transform: { try CaseNumber($0) })
    var caseNumber: CaseNumber?

    @Option(help: "Uses in this region alone, six digits.", transform: { try RegionCode($0) })
    var region: RegionCode?

    @Option(help: "How many uses, at most.")
    var maximumUses: Int64?

    @OptionGroup var period: PeriodOptions

    func validate() throws {
        guard licence.isEmpty != (type == nil) else { throw ValidationError("give either --licence or --type") }
        guard !action.isEmpty, !purpose.isEmpty, !field.isEmpty else {
            throw ValidationError("give at least one --action, one --purpose and one --field")
        }
    }

    func scope(now: Timestamp) throws -> UseScope {
        let period = try period.period(now: now)
        return try UseScope(
            selection: type.map { .type($0) } ?? .licences(licence), actions: action, purposes: purpose, fields: field,
            notBefore: period.lowerBound, notAfter: period.upperBound, item: item, caseNumber: caseNumber,
            region: region, maximumUses: maximumUses)
    }
}

/// How it is shown that the holder wants it.
struct ProofOptions: ParsableArguments {
    @Option(help: "The PEM file of the holder's (or agent's) device key, which signs here.")
    var holderKey: String?

    @Option(help: "Instead: at which real-name level (1 to 4) the counter has recognised the person.")
    var level: Int64?

    @Option(help: "With --level: the file of what was shown and signed at the counter; only its digest is used.")
    var evidence: String?

    func validate() throws {
        guard holderKey == nil || level == nil else { throw ValidationError("give either --holder-key or --level") }
        guard (level == nil) == (evidence == nil) else { throw ValidationError("give --level and --evidence together") }
        if let level, RealNameLevel(rawValue: level) == nil { throw ValidationError("--level is 1 to 4") }
    }

    /// The proof; `nil` where none is given.
    /// - Parameter statement: what the holder signs, valid until a moment.
    func proof(
        suite: any CryptoSuite, now: Timestamp, of statement: (Timestamp) -> HolderStatement
    ) throws -> HolderProof? {
        if let holderKey {
            let key = try suite.signingKey(pem: try ProtectedFile.text(of: holderKey, limit: 16 << 10))
            let statement = statement(now.advanced(by: .seconds(600)))
            return .signature(try statement.signed(by: key, suite: suite))
        }
        guard let level, let evidence, let known = RealNameLevel(rawValue: level) else { return nil }
        let digest = try FileDigest.digest(of: URL(fileURLWithPath: evidence), suite: suite)
        return .attestation(CounterAttestation(level: known, evidence: digest))
    }

    /// The same where there has to be one.
    func requiredProof(
        suite: any CryptoSuite, now: Timestamp, of statement: (Timestamp) -> HolderStatement
    ) throws -> HolderProof {
        guard let proof = try proof(suite: suite, now: now, of: statement) else {
            throw CommandFailure(
                .wrongUse,
                Phrase(
                    "show that the holder wants it: --holder-key, or --level with --evidence",
                    "请出示持证主体确认：--holder-key，或 --level 与 --evidence"))
        }
        return proof
    }
}
