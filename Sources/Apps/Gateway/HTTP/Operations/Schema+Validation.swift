extension Schema {
    /// What is wrong with a value, and where.
    struct Violation: Sendable, Hashable, Encodable {
        /// A JSON pointer into the body (RFC 6901), or the name of a parameter.
        let place: String
        let message: String
        /// Whether it looks as it is described, and breaks a rule that no description can state.
        var isOfDomain = false

        private enum CodingKeys: String, CodingKey { case place, message }
    }

    /// Most violations that one answer names.
    static let maximumViolationCount = 16

    /// Holds a value to the schema.
    /// - Returns: what is wrong, nothing where all is right; at most ``maximumViolationCount``.
    func violations(in value: JSONValue, at place: String = "") -> [Violation] {
        var found: [Violation] = []
        check(value, at: place, into: &found)
        return found
    }

    private func check(_ value: JSONValue, at place: String, into found: inout [Violation]) {
        guard found.count < Self.maximumViolationCount else { return }
        if value == .null, isNullable { return }
        func refuse(_ expected: String) { found.append(Violation(place: place, message: "has to be \(expected)")) }
        switch (kind, value) {
        case (.anything, _): break
        case (.string(let format, let lengths), .string(let text)):
            if !lengths.contains(text.unicodeScalars.count) {
                refuse("\(lengths.lowerBound) to \(lengths.upperBound) characters long")
            } else if !format.accepts(text) {
                found.append(
                    Violation(
                        place: place, message: "has to be \(format.meaning)", isOfDomain: format.breaksRule(text)))
            }
        case (.choice(let words), .string(let text)):
            if !words.contains(text) { refuse("one of: \(words.joined(separator: ", "))") }
        case (.integer(let range), .integer(let number)):
            if !range.contains(number) { refuse("from \(range.lowerBound) to \(range.upperBound)") }
        case (.number, .number), (.number, .integer), (.boolean, .boolean): break
        case (.array(let element, let counts), .array(let elements)):
            if !counts.contains(elements.count) {
                refuse("a list of \(counts.lowerBound) to \(counts.upperBound) elements")
            } else {
                for (index, value) in elements.enumerated() {
                    element.check(value, at: "\(place)/\(index)", into: &found)
                }
            }
        case (.object(let properties), .object(let members)):
            check(members, against: properties, at: place, into: &found)
        default:
            refuse("\(expectation), not \(value.kind)")
        }
    }

    private func check(
        _ members: [String: JSONValue], against properties: [Property], at place: String,
        into found: inout [Violation]
    ) {
        for property in properties {
            let member = "\(place)/\(property.name)"
            if let value = members[property.name] {
                property.schema.check(value, at: member, into: &found)
            } else if property.isRequired {
                found.append(Violation(place: member, message: "is missing"))
            }
        }
        // Sorted, because a dictionary has no order and an answer should.
        for name in members.keys.sorted() where !properties.contains(where: { $0.name == name }) {
            guard found.count < Self.maximumViolationCount else { return }
            let known = properties.map(\.name).joined(separator: ", ")
            found.append(
                Violation(place: "\(place)/\(Self.shown(name))", message: "is unknown; members are: \(known)"))
        }
    }

    /// A name that somebody has sent, short and harmless.
    private static func shown(_ name: String) -> String {
        let scalars = name.unicodeScalars.prefix(64).filter { $0.value >= 0x20 && $0.value != 0x7f }
        var pointer = ""
        pointer.unicodeScalars.append(contentsOf: scalars)
        return pointer.replacing("~", with: "~0").replacing("/", with: "~1")
    }

    private var expectation: String {
        switch kind {
        case .string(let format, _): "a string: \(format.meaning)"
        case .choice: "a string"
        case .integer: "a whole number"
        case .number: "a number"
        case .boolean: "true or false"
        case .array: "a list"
        case .object: "an object"
        case .anything: "anything"
        }
    }
}
