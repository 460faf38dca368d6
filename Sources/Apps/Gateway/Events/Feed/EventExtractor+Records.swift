import Formats
import Identity
import Ledger
import Licences
import OneThings

extension EventExtractor {
    /// Events that one change of the state may be: their places are kept for each, whichever of them there are.
    private static let eventsPerChange: UInt32 = 4

    /// What a block has written that nobody has announced: decisions, releases, authorisations, notices of cases.
    ///
    /// A record of authorisation changes when it ends. Which of its moments is of this block, its heights tell.
    func appendRecords(of block: FollowedBlock, to events: inout [FeedEvent]) throws(EventError) {
        let header = block.header
        let position = UInt32(block.entries.count + 1)
        for (number, change) in block.changes.enumerated() {
            let contents: [(place: UInt32, content: EventContent)]
            switch change.contract {
            case UsageContract.contractName:
                contents = try use(change).map { [(UInt32(0), $0)] } ?? []
            case AuthorisationContract.contractName:
                contents = try authorisation(change, at: header.height)
            case CasesContract.contractName:
                contents = try notice(change).map { [(UInt32(0), $0)] } ?? []
            default: continue
            }
            for (place, content) in contents {
                events.append(
                    FeedEvent(
                        cursor: EventCursor(
                            height: header.height, position: position,
                            index: UInt32(number) * Self.eventsPerChange + place),
                        type: content.type, time: header.timestamp, departments: content.departments,
                        licences: content.licences, oneThing: content.oneThing, data: content.data))
            }
        }
    }

    // MARK: Uses

    private func use(_ change: StateChange) throws(EventError) -> EventContent? {
        guard let value = change.value, let kind = UsageKeys.kind(ofRecord: change.key) else { return nil }
        switch kind {
        case .decision: return Self.content(of: try Self.read(value, as: Decision.self))
        case .release: return Self.content(of: try Self.read(value, as: Release.self))
        case .presentation:
            let shown = try Self.read(value, as: PresentationUse.self)
            return EventContent(
                .usePresented,
                [
                    "presentation": .text("\(shown.presentation)"), "licence": .text(shown.licence.text),
                    "owner": .text(shown.owner.rawValue), "purpose": .text(shown.purpose.text),
                    "fields": .texts(shown.fields.map(\.rawValue)), "maximumScans": .number(shown.maximumScans),
                    "expiresAt": .text("\(shown.expiresAt)"),
                ], licences: [shown.licence], departments: [shown.owner] + (shown.audience.map { [$0] } ?? []))
        case .verification:
            let found = try Self.read(value, as: VerificationUse.self)
            return EventContent(
                .useVerified,
                [
                    "verification": .text("\(found.identifier)"), "licence": .text(found.licence.text),
                    "owner": .text(found.owner.rawValue), "verifier": .text(found.verifier.rawValue),
                    "application": .text(found.application.text), "outcome": .text("\(found.outcome)"),
                ].merging(Self.context(found.context)) { $1 }, licences: [found.licence],
                departments: [found.verifier, found.owner], oneThing: found.context.oneThing)
        case .resolution:
            let resolution = try Self.read(value, as: ResolutionUse.self)
            return EventContent(
                .useResolved,
                [
                    "resolution": .text("\(resolution.identifier)"), "resolver": .text(resolution.resolver.rawValue),
                    "application": .text(resolution.application.text),
                ].merging(Self.context(resolution.context)) { $1 }, departments: [resolution.resolver],
                oneThing: resolution.context.oneThing)
        }
    }

    private static func content(of decision: Decision) -> EventContent {
        EventContent(
            .useDecided,
            [
                "decision": .text("\(decision.identifier)"), "outcome": .text("\(decision.outcome)"),
                "reasons": .texts(decision.reasons.map(\.word)), "licence": .text(decision.licence.text),
                "owner": .text(decision.owner.rawValue), "requester": .text(decision.requester.rawValue),
                "application": .text(decision.application.text), "action": .text("\(decision.action)"),
                "fields": .texts(decision.fields.map(\.rawValue)), "authority": .text(decision.authority.kind),
                "expiresAt": .text("\(decision.expiresAt)"),
            ].merging(context(decision.context)) { $1 }, licences: [decision.licence],
            departments: [decision.requester, decision.owner], oneThing: decision.context.oneThing)
    }

    private static func content(of release: Release) -> EventContent {
        EventContent(
            .useReleased,
            [
                "decision": .text("\(release.decision)"), "licence": .text(release.licence.text),
                "owner": .text(release.owner.rawValue), "requester": .text(release.requester.rawValue),
                "action": .text("\(release.action)"), "kind": .text("\(release.kind)"),
                "fields": .texts(release.fields.map(\.rawValue)),
            ].merging(context(release.context)) { $1 }, licences: [release.licence],
            departments: [release.requester, release.owner], oneThing: release.context.oneThing)
    }

    /// What a licence is used for. The number of a department's own case is that department's, and is not told.
    private static func context(_ context: UseContext) -> [String: EventValue] {
        var data: [String: EventValue] = ["purpose": .text(context.purpose.text)]
        if let item = context.item { data["item"] = .text(item.text) }
        return data
    }

    // MARK: Cases

    /// A notice for the own department.
    private func notice(_ change: StateChange) throws(EventError) -> EventContent? {
        guard let value = change.value, let number = CaseKeys.notice(ofElement: change.key, of: department) else {
            return nil
        }
        let notice = try Self.read(value, as: CaseNotice.self)
        var data: [String: EventValue] = [
            "number": .number(Int64(clamping: notice.number)),
            "notice": .number(Int64(clamping: number)),
        ]
        if let step = notice.step {
            data["step"] = .text(step.rawValue)
            data["attempt"] = .number(notice.attempt)
        }
        return EventContent(
            EventType(rawValue: "case.\(notice.kind)"), data, departments: [department], oneThing: notice.code)
    }
}
