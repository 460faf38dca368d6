import ClusterTransport
import Distributed
import Identity

struct Note: Codable, Sendable, Equatable {
    var number = 0
    var bytes: [UInt8] = []
}

struct EchoError: Error, Codable, Equatable {
    let reason: String
}

struct UndeclaredError: Error {
    let secret = "the database password"
}

/// The actor that the tests call.
distributed actor Echo: RemotelyCallable {
    typealias ActorSystem = ClusterSystem

    static let remoteMethods = RemoteMethods<Echo> { methods in
        methods.method(1, "echo(_:)", roles: [.client, .validator, .observer]) { try await $0.echo($1) }
        methods.method(2, "fail(_:)", roles: [.client], failure: EchoError.self) { try await $0.fail($1) }
        methods.method(3, "administer(_:)", roles: [.administrator]) { try await $0.administer($1) }
        methods.method(4, "hang(_:)", roles: [.client]) { try await $0.hang($1) }
        methods.method(5, "caller()", roles: [.client]) { try await $0.caller() }
        methods.method(6, "sum()", roles: [.client]) { try await $0.sum() }
        methods.method(7, "reset()", roles: [.client]) { try await $0.reset() }
        methods.method(9, "explode(_:)", roles: [.client], lane: .bulk) { try await $0.explode($1) }
        methods.oneWay(20, "note(_:)", roles: [.client, .validator]) { try await $0.note($1) }
        methods.oneWay(21, "block(_:)", roles: [.client, .validator]) { try await $0.block($1) }
        methods.oneWay(22, "request(_:)", roles: [.client], lane: .requests) { try await $0.note($1) }
        methods.oneWay(23, "stall(_:)", roles: [.client], lane: .requests) { try await $0.block($1) }
    }

    private(set) var notes: [Int] = []
    private var waiting: [AsyncStream<Void>.Continuation] = []
    private(set) var cancellations = 0
    private var isOpen = false
    private var numberObservers: [(Int, CheckedContinuation<Void, Never>)] = []
    private var observers: [(Int, CheckedContinuation<Void, Never>)] = []

    init(actorSystem: ClusterSystem) {
        self.actorSystem = actorSystem
    }

    distributed func echo(_ note: Note) -> Note { note }

    distributed func fail(_ reason: String) throws -> Int {
        if reason.isEmpty { throw UndeclaredError() }
        throw EchoError(reason: reason)
    }

    distributed func administer(_ note: Note) -> Int { note.number }

    /// Waits until the caller gives up, or ``open()``.
    distributed func hang(_ note: Note) async throws -> Int {
        notes.append(note.number)
        announce()
        await gate()
        guard Task.isCancelled else { return note.number }
        cancellations += 1
        announce()
        throw CancellationError()
    }

    distributed func caller() -> String { CallContext.current.map { "\($0.caller.member)" } ?? "nobody" }

    distributed func sum() -> Int { notes.reduce(0, +) }

    distributed func reset() { notes = [] }

    /// Lets everything go on that waits, now and later.
    distributed func open() {
        isOpen = true
        for continuation in waiting { continuation.finish() }
        waiting = []
    }

    private func gate() async {
        guard !isOpen else { return }
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        waiting.append(continuation)
        // Ends with the stream, or with the task.
        for await _ in stream {}
    }

    distributed func explode(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }

    distributed func unlisted(_ note: Note) -> Int { note.number }

    distributed func note(_ note: Note) {
        notes.append(note.number)
        announce()
    }

    distributed func request(_ note: Note) { self.note(note) }

    /// A message whose execution takes until ``open()``.
    distributed func block(_ note: Note) async {
        notes.append(note.number)
        announce()
        await gate()
    }

    distributed func stall(_ note: Note) async { await block(note) }

    /// Waits until so many notes and cancellations have come.
    func reached(_ count: Int) async {
        if notes.count + cancellations >= count { return }
        await withCheckedContinuation { observers.append((count, $0)) }
    }

    /// Waits until the note of this number has come.
    func received(_ number: Int) async {
        if notes.contains(number) { return }
        await withCheckedContinuation { numberObservers.append((number, $0)) }
    }

    private func announce() {
        for (_, observer) in numberObservers.filter({ notes.contains($0.0) }) { observer.resume() }
        numberObservers.removeAll { notes.contains($0.0) }
        let count = notes.count + cancellations
        for (_, observer) in observers.filter({ $0.0 <= count }) { observer.resume() }
        observers.removeAll { $0.0 <= count }
    }
}

extension Echo {
    /// Runs `body` on the local actor.
    nonisolated func inside<Result: Sendable>(
        _ body: @Sendable @escaping (isolated Echo) async -> Result
    ) async -> Result? {
        await whenLocal { await body($0) }
    }
}
