import ClusterTransport
import Identity
import Testing

/// Deadlines, cancellation, order and back-pressure.
@Suite(.timeLimit(.minutes(1)))
struct LinkTests {
    @Test func callWithoutAnswerFailsAtItsDeadlineAndIsCancelledAtTheCallee() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            // The connection stands before the short deadline begins.
            try await pair.echo.reset()
            let error = await failure {
                _ = try await withDeadline(.milliseconds(500)) { try await pair.echo.hang(Note(number: 1)) }
            }
            #expect(error?.code == .deadlineExceeded)
            // One for the start, one for the cancellation.
            _ = await pair.hosted.inside { await $0.reached(2) }
        }
    }

    @Test func cancelledTaskCancelsItsCallAtTheCallee() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let task = Task { try await pair.echo.hang(Note(number: 1)) }
            _ = await pair.hosted.inside { await $0.reached(1) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            _ = await pair.hosted.inside { await $0.reached(2) }
            #expect(try await pair.echo.echo(Note(number: 2)).number == 2)
        }
    }

    @Test func callOfACancelledTaskIsNotMade() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await pair.echo.echo(Note(number: 1))
            }
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test(arguments: [false, true])
    func oneWayMessagesAreCarriedOutInTheOrderOfSending(onRequests: Bool) async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            for number in 0..<2000 {
                let note = Note(number: number)
                if onRequests { try await pair.echo.request(note) } else { try await pair.echo.note(note) }
            }
            _ = await pair.hosted.inside { await $0.reached(2000) }
            #expect(await pair.hosted.inside { $0.notes } == Array(0..<2000))
        }
    }

    @Test func fullConsensusLaneDropsTheOldestMessages() async throws {
        var limits = TransportLimits.testing
        limits.consensus.maximumQueuedBytes = 1 << 20
        limits.maximumPendingOneWays = 4
        try await withConsortium { [limits] consortium in
            let pair = try await EchoPair(in: consortium, limits: limits)
            let bytes = [UInt8](repeating: 1, count: 256 << 10)
            let count = 120
            for number in 0..<count { try await pair.echo.block(Note(number: number, bytes: bytes)) }
            try await pair.hosted.open()
            try await pair.echo.note(Note(number: count))
            _ = await pair.hosted.inside { await $0.received(count) }
            let notes = try #require(await pair.hosted.inside { $0.notes })
            #expect(notes.count < count)
            #expect(notes == notes.sorted())
        }
    }

    @Test func fullRequestLaneSuspendsTheSenderAndLosesNothing() async throws {
        var limits = TransportLimits.testing
        limits.requests.maximumQueuedBytes = 1 << 20
        limits.maximumPendingOneWays = 4
        try await withConsortium { [limits] consortium in
            let pair = try await EchoPair(in: consortium, limits: limits)
            let bytes = [UInt8](repeating: 1, count: 256 << 10)
            try await pair.echo.request(Note(number: 0))
            var sent = 1
            let error = await failure {
                try await withDeadline(.milliseconds(300)) {
                    while true {
                        try await pair.echo.stall(Note(number: sent, bytes: bytes))
                        sent += 1
                    }
                }
            }
            #expect(error?.code == .deadlineExceeded)
            try await pair.hosted.open()
            _ = await pair.hosted.inside { [sent] in await $0.reached(sent) }
            #expect(await pair.hosted.inside { $0.notes } == Array(0..<sent))
        }
    }

    @Test func moreCallsThanTheCalleeTakesWaitTheirTurn() async throws {
        var limits = TransportLimits.testing
        limits.requests.maximumConcurrentCalls = 3
        try await withConsortium { [limits] consortium in
            let pair = try await EchoPair(in: consortium, limits: limits)
            let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<200 {
                    group.addTask { try await pair.echo.echo(Note(number: number)).number }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(numbers.sorted() == Array(0..<200))
        }
    }

    @Test func messagesBeyondTheLimitOfTheirLaneAreRefusedBeforeTheyAreSent() async throws {
        var limits = TransportLimits.testing
        limits.requests.maximumFrameBytes = 1000
        limits.bulk.maximumFrameBytes = 1000
        try await withConsortium { [limits] consortium in
            let pair = try await EchoPair(in: consortium, limits: limits)
            let large = Note(bytes: [UInt8](repeating: 0, count: 2000))
            #expect(await failure { _ = try await pair.echo.echo(large) }?.code == .frameTooLarge)
            #expect(await failure { _ = try await pair.echo.explode(2000) }?.code == .frameTooLarge)
            #expect(try await pair.echo.explode(500).count == 500)
        }
    }
}
