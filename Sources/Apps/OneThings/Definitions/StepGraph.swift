import Identity

/// Which steps come before which.
struct StepGraph {
    /// The steps that each step waits for, directly or not; itself among them where it is in a loop.
    private let ancestors: [Label: Set<Label>]
    private let direct: [Label: [Label]]
    private let conditions: [Label: OptionCondition]

    init(_ definition: OneThingDefinition) {
        var direct: [Label: [Label]] = [:]
        var conditions: [Label: OptionCondition] = [:]
        for step in definition.steps { (direct[step.name], conditions[step.name]) = (step.after, step.condition) }
        (self.direct, self.conditions) = (direct, conditions)
        var ancestors: [Label: Set<Label>] = [:]
        for step in definition.steps {
            var found: Set<Label> = []
            var open = step.after
            while let next = open.popLast() {
                guard found.insert(next).inserted else { continue }
                open += direct[next] ?? []
            }
            ancestors[step.name] = found
        }
        self.ancestors = ancestors
    }

    func isBefore(_ earlier: Label, _ later: Label) -> Bool { ancestors[later]?.contains(earlier) ?? false }

    /// Whether an earlier step is over whenever a later one begins, if it is there: a way between them leads through
    /// steps that are there whenever the later one is. One that is left out holds nobody up, so no way leads through
    /// it.
    func isSurelyBefore(_ earlier: Label, _ later: StepDefinition) -> Bool {
        var found: Set<Label> = []
        var open = later.after
        while let next = open.popLast() {
            if next == earlier { return true }
            guard found.insert(next).inserted, conditions[next]?.follows(from: later.condition) == true else {
                continue
            }
            open += direct[next] ?? []
        }
        return false
    }

    /// The steps that wait for each other, in a circle that begins and ends with the same one; `nil` where none do.
    var loop: [Label]? {
        guard let first = direct.keys.sorted().first(where: { isBefore($0, $0) }) else { return nil }
        var way = [first]
        // Every step of a loop waits for one that is in the loop too.
        while let next = direct[way[way.count - 1]]?.sorted().first(where: { $0 == first || isBefore(first, $0) }) {
            if let place = way.firstIndex(of: next) { return Array((way[place...] + [next]).reversed()) }
            way.append(next)
        }
        return way
    }
}
