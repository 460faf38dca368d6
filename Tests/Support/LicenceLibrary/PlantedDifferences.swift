package import Licences

/// Differences that are planted in a copy of a library, each in a licence of its own, and where.
package struct PlantedDifferences {
    /// What is done to a licence in the copy.
    package enum Kind: String, CaseIterable {
        case missing
        case added
        case period
        case region
        case version
        case doubled
    }

    /// What is done to which licence number.
    package let kinds: [Int: Kind]

    /// - Parameters:
    ///   - count: how many, at most one for each licence.
    ///   - total: how many licences the library has.
    ///   - seed: the same seed plants the same.
    package init(count: Int, among total: Int, seed: UInt64) {
        var random = SplitMix(seed: seed ^ 0x5bd1_e995_9e37_79b9)
        var kinds: [Int: Kind] = [:]
        while kinds.count < min(count, total) {
            let number = random.below(total)
            if kinds[number] == nil { kinds[number] = Kind.allCases[kinds.count % Kind.allCases.count] }
        }
        self.kinds = kinds
    }

    /// The rows that stand in the copy for licence `number` of a library of `total`.
    package func rows(
        of number: Int, values: [String], _ generator: LibraryGenerator, total: Int
    ) throws -> [[String]] {
        guard let kind = kinds[number] else { return [values] }
        var other = values
        switch kind {
        case .missing: return []
        case .added: return [values, try generator.values(of: total + number)]
        case .doubled: return [values, values]
        case .period: other[Self.position(of: .validUntil)] = "20991231"
        case .region:
            let position = Self.position(of: .regionCode)
            other[position] = values[position] == "650100" ? "650200" : "650100"
        case .version:
            other[0] = try LicenceIdentifier(values[0]).nextVersion?.text ?? values[0]
        }
        return [other]
    }

    /// The licence in which the two differ: the added one, or the one that was changed.
    package func licence(of number: Int, _ generator: LibraryGenerator, total: Int) throws -> LicenceKey {
        let named = kinds[number] == .added ? total + number : number
        return LicenceKey(try LicenceIdentifier(try generator.values(of: named)[0]))
    }

    private static func position(of column: LicenceColumn) -> Int {
        LicenceColumn.allCases.firstIndex(of: column) ?? 0
    }
}
