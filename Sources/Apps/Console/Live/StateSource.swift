import Formats
import Identity
import Nodes

/// How the node stands at this moment, asked at most once in a while however many look.
actor StateSource {
    /// What every page has to know.
    struct State: Sendable, Equatable {
        let height: Height
        let time: Timestamp
        let standing: Standing
        /// Whose word the pages are.
        let member: MemberName
    }

    private let services: ConsoleServices
    private let freshness: Duration
    private var last: (state: State, at: Timestamp)?
    /// The question that is on its way, which whoever comes meanwhile waits for.
    private var pending: Task<State, any Error>?

    init(services: ConsoleServices, freshness: Duration) {
        (self.services, self.freshness) = (services, freshness)
    }

    /// - Throws: the ledger's error where the node does not even say its height.
    func state() async throws -> State {
        let now = services.clock.now
        let height = services.heights.current
        if let last, last.state.height == height, now.since(last.at) < freshness, now >= last.at { return last.state }
        if let pending { return try await pending.value }
        let services = services
        let task = Task { try await Self.ask(services) }
        pending = task
        defer { pending = nil }
        let state = try await task.value
        last = (state, now)
        return state
    }

    private static func ask(_ services: ConsoleServices) async throws -> State {
        do {
            let health = try await services.inspection.health()
            return State(
                height: health.height, time: health.headTime, standing: Standing(health), member: health.member)
        } catch {
            let status = try await services.ledger.status()
            return State(height: status.height, time: status.headTime, standing: .unknown, member: status.member)
        }
    }
}

/// The standing as modules of pages read it.
struct StateMessage: Codable, Sendable {
    let height: UInt64
    let heightText: String
    let timeText: String
    let standing: String
    /// What to tell people; `nil` where nothing is to be told.
    let sentence: String?

    init(_ state: StateSource.State, language: ConsoleLanguage) {
        height = state.height.rawValue
        heightText = Told.number(state.height.rawValue)
        timeText = Told.time(state.time)
        standing = state.standing.word
        sentence = state.standing.sentence(asOf: state.height)?.text(in: language)
    }
}
