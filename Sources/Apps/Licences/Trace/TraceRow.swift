import Formats
import Identity

/// An event of a trace as one row, for exports and for people.
public struct TraceRow: Sendable, Hashable, Codable {
    /// How much of an event is shown.
    public enum View: Sendable, Hashable {
        /// To departments and auditors: everything.
        case whole
        /// To the holder: who used what, when, for what and by which right; not which member of a department's staff,
        /// nor by which key.
        case holder
    }

    public let event: String
    public let time: String
    public let height: UInt64
    public let licence: String?
    public let owner: String?
    public let holder: String?
    public let department: String
    public let application: String?
    public let operatorDigest: String?
    public let action: String?
    public let purpose: String?
    public let item: String?
    public let caseNumber: String?
    public let oneThing: String?
    public let channel: String?
    public let region: String?
    public let outcome: String?
    public let reasons: [String]
    public let fields: [String]
    public let authority: String?
    public let authorityRecord: String?
    public let agent: String?
    public let presentation: String?
    public let decision: String?
    public let delivered: String?
    public let key: String?
    public let basis: String?

    /// The names of the columns of an export, in order.
    public static let columns = [
        "event", "time", "height", "licence", "owner", "holder", "department", "application", "operator", "action",
        "purpose", "item", "case", "one_thing", "channel", "region", "outcome", "reasons", "fields", "authority",
        "authority_record", "agent", "presentation", "decision", "delivered", "key",
        "basis",
    ]

    /// The values of the columns, in order; nothing where there is none.
    public var values: [String] {
        [
            event, time, String(height), licence ?? "", owner ?? "", holder ?? "", department, application ?? "",
            operatorDigest ?? "", action ?? "", purpose ?? "", item ?? "", caseNumber ?? "", oneThing ?? "",
            channel ?? "", region ?? "", outcome ?? "", reasons.joined(separator: " "),
            fields.joined(separator: " "), authority ?? "", authorityRecord ?? "", agent ?? "", presentation ?? "",
            decision ?? "", delivered ?? "", key ?? "", basis ?? "",
        ]
    }

    public init(_ event: UsageEvent, view: View = .whole) {
        let isWhole = view == .whole
        var decision: Decision?
        var release: Release?
        var verification: VerificationUse?
        var resolution: ResolutionUse?
        switch event {
        case .decision(let event): decision = event
        case .release(let event): release = event
        case .presentation: break
        case .verification(let event): verification = event
        case .resolution(let event): resolution = event
        }
        self.event = "\(event.kind)"
        time = event.time.description
        height = event.height.rawValue
        licence = event.licence?.text
        owner = event.owner?.rawValue
        holder = event.holder?.text
        department = event.department.rawValue
        application = (decision?.application ?? verification?.application ?? resolution?.application)?.text
        operatorDigest =
            isWhole ? (decision?.operatorDigest ?? resolution?.operatorDigest)?.description : nil
        action = event.action.map { "\($0)" }
        purpose = event.purpose?.text
        item = event.context?.item?.text
        caseNumber = event.context?.caseNumber?.text
        oneThing = event.context?.oneThing?.text
        channel = (decision?.channel ?? verification?.channel ?? resolution?.channel).map { "\($0)" }
        region = decision?.region?.text
        outcome = decision.map { "\($0.outcome)" } ?? verification.map { "\($0.outcome)" }
        reasons = decision?.reasons.map(\.word) ?? []
        authority = decision?.authority.kind
        authorityRecord = decision?.authority.record?.description
        agent = decision?.agent?.description
        delivered = isWhole ? release?.delivered.description : nil
        self.decision = (decision?.identifier ?? release?.decision)?.description
        let signer =
            decision?.requesterKey ?? release?.releaser ?? verification?.verifierKey ?? resolution?.resolverKey
        key = isWhole ? signer?.description : nil
        basis = resolution?.basis
        if case .presentation(let shown) = event {
            presentation = shown.presentation.description
            fields = shown.fields.map(\.rawValue)
        } else {
            presentation = decision?.presentation?.description
            fields = (decision?.fields ?? release?.fields ?? []).map(\.rawValue)
        }
    }
}
