public import Formats

extension ContractContext {
    /// Appends an element to a trail.
    /// - Returns: the element's position, from 0.
    /// - Throws: ``ContractError`` with code `limitExceeded` or `stateUnavailable`.
    @discardableResult
    public mutating func append(_ element: some DERSequence, to trail: TrailKey) throws(ContractError) -> UInt64 {
        let head = try head(of: trail)
        let bytes = element.derBytes
        try put(trail.element(head.count), bytes)
        try put(trail.head, head.appending(bytes, suite: genesis.suite))
        return head.count
    }
}

extension ContractReader {
    /// The head of a trail; that of an empty one where nothing was appended.
    /// - Throws: ``ContractError`` with code `limitExceeded` or `stateUnavailable`.
    public mutating func head(of trail: TrailKey) throws(ContractError) -> TrailHead {
        try get(trail.head, as: TrailHead.self) ?? .empty
    }

    /// The elements of a trail in the order in which they were appended.
    /// - Parameters:
    ///   - trail: the trail.
    ///   - first: position of the first element wanted.
    ///   - limit: most elements; no page has more than ``ExecutionLimits/entriesPerPage``.
    /// - Throws: ``ContractError`` with code `limitExceeded` or `stateUnavailable`.
    public mutating func elements<Element: DERSequence>(
        of trail: TrailKey,
        from first: UInt64 = 0,
        limit: Int,
        as _: Element.Type
    ) throws(ContractError) -> [Element] {
        let count = try head(of: trail).count
        guard first < count else { return [] }
        let page = min(count - first, UInt64(max(0, min(limit, ExecutionLimits.entriesPerPage))))
        var elements: [Element] = []
        for index in first..<first + page {
            guard let element = try get(trail.element(index), as: Element.self) else {
                throw ContractError(.stateUnavailable, "a trail has lost an element")
            }
            elements.append(element)
        }
        return elements
    }
}
