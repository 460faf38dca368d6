import Foundation
import Identity
import Licences

/// Everything that a decision depends on, as plain facts: no keys, no encodings, no counters in entries.
struct Situation {
    struct Agent {
        var isAgentGrant: Bool
        var isHolders: Bool
        var isWithdrawn: Bool
        var height: Int64
        var scope: UseScope
        var uses: Int64
    }

    struct Authorisation {
        var isForRequester: Bool
        /// A grant's: by the licence's holder. A basis' or a request's: of the licence's owner.
        var isOfTheRightParty: Bool
        /// Withdrawn, ended, refused or not answered.
        var isEnded: Bool
        var height: Int64
        var scope: UseScope
        var uses: Int64
    }

    /// What the owner's node has put on the ledger of a presentation.
    struct Shown {
        enum Audience: CaseIterable { case anybody, requester, others }

        var audience: Audience
        var isOfTheLicence: Bool
        var purpose: PurposeCode
        var fields: [LicenceColumn]
        var expiresAt: Timestamp
        var maximumScans: Int64
    }

    enum Proof: CaseIterable {
        case none, counterStrong, counterWeak, signed, signedByAnother, signedAndExpired, signedAndUsedBefore
    }

    var now: Timestamp
    var licence: CatalogueRecord?
    var request: UseRequest
    var isRequesterOwner: Bool
    var frozen: Set<DenialReason>
    /// The height at which all authorisations on the licence were closed.
    var closedAt: Int64?
    var entitlement: Entitlement?
    var authorisation: Authorisation?
    var agent: Agent?
    var proof: Proof
    var shown: Shown?
    var scans: Int64
    var decisionsToday: Int64
    var decisionsThisMinute: Int64
    var rules: DecisionRules
}

/// The access decision a second time, written from `domain.md` 4.4 and the page of the rules as a list of sentences
/// that each stand alone, to be compared with the ledger's.
struct NaiveDecision {
    private(set) var reasons: Set<DenialReason>
    private(set) var fields: [LicenceColumn]

    private var denials: Set<DenialReason> = []

    private mutating func deny(_ reason: DenialReason, if condition: Bool) {
        if condition { denials.insert(reason) }
    }

    init(_ situation: Situation) {
        reasons = []
        fields = []
        judgeLicence(situation)
        judgeEntitlement(situation)
        judgeAuthorisation(situation)
        judgeSubject(situation)
        judgeRates(situation)
        fields = Self.released(situation)
        deny(.fieldsNotCovered, if: fields.isEmpty)
        deny(.fieldsNotCovered, if: situation.request.action == .download && !fields.contains(.file))
        reasons = denials
    }

    private mutating func judgeLicence(_ situation: Situation) {
        let request = situation.request
        let isTakenDown = situation.licence?.tombstone != nil

        // The licence is on the ledger, current, and its status lets the action be.
        deny(.licenceUnknown, if: situation.licence == nil)
        deny(.licenceTakenDown, if: isTakenDown)
        if let licence = situation.licence, !isTakenDown {
            deny(.versionNotCurrent, if: licence.identifier != request.licence)
            let today = Self.beijingDay(situation.now)
            let isOver = licence.validity.until.map { Self.number($0) < today } ?? false
            let mayExpire = ["01", "02"].contains(licence.status.text)
            let expired = isOver && mayExpire
            let isLive = licence.status.text == "01" && !expired
            let hasBegun = Self.number(licence.validity.from) <= today
            // Whatever is not live or has not begun may be looked up, and nothing else.
            let mayAct = request.action == .query || isLive && hasBegun
            deny(.licenceExpired, if: !mayAct && expired)
            deny(.statusForbidsAction, if: !mayAct && !expired)
        }
        denials.formUnion(situation.frozen)
        if situation.licence?.holder == nil { denials.remove(.holderFrozen) }
    }

    private mutating func judgeEntitlement(_ situation: Situation) {
        let now = situation.now.milliseconds
        // The department's system is entitled to the kind; owners to their own.
        if !situation.isRequesterOwner {
            deny(.notEntitled, if: situation.entitlement == nil)
            if let entitlement = situation.entitlement {
                let isOver = now < entitlement.notBefore.milliseconds || entitlement.notAfter.milliseconds < now
                deny(.entitlementNotInForce, if: isOver || entitlement.withdrawal != nil)
                deny(.entitlementForbidsAction, if: !Set(entitlement.actions).contains(situation.request.action))
            }
        }
    }

    private mutating func judgeAuthorisation(_ situation: Situation) {
        let request = situation.request
        let now = situation.now.milliseconds
        deny(.oneThingNotOpen, if: request.context.oneThing?.text == BenchOneThings.over)
        // A grant, a basis or an answered request matches the use.
        if request.authority != .holder {
            deny(.authorityUnknown, if: situation.authorisation == nil)
            if let authorisation = situation.authorisation {
                deny(.authorityOfOthers, if: !authorisation.isForRequester || !authorisation.isOfTheRightParty)
                // Where nobody is known to hold the licence, no grant is the holder's.
                if case .grant = request.authority {
                    deny(.authorityOfOthers, if: situation.licence?.holder == nil)
                }
                deny(.authorityWithdrawn, if: authorisation.isEnded)
                deny(.authorityClosed, if: authorisation.height <= situation.closedAt ?? -1)
                denials.formUnion(Self.mismatches(authorisation.scope, request, now))
                deny(.usesExhausted, if: authorisation.scope.maximumUses.map { $0 <= authorisation.uses } ?? false)
            }
        }

    }

