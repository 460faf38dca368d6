import Formats
import Identity
import Nodes
import Replication
import Synchronization
import Testing

@Suite struct OutqueueTests {
    /// What the queue hands out until it has handed out `count` elements.
    private func batches(of queue: Outqueue, count: Int, batchBytes: Int) async -> [[[UInt8]]] {
        let (stream, continuation) = AsyncStream.makeStream(of: [[UInt8]].self)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await queue.drain(batchBytes: batchBytes) { continuation.yield($0) } }
            var batches: [[[UInt8]]] = []
            for await batch in stream {
                batches.append(batch)
                if batches.reduce(0, { $0 + $1.count }) >= count { break }
            }
            group.cancelAll()
            return batches
        }
    }

    @Test func elementsComeInOrderAndInBatches() async {
        let queue = Outqueue(maximumBytes: 1_000)
        for byte in UInt8(0)..<5 {
            queue.append([byte, byte])
        }
        let batches = await batches(of: queue, count: 5, batchBytes: 5)
        #expect(batches == [[[0, 0], [1, 1]], [[2, 2], [3, 3]], [[4, 4]]])
        #expect(queue.droppedCount == 0)
    }

    @Test func anElementThatIsLargerThanABatchGoesAlone() async {
        let queue = Outqueue(maximumBytes: 1_000)
        queue.append([1])
        queue.append([2, 2, 2, 2])
        queue.append([3])
        #expect(await batches(of: queue, count: 3, batchBytes: 2) == [[[1]], [[2, 2, 2, 2]], [[3]]])
    }

    @Test func theOldestGivesWay() async {
        let queue = Outqueue(maximumBytes: 4)
        for byte in UInt8(0)..<4 {
            queue.append([byte, byte])
        }
        #expect(queue.droppedCount == 2)
        #expect(await batches(of: queue, count: 2, batchBytes: 10) == [[[2, 2], [3, 3]]])
    }

    @Test func anElementThatIsLargerThanTheQueueIsHeldAlone() async {
        let queue = Outqueue(maximumBytes: 2)
        queue.append([1])
        queue.append([2, 2, 2])
        #expect(queue.droppedCount == 1)
        #expect(await batches(of: queue, count: 1, batchBytes: 10) == [[[2, 2, 2]]])
    }

    @Test func whatComesWhileOneIsSentIsSentNext() async {
        let queue = Outqueue(maximumBytes: 1_000)
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        queue.append([1])
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await queue.drain(batchBytes: 1) { batch in
                    for element in batch {
                        if element == [1] { queue.append([2]) }
                        continuation.yield(element)
                    }
                }
            }
            var elements = stream.makeAsyncIterator()
            #expect(await elements.next() == [1])
            #expect(await elements.next() == [2])
            group.cancelAll()
        }
    }
}

@Suite struct RecentTransactionsTests {
    private func identifier(_ number: Int) -> TransactionIdentifier {
        TransactionIdentifier(P256Suite().digest(of: Array("\(number)".utf8)))
    }

    @Test func theTransactionsOfTheLastBlocksAreKnown() {
        var recent = RecentTransactions(after: .zero)
        for number in 0...RecentTransactions.maximumBlockCount {
            recent.append([identifier(number)])
        }
        #expect(!recent.contains(identifier(0)))
        for number in 1...RecentTransactions.maximumBlockCount {
            #expect(recent.contains(identifier(number)))
        }
    }

    @Test func emptyBlocksCountToo() {
        var recent = RecentTransactions(after: .zero)
        recent.append([identifier(0), identifier(1)])
        for _ in 1..<RecentTransactions.maximumBlockCount { recent.append([]) }
        #expect(recent.contains(identifier(1)))
        recent.append([])
        #expect(!recent.contains(identifier(0)))
        #expect(!recent.contains(identifier(1)))
    }
}

@Suite struct BackgroundWorkTests {
    @Test func workRunsBesideOtherWorkAndEndsWithTheService() async {
        let work = BackgroundWork()
        let (events, continuation) = AsyncStream.makeStream(of: String.self)
        work.add {
            // Waits for what is added after it, and then until it is cancelled.
            continuation.yield("first")
            await withTaskCancellationHandler {
                for await _ in AsyncStream<Void>.makeStream().stream {}
            } onCancel: {
                continuation.yield("cancelled")
            }
        }
        work.add { continuation.yield("second") }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await work.run() }
            var seen: Set<String> = []
            for await event in events {
                seen.insert(event)
                if seen == ["first", "second"] { work.finish() }
                if seen.contains("cancelled") { break }
            }
            await group.waitForAll()
            #expect(seen == ["first", "second", "cancelled"])
        }
    }

    @Test func nothingIsRunAfterTheEnd() async {
        let work = BackgroundWork()
        let counter = Counter()
        work.finish()
        work.add { _ = counter.next() }
        await work.run()
        #expect(counter.next() == 1)
    }
}

@Suite struct SignalTests {
    @Test func theNewestWordStandsForAll() async {
        let signal = Signal<Int>()
        for word in 1...3 { signal.send(word) }
        var words = signal.stream.makeAsyncIterator()
        #expect(await words.next() == 3)
        signal.send(4)
        #expect(await words.next() == 4)
    }
}
