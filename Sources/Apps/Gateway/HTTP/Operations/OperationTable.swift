import HTTPTypes

/// Every operation of the interface, and which of them a path has.
struct OperationTable: Sendable {
    let operations: [Operation]
    private let paths: [(segments: [Substring], method: HTTPRequest.Method)]

    /// - Precondition: no two operations have one name, or one method and path; none writes in the department's name
    ///   for others.
    init(_ operations: [Operation]) {
        precondition(Set(operations.map(\.name)).count == operations.count, "two operations have one name")
        precondition(
            Set(operations.map { "\($0.method) \($0.path)" }).count == operations.count,
            "two operations have one method and path")
        precondition(
            operations.allSatisfy { !$0.isIdempotentByKey || $0.scope == .ownDepartment },
            "what writes in the department's name is for the department's own callers")
        self.operations = operations
        paths = operations.map { ($0.path.split(separator: "/"), $0.method) }
    }

    /// The methods that a path below the base has, in the order of their names; none where there is no such path.
    func methods(of path: Substring) -> [String] {
        let segments = path.split(separator: "/")
        let matching = paths.filter { pattern, _ in
            pattern.count == segments.count
                && zip(pattern, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        // A path that is spelt out is not one of those whose parts are parameters.
        func parameterCount(_ pattern: [Substring]) -> Int { pattern.count { $0.hasPrefix("{") } }
        let fewest = matching.map { parameterCount($0.segments) }.min()
        let methods = matching.filter { parameterCount($0.segments) == fewest }.map(\.method.rawValue)
        // Whatever can be got can be asked for without its content.
        return Set(methods + (methods.contains("GET") ? ["HEAD"] : [])).sorted()
    }
}
