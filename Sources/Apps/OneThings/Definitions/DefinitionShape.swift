/// Which members the objects of a definition's file may have. A list has the shape of its elements.
///
/// A misspelt member would go unnoticed by whoever decodes: the limit that was meant would not be there.
indirect enum DefinitionShape {
    case value
    case object([String: DefinitionShape])

    /// Members that say something to people or their editors, in any object.
    static let ignored: Set<String> = ["$schema", "comment"]

    static let definition = object([
        "matter": .value, "version": .value, "title": title, "basis": .value, "lead": .value, "subject": .value,
        "excludes": .value, "roles": .object(["name": .value, "department": .value, "title": title]),
        "options": named, "fields": .object(["name": .value, "title": title, "for": .value, "isOnLedger": .value]),
        "materials": .object(["name": .value, "title": title, "contains": .value]),
        "reasons": .object(["code": .value, "title": title]),
        "intake": .object(["item": .value, "when": .value, "unless": .value]),
        "ends": named, "bindingStep": .value, "steps": step,
    ])

    private static let title = object(["chinese": .value, "english": .value])
    private static let named = object(["name": .value, "title": title])

    private static let step = object([
        "name": .value, "title": title, "role": .value, "after": .value, "when": .value, "unless": .value,
        "needs": .value, "returns": .value,
        "answers": .object(["name": .value, "title": title, "ends": .value, "back": .value]),
        "window": .object([
            "objectors": .value, "isPublic": .value, "reasons": .value, "ends": .value, "back": .value, "lift": .value,
        ]),
        "limits": .object([
            "acknowledge": .value, "answer": .value, "amber": .value, "extended": .value, "lapses": .value,
            "supplement": .value, "lapsesUnsupplemented": .value, "suspension": .value, "firstDay": .value,
        ]),
        "attempts": .value, "isWaivable": .value, "isCompensated": .value,
        "effect": .object(["kind": .value, "type": .value]),
    ])

    /// What in a file has no place in a definition.
    func problems(of tree: JSONTree, at place: String) -> [DefinitionProblem] {
        switch (tree, self) {
        case (.list(let elements), _):
            return elements.enumerated().flatMap { index, element in
                problems(of: element, at: Self.place(of: element, index, in: place))
            }
        case (.object(let members), .object(let known)):
            return members.keys.sorted().filter { !Self.ignored.contains($0) }.flatMap { member in
                let path = place.isEmpty ? member : "\(place).\(member)"
                guard let shape = known[member] else {
                    let names = known.keys.sorted().joined(separator: ", ")
                    return [
                        DefinitionProblem(
                            .wrongFile, path, "there is no member '\(member)' here; there are \(names)",
                            "此处没有“\(member)”；可用：\(names)")
                    ]
                }
                return shape.problems(of: members[member] ?? .null, at: path)
            }
        // Whatever else has a wrong kind is the decoder's to find.
        default: return []
        }
    }

    /// The place of an element: by its name where it has one.
    static func place(of element: JSONTree?, _ index: Int, in place: String) -> String {
        element?.name.map { "\(place).\($0)" } ?? "\(place)[\(index)]"
    }
}
