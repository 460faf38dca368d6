/// How far a statement may unfold while it is compiled.
///
/// SQLite copies an expression of WITH to every place that names it, and the expression of an inner SELECT's column to
/// every place that names the column; level upon level a short statement becomes gigabytes, and no handler is asked
/// meanwhile. So every SELECT within the statement is weighed before: how often it names the same thing, times what the
/// SELECTs weigh that it contains or names. That is never less than what SQLite makes of it.
struct SQLExpansion {
    /// What the longest questions of people come to is a few thousand; SQLite takes half a second for this many.
    static let limit = 20_000
    /// SELECTs in one statement; SQLite's parser nests fewer.
    private static let maximumBodyCount = 100

    /// A SELECT in parentheses, or the body of an expression of WITH.
    private struct Body {
        let range: Range<Int>
        /// The name by which others call it; `nil` for one that stands where it is used.
        let name: String?
        var inner: [Int] = []
    }

    private let tokens: [SQLTokens.Token]
    /// The statement itself is the first.
    private var bodies: [Body]
    private var weights: [Int: Int] = [:]
    private var isUnderWay: Set<Int> = []

    /// Whether compiling the statement stays within bounds.
    static func isBounded(_ sql: String) -> Bool {
        var expansion = SQLExpansion(SQLTokens(sql).all)
        return expansion.bodies.count <= maximumBodyCount && expansion.weight(of: 0) < limit
    }

    private init(_ tokens: [SQLTokens.Token]) {
        self.tokens = tokens
        bodies = [Body(range: tokens.indices, name: nil)]
        findBodies()
    }

    private mutating func findBodies() {
        /// The open parentheses: where each stands, and the body that it opened.
        var open: [(index: Int, body: Int?)] = []
        var found: [(body: Int, range: Range<Int>)] = []
        for (index, token) in tokens.enumerated() {
            if token == .open {
                let name = definedName(before: index)
                guard name != nil || beginsSelect(at: index + 1) else {
                    open.append((index, nil))
                    continue
                }
                let outer = open.last { $0.body != nil }?.body ?? 0
                bodies.append(Body(range: index + 1..<tokens.count, name: name))
                bodies[outer].inner.append(bodies.count - 1)
                open.append((index, bodies.count - 1))
            } else if token == .close, let last = open.popLast(), let body = last.body {
                found.append((body, last.index + 1..<index))
            }
        }
        for (body, range) in found {
            bodies[body] = Body(range: range, name: bodies[body].name, inner: bodies[body].inner)
        }
    }

    private func beginsSelect(at index: Int) -> Bool {
        guard tokens.indices.contains(index) else { return false }
        return [.keyword("select"), .keyword("values"), .name("with")].contains(tokens[index])
    }

    /// The name in `name [(columns)] AS [[NOT] MATERIALIZED] (`.
    private func definedName(before index: Int) -> String? {
        var index = index - 1
        if index >= 0, tokens[index] == .name("materialized") { index -= 1 }
        if index >= 0, tokens[index] == .keyword("not") { index -= 1 }
        guard index >= 1, tokens[index] == .keyword("as") else { return nil }
        index -= 1
        if tokens[index] == .close {
            guard let open = tokens[..<index].lastIndex(of: .open), open >= 1 else { return nil }
            index = open - 1
        }
        guard case .name(let name) = tokens[index] else { return nil }
        return name
    }

    /// Where the names stand that count for a body: in it and in what it contains, but not in what it only defines.
    private func names(in body: Int) -> [String: Int] {
        var counts: [String: Int] = [:]
        var defined = Set(bodies[body].inner.filter { bodies[$0].name != nil }.map { bodies[$0].range.lowerBound })
        var index = bodies[body].range.lowerBound
        while index < bodies[body].range.upperBound {
            if defined.remove(index) != nil,
                let end = bodies.first(where: { $0.name != nil && $0.range.lowerBound == index })?.range.upperBound
            {
                index = end
                continue
            }
            if case .name(let name) = tokens[index], !isQualifierOrFunction(index) { counts[name, default: 0] += 1 }
            index += 1
        }
        return counts
    }

    /// Whether what follows says that the name is a table's before a column, or a function's.
    private func isQualifierOrFunction(_ index: Int) -> Bool {
        let next = index + 1
        return tokens.indices.contains(next) && [.dot, .open].contains(tokens[next])
    }

    private mutating func weight(of body: Int) -> Int {
        if let known = weights[body] { return known }
        // Names that call one another in a circle are an error, which SQLite would tell; here they have no weight.
        guard isUnderWay.insert(body).inserted else { return Self.limit }
        defer { isUnderWay.remove(body) }
        let counts = names(in: body)
        var parts = Set(bodies[body].inner.filter { bodies[$0].name == nil })
        for (index, other) in bodies.enumerated() {
            guard let name = other.name, counts[name] != nil else { continue }
            // One that names itself recurs, which SQLite does row by row and not by copying.
            let isOwn =
                other.range.lowerBound <= bodies[body].range.lowerBound
                && bodies[body].range.upperBound <= other.range.upperBound
            if !isOwn { parts.insert(index) }
        }
        var sum = 0
        for part in parts.sorted() { sum = min(Self.limit, sum + weight(of: part)) }
        let weight = min(Self.limit, max(1, counts.values.max() ?? 1) * max(1, sum))
        weights[body] = weight
        return weight
    }
}
