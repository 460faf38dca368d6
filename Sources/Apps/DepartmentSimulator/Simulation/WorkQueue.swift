import HeapModule
import Licences

/// What a department has to look at and to do, in the order in which it is due.
///
/// A case is looked at once however often it is called; a task is there once until it is done or given up. Bounded by
/// the cases that run: what is over is forgotten.
struct WorkQueue {
    enum Job: Sendable {
        case look(OneThingCode)
        case act(DepartmentTask, tries: Int, hasContent: Bool)
    }

    private struct Entry: Comparable {
        let due: ContinuousClock.Instant
        let number: UInt64
        let job: Job

        static func < (left: Entry, right: Entry) -> Bool { (left.due, left.number) < (right.due, right.number) }
        static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
    }

    private var heap = Heap<Entry>()
    private var count: UInt64 = 0
    private var looked: Set<OneThingCode> = []
    /// Of each case that runs, what was taken up.
    private var taken: [OneThingCode: Set<DepartmentTask.Key>] = [:]

    /// Has a case looked at, unless it is about to be.
    mutating func look(at code: OneThingCode, due: ContinuousClock.Instant) {
        guard looked.insert(code).inserted else { return }
        add(.look(code), due: due)
    }

    /// Takes a task up, unless it has been.
    mutating func take(_ task: DepartmentTask, now: ContinuousClock.Instant) {
        guard taken[task.key.code, default: []].insert(task.key).inserted else { return }
        add(.act(task, tries: 0, hasContent: false), due: now.advanced(by: task.delay))
    }

    /// Puts a task back that is still taken up.
    mutating func again(_ task: DepartmentTask, tries: Int, hasContent: Bool, due: ContinuousClock.Instant) {
        add(.act(task, tries: tries, hasContent: hasContent), due: due)
    }

    /// Lets a task be taken up again.
    mutating func giveUp(_ key: DepartmentTask.Key) { taken[key.code]?.remove(key) }

    /// Forgets a case that is over.
    mutating func forget(_ code: OneThingCode) { taken[code] = nil }

    /// The next job that is due; `nil` where none is.
    mutating func next(_ now: ContinuousClock.Instant) -> Job? {
        guard let first = heap.min, first.due <= now else { return nil }
        heap.removeMin()
        if case .look(let code) = first.job { looked.remove(code) }
        return first.job
    }

    private mutating func add(_ job: Job, due: ContinuousClock.Instant) {
        count += 1
        heap.insert(Entry(due: due, number: count, job: job))
    }
}
