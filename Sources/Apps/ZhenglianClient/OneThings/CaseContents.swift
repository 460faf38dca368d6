import Formats
public import Identity
public import Licences
import Nodes
public import OneThings

/// What stands behind the digests of a case (信息与材料): kept by the department's own node, fetched from others' by the
/// department whose step needs it.
public struct CaseContents: Sendable {
    private let client: ZhenglianClient

    init(_ client: ZhenglianClient) { self.client = client }

    private var genesis: Genesis { client.genesis }
    private var cases: CasesClient { client.oneThings.cases }

    /// Has the own department's node keep items and the files of papers, and says what goes on the ledger.
    ///
    /// The same again changes nothing: whoever has lost the answer asks again.
    /// - Parameters:
    ///   - items: with fresh salts.
    ///   - files: of every paper among them.
    ///   - service: the own department's node.
    /// - Throws: ``OneThingServiceError``, with code `malformed` where a file is missing or is not the paper's.
    public func store(
        _ items: CaseItems, files: [CaseFile], at service: any OneThingService
    ) async throws -> CaseContent {
        // One file in a message: together they may be more than a frame carries.
        var reply = try await service.store(
            StoreItemsMessage(items: items.derBytes, files: []), caller: client.identity.member)
        for file in files {
            reply = try await service.store(
                StoreItemsMessage(items: items.derBytes, files: [file.derBytes]), caller: client.identity.member)
        }
        guard reply.missing.isEmpty else {
            throw OneThingServiceError(
                .malformed, "the files of \(reply.missing.joined(separator: ", ")) are missing")
        }
        let content = items.content(suite: genesis.suite)
        guard reply.content == content.derBytes else {
            throw OneThingServiceError(.unavailable, "the node keeps something else than it was given")
        }
        return content
    }

    /// Where the items are that a step needs: which list of content, kept by whom.
    public struct Source: Hashable, Sendable {
        public let content: Int64
        public let stored: StoredContent
        public let items: [Label]

        public init(content: Int64, stored: StoredContent, items: [Label]) {
            (self.content, self.stored, self.items) = (content, stored, items)
        }
    }

    /// Finds out who keeps what a step needs. Values that stand on the ledger are read there and not here.
    /// - Parameter items: some of what the step needs; all of it when it is `nil`.
    /// - Throws: ``OneThingServiceError`` with code `unknown`; the node's error.
    public func sources(of code: OneThingCode, step: Label, items: [Label]? = nil) async throws -> [Source] {
        let known = try await cases.standing(of: code).known
        let definition = try await cases.definition(of: known)
        guard let needs = definition.step(step)?.needs else {
            throw OneThingServiceError(.unknown, "\(known.matter) has no step '\(step)'")
        }
        let wanted = try (items ?? needs).filter { item in
            guard needs.contains(item) else {
                throw OneThingServiceError(.notNeeded, "'\(step)' does not need '\(item)' by the definition")
            }
            return definition.field(item)?.isOnLedger != true
        }
        var places: [Int64: [Label]] = [:]
        for item in wanted {
            guard let place = known.content(of: item) else {
                throw OneThingServiceError(.unknown, "'\(item)' has not come in")
            }
            places[place, default: []].append(item)
        }
        var sources: [Source] = []
        for (place, items) in places.sorted(by: { $0.key < $1.key }) {
            sources.append(
                Source(
                    content: place, stored: try await cases.content(place, of: code), items: items.sorted()))
        }
        return sources
    }

    /// Fetches items from the node of the department that keeps them, and checks what comes: nothing is believed that
    /// the node says. The items have to be those of the ledger's root, and the release has to stand on the ledger.
    /// - Parameters:
    ///   - source: where the items are.
    ///   - step: the step that needs them, in the hand of the caller's department.
    ///   - key: a fresh key pair, which alone opens the answer.
    ///   - service: the node of the department that keeps them.
    /// - Throws: ``OneThingServiceError``; `OneThingError` with code `wrongContent` where something does not hold; the
    ///   node's error.
    public func fetch(
        _ source: Source, of code: OneThingCode, step: Label, attempt: Int64, key: any RecipientKey,
        from service: any OneThingService
    ) async throws -> ReleasedItems {
        let order = try CaseFetchOrder(
            channel: genesis.channel, code: code, step: step, attempt: attempt, content: source.content,
            items: source.items, recipientKey: key.subjectPublicKeyInfo)
        let reply = try await service.fetch(
            FetchItemsMessage(order: order.derBytes), caller: client.identity.member)
        let bytes = try key.open(reply.sealed, context: order.sealingContext(suite: genesis.suite))
        let released = try ReleasedItems(derBytes: bytes, limit: ReleasedItems.maximumByteCount)
        guard released.order == order else {
            throw OneThingError(.wrongContent, "the node has answered another order")
        }
        try released.check(against: source.stored, suite: genesis.suite)
        try await checkIsRecorded(released)
        return released
    }

    /// Fetches items together where one answer carries them, otherwise one by one; each answer with a fresh key pair.
    /// - Throws: as ``fetch(_:of:step:attempt:key:from:)``.
    public func fetchAll(
        _ source: Source, of code: OneThingCode, step: Label, attempt: Int64, from service: any OneThingService
    ) async throws -> [ReleasedItems] {
        func fetch(_ source: Source) async throws -> ReleasedItems {
            try await self.fetch(
                source, of: code, step: step, attempt: attempt, key: genesis.suite.recipientCipher.generateKey(),
                from: service)
        }
        do {
            return [try await fetch(source)]
        } catch let error as OneThingServiceError where error.code == .tooLarge && source.items.count > 1 {
            var released: [ReleasedItems] = []
            for item in source.items {
                released.append(
                    try await fetch(Source(content: source.content, stored: source.stored, items: [item])))
            }
            return released
        }
    }

    /// That the ledger has the release. What another node has written a moment ago this one may not have executed yet,
    /// so absence is an answer only when it lasts.
    private func checkIsRecorded(_ released: ReleasedItems) async throws {
        let digest = released.digest(suite: genesis.suite)
        try await Retry(patience: .seconds(20)).run(
            while: { $0 as? OneThingError != nil || Retry.isPassing($0) }
        ) {
            let events = try await cases.events(of: released.order.code)
            guard events.contains(where: { $0.event.kind == .released && $0.event.digest == digest }) else {
                throw OneThingError(.wrongContent, "the release is not on the ledger: do not use what came")
            }
        }
    }
}

extension OneThingsClient {
    /// What stands behind the digests of cases.
    public var contents: CaseContents { CaseContents(client) }
}
