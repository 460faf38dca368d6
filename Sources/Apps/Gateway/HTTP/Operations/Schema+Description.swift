extension Schema {
    /// The schema as OpenAPI 3.1 has it.
    /// - Parameter components: is given every named schema that it refers to, each once.
    func description(components: inout [String: JSONValue]) -> JSONValue {
        guard let name else { return inline(components: &components) }
        if components[name] == nil {
            // Before its parts are described: what refers to itself ends here.
            components[name] = .null
            var plain = self
            plain.name = nil
            plain.isNullable = false
            components[name] = plain.inline(components: &components)
        }
        let reference: JSONValue = ["$ref": .string("#/components/schemas/\(name)")]
        return isNullable ? ["anyOf": [reference, ["type": "null"]]] : reference
    }

    private func inline(components: inout [String: JSONValue]) -> JSONValue {
        var members: [String: JSONValue] = [:]
        func type(_ name: String) { members["type"] = isNullable ? [.string(name), "null"] : .string(name) }
        switch kind {
        case .string(let format, let lengths):
            type("string")
            members["pattern"] = .string(format.pattern)
            members["minLength"] = .integer(Int64(lengths.lowerBound))
            members["maxLength"] = .integer(Int64(lengths.upperBound))
            members["examples"] = [.string(format.example)]
        case .choice(let words):
            type("string")
            members["enum"] = .array(words.map(JSONValue.string) + (isNullable ? [.null] : []))
        case .integer(let range):
            type("integer")
            members["minimum"] = .integer(range.lowerBound)
            members["maximum"] = .integer(range.upperBound)
        case .number: type("number")
        case .boolean: type("boolean")
        case .array(let element, let counts):
            type("array")
            members["items"] = element.description(components: &components)
            members["minItems"] = .integer(Int64(counts.lowerBound))
            members["maxItems"] = .integer(Int64(counts.upperBound))
        case .object(let properties):
            type("object")
            var described: [String: JSONValue] = [:]
            for property in properties {
                described[property.name] = property.schema.description(components: &components)
            }
            members["properties"] = .object(described)
            members["required"] = .array(properties.filter(\.isRequired).map { .string($0.name) })
            members["additionalProperties"] = false
        case .anything: break
        }
        if let summary { members["description"] = .string(summary.both) }
        return .object(members)
    }
}