    private mutating func judgeSubject(_ situation: Situation) {
        let request = situation.request
        let now = situation.now.milliseconds
        let holder = situation.licence?.holder
        // The subject is the holder, or an agent with a live grant; where they are needed they are there.
        var isSigned = false
        if request.authority == .holder || request.agent != nil {
            deny(.holderUnknown, if: holder == nil)
            if holder != nil {
                let agent = situation.agent.flatMap { $0.isAgentGrant ? $0 : nil }
                deny(.agentUnknown, if: request.agent != nil && agent == nil)
                if request.agent != nil, let agent {
                    deny(.agentOfOthers, if: !agent.isHolders)
                    deny(.agentWithdrawn, if: agent.isWithdrawn)
                    deny(.agentClosed, if: agent.height <= situation.closedAt ?? -1)
                    let mismatches = Self.mismatches(agent.scope, request, now)
                    let times: Set<DenialReason> = [.authorityNotYetInForce, .authorityNoLongerInForce]
                    deny(.agentNotInForce, if: !mismatches.isDisjoint(with: times))
                    deny(.agentLacksPower, if: !mismatches.subtracting(times).isEmpty)
                    deny(.usesExhausted, if: agent.scope.maximumUses.map { $0 <= agent.uses } ?? false)
                }
                if request.agent == nil || agent != nil {
                    deny(.proofMissing, if: situation.proof == .none)
                    deny(.proofTooWeak, if: situation.proof == .counterWeak)
                    deny(.proofInvalid, if: situation.proof == .signedByAnother)
                    deny(.proofExpired, if: situation.proof == .signedAndExpired)
                    deny(.proofReplayed, if: situation.proof == .signedAndUsedBefore)
                    isSigned = [.signed, .signedAndExpired, .signedAndUsedBefore].contains(situation.proof)
                }
            }
        }
        if let presentation = request.presentation {
            deny(.presentationUnproved, if: !isSigned)
            deny(.presentationExpired, if: presentation.expiresAt.milliseconds < now)
            deny(.presentationUsedUp, if: presentation.maximumScans <= situation.scans)
            deny(.presentationUnknown, if: situation.shown == nil)
            if let shown = situation.shown {
                deny(.presentationForOthers, if: shown.audience == .others)
                deny(.presentationDiffers, if: !shown.isOfTheLicence || request.context.purpose != shown.purpose)
                deny(.presentationDiffers, if: request.action != .present || request.authority != .holder)
                deny(.presentationDiffers, if: !Set(request.fields).isSubset(of: shown.fields))
                deny(.presentationDiffers, if: presentation.expiresAt != shown.expiresAt)
                deny(.presentationDiffers, if: presentation.maximumScans != shown.maximumScans)
            }
        }

    }

    private mutating func judgeRates(_ situation: Situation) {
        deny(.departmentRateExceeded, if: situation.decisionsToday >= situation.rules.departmentDayLimit)
        deny(
            .holderRateExceeded,
            if: situation.licence?.holder != nil
                && situation.decisionsThisMinute >= situation.rules.holderMinuteLimit)
    }

    /// What all of them let through.
    private static func released(_ situation: Situation) -> [LicenceColumn] {
        let request = situation.request
        var layers: [[LicenceColumn]] = []
        if !situation.isRequesterOwner, let entitlement = situation.entitlement { layers.append(entitlement.fields) }
        if request.authority != .holder, let authorisation = situation.authorisation {
            layers.append(authorisation.scope.fields)
        }
        if request.agent != nil, situation.licence?.holder != nil, let agent = situation.agent, agent.isAgentGrant {
            layers.append(agent.scope.fields)
        }
        return request.fields.filter { field in layers.allSatisfy { $0.contains(field) } }
    }

    private static func mismatches(_ scope: UseScope, _ request: UseRequest, _ now: Int64) -> Set<DenialReason> {
        var found: Set<DenialReason> = []
        if now < scope.notBefore.milliseconds { found.insert(.authorityNotYetInForce) }
        if scope.notAfter.milliseconds < now { found.insert(.authorityNoLongerInForce) }
        let isNamed =
            switch scope.selection {
            case .licences(let licences): licences.map(\.text).contains { request.licence.text.contains(".\($0).") }
            case .type(let type): request.licence.text.contains(".\(type.text).")
            }
        if !isNamed { found.insert(.licenceNotCovered) }
        if scope.actions.filter({ $0 == request.action }).isEmpty { found.insert(.actionNotCovered) }
        if scope.purposes.filter({ $0 == request.context.purpose }).isEmpty { found.insert(.purposeNotCovered) }
        if scope.item != nil, scope.item?.text != request.context.item?.text { found.insert(.itemNotCovered) }
        if scope.caseNumber != nil, scope.caseNumber?.text != request.context.caseNumber?.text {
            found.insert(.caseNotCovered)
        }
        if let region = scope.region {
            let digits = region.text.hasSuffix("0000") ? 2 : region.text.hasSuffix("00") ? 4 : 6
            if request.region?.text.prefix(digits) != region.text.prefix(digits) { found.insert(.regionNotCovered) }
        }
        return found
    }

    private static func number(_ date: CalendarDate) -> Int { date.year * 10_000 + date.month * 100 + date.day }

    private static func beijingDay(_ time: Timestamp) -> Int {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 8 * 3_600) ?? calendar.timeZone
        let parts = calendar.dateComponents([.year, .month, .day], from: time.date)
        return (parts.year ?? 0) * 10_000 + (parts.month ?? 0) * 100 + (parts.day ?? 0)
    }
}
