import Identity

// That each step gets what is there by then, and that nobody gets what they have no need of (最小必要).
extension DefinitionCheck {
    /// The roles that get to see a datum through the steps, by its name.
    private func readers(of field: Label) -> Set<Label> {
        var roles: Set<Label> = []
        for step in definition.steps where data(in: step.needs).contains(field) { roles.insert(step.role) }
        return roles
    }

    /// The data in a list of data and papers.
    private func data(in items: [Label]) -> Set<Label> {
        var data: Set<Label> = []
        for item in items {
            if let material = definition.material(item) { data.formUnion(material.contains) } else { data.insert(item) }
        }
        return data
    }

    mutating func checkInputs(of step: StepDefinition) {
        let place = "steps.\(step.name).needs"
        for item in step.needs where !isThere(item, for: step) {
            add(
                .missingInput, place,
                "'\(item)' is handed in by nobody, or not in every case, before '\(step.name)' begins",
                "“\(step.name)”开始前，“\(item)”未必已提交或产出")
        }
        for item in step.needs {
            let title = definition.material(item) == nil ? "" : " (in '\(item)')"
            for name in data(in: [item]).sorted() {
                guard let field = definition.field(name), !field.isOnLedger, !field.for.contains(step.role) else {
                    continue
                }
                add(
                    .leak, place,
                    "'\(step.role)' would get '\(name)'\(title), which its duty does not need by fields.\(name).for",
                    "“\(step.role)”将获得“\(name)”\(title)，而 fields.\(name).for 未列其为所需")
            }
        }
    }

    /// Whether an item has come in whenever a step begins.
    private func isThere(_ item: Label, for step: StepDefinition) -> Bool {
        if let intake = definition.intake.first(where: { $0.item == item }) {
            return intake.condition.follows(from: step.condition)
        }
        return definition.steps.contains { source in
            source.returns.contains(item) && graph.isSurelyBefore(source.name, step) && !source.isWaivable
                && source.condition.follows(from: step.condition)
        }
    }

    mutating func checkAccess() {
        for field in definition.fields {
            let place = "fields.\(field.name)"
            if field.isOnLedger {
                if !field.for.isEmpty {
                    add(.excess, "\(place).for", "everybody reads what is on the ledger", "账本上的信息人人可读")
                }
                if definition.intake.contains(where: { $0.item == field.name }) {
                    add(
                        .contradiction, place, "what is handed in stays off the ledger; steps return what is on it",
                        "申请提交的信息不上账本，只有环节产出的代码可以上")
                }
                continue
            }
            let readers = readers(of: field.name)
            for role in field.for where !readers.contains(role) {
                add(
                    .excess, "\(place).for", "no step of '\(role)' needs it: take the role out",
                    "“\(role)”没有环节需要它：请去掉")
            }
        }
        checkSources()
    }

    /// That each item has one source, and is of use to somebody.
    private mutating func checkSources() {
        for item in definition.fields.map(\.name) + definition.materials.map(\.name) {
            let sources =
                definition.intake.filter { $0.item == item }.map { _ in "intake" }
                + definition.steps.filter { $0.returns.contains(item) }.map { "steps.\($0.name)" }
            if sources.isEmpty, !definition.materials.contains(where: { $0.contains.contains(item) }) {
                add(.missingInput, "\(item)", "'\(item)' is neither handed in nor returned", "“\(item)”既未提交也未产出")
            }
            if sources.count > 1 {
                let places = sources.joined(separator: ", ")
                add(.contradiction, "\(item)", "'\(item)' has two sources: \(places)", "“\(item)”有两个来源：\(places)")
            }
        }
        for intake in definition.intake where !definition.steps.contains(where: { $0.needs.contains(intake.item) }) {
            add(
                .excess, "intake.\(intake.item)", "'\(intake.item)' is handed in, and no step needs it",
                "“\(intake.item)”要求提交，却没有环节需要")
        }
        for material in definition.materials {
            for field in material.contains where definition.field(field)?.isOnLedger == true {
                add(
                    .contradiction, "materials.\(material.name).contains", "'\(field)' is on the ledger for everybody",
                    "“\(field)”本就在账本上")
            }
        }
    }
}
