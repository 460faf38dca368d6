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
    }

    private let services: ConsoleServices
    private let freshness: Duration
    private var last: (state: State, at: Timestamp)?

    init(services: ConsoleServices, freshness: Duration) {
        (self.services, self.freshness) = (services, freshness)
    }

    /// - Throws: the ledger's error where the node does not even say its height.
    func state() async throws -> State {
        let now = services.clock.now
        let height = services.heights.current
        if let last, last.state.height == height, now.since(last.at) < freshness, now >= last.at { return last.state }
        let state: State
        do {
            let health = try await services.inspection.health()
            state = State(height: health.height, time: health.headTime, standing: Standing(health))
        } catch {
            let status = try await services.ledger.status()
            state = State(height: status.height, time: status.headTime, standing: .unknown)
        }
        last = (state, now)
        return state
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
