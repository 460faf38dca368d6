import Identity
import Licences

/// Says whether a definition can be carried out: that every case of it comes to an end, that every step is reached,
/// that each department gets what its duty needs and no more, and that its clocks agree.
public struct DefinitionCheck {
    let definition: OneThingDefinition
    /// In the order in which they were found: names first, because the rest relies on them.
    public private(set) var problems: [DefinitionProblem] = []
    let graph: StepGraph

    public init(_ definition: OneThingDefinition) {
        self.definition = definition
        graph = StepGraph(definition)
        checkTexts()
        checkCounts()
        checkNames()
        // What is said of a name that is not there says nothing more.
        guard problems.isEmpty else { return }
        checkOrder()
        guard problems.isEmpty else { return }
        for step in definition.steps {
            checkShape(of: step)
            checkClocks(of: step)
            checkWays(of: step)
            checkInputs(of: step)
            checkBeginnings(of: step)
        }
        checkEffects()
        checkEnds()
        checkAccess()
    }

    mutating func add(_ rule: DefinitionProblem.Rule, _ place: String, _ english: String, _ chinese: String) {
        problems.append(DefinitionProblem(rule, place, english, chinese))
    }

    // MARK: Names

    private mutating func checkNames() {
        checkUnique(definition.roles.map(\.name), in: "roles")
        checkUnique(definition.options.map(\.name), in: "options")
        checkUnique(definition.fields.map(\.name) + definition.materials.map(\.name), in: "fields and materials")
        checkUnique(definition.ends.map(\.name), in: "ends")
        checkUnique(definition.steps.map(\.name), in: "steps")
        checkUnique(definition.intake.map(\.item), in: "intake")
        checkUnique(definition.excludes, in: "excludes")
        let reasons = definition.reasons.map(\.code)
        if Set(reasons).count < reasons.count { add(.doubleName, "reasons", "two reasons have one code", "理由代码重复") }
        for end in definition.ends where CaseStatus.reservedEnds.contains(end.name) {
            add(.doubleName, "ends.\(end.name)", "every matter has the end '\(end.name)'", "“\(end.name)”是固有的结局")
        }
        if definition.excludes.contains(definition.matter) {
            add(.doubleName, "excludes", "a matter excludes itself anyhow", "同一事项本就互斥，不必列出")
        }
        check(definition.lead, isIn: definition.roles.map(\.name), at: "lead")
        let roles = definition.roles.map(\.name)
        let options = definition.options.map(\.name)
        let fields = definition.fields.map(\.name)
        let items = fields + definition.materials.map(\.name)
        for field in definition.fields {
            checkUnique(field.for, in: "fields.\(field.name).for")
            for role in field.for { check(role, isIn: roles, at: "fields.\(field.name).for") }
        }
        for material in definition.materials {
            checkUnique(material.contains, in: "materials.\(material.name).contains")
            for field in material.contains {
                check(field, isIn: fields, at: "materials.\(material.name).contains")
            }
        }
        for item in definition.intake {
            check(item.item, isIn: items, at: "intake")
            check(item.condition, options: options, at: "intake.\(item.item)")
        }
        if let step = definition.bindingStep {
            check(step, isIn: definition.steps.map(\.name), at: "bindingStep")
        }
        for step in definition.steps { checkNames(of: step, roles: roles, options: options, items: items) }
    }

    private mutating func checkNames(of step: StepDefinition, roles: [Label], options: [Label], items: [Label]) {
        let place = "steps.\(step.name)"
        let steps = definition.steps.map(\.name)
        let ends = definition.ends.map(\.name)
        check(step.role, isIn: roles, at: "\(place).role")
        check(step.condition, options: options, at: place)
        for name in step.after { check(name, isIn: steps, at: "\(place).after") }
        for name in step.needs { check(name, isIn: items, at: "\(place).needs") }
        for name in step.returns { check(name, isIn: items, at: "\(place).returns") }
        checkUnique(step.after, in: "\(place).after")
        checkUnique(step.needs, in: "\(place).needs")
        checkUnique(step.returns, in: "\(place).returns")
        checkUnique(step.answers.map(\.name), in: "\(place).answers")
        for answer in step.answers {
            if let end = answer.ends { check(end, isIn: ends, at: "\(place).answers.\(answer.name).ends") }
            if let back = answer.back { check(back, isIn: steps, at: "\(place).answers.\(answer.name).back") }
        }
        if let end = step.limits.lapses { check(end, isIn: ends, at: "\(place).limits.lapses") }
        if let end = step.limits.lapsesUnsupplemented {
            check(end, isIn: ends, at: "\(place).limits.lapsesUnsupplemented")
        }
        guard let window = step.window else { return }
        for role in window.objectors { check(role, isIn: roles, at: "\(place).window.objectors") }
        checkUnique(window.objectors, in: "\(place).window.objectors")
        check(window.ends, isIn: ends, at: "\(place).window.ends")
        if let back = window.back { check(back, isIn: steps, at: "\(place).window.back") }
        if Set(window.reasons).count < window.reasons.count {
            add(.doubleName, "\(place).window.reasons", "a ground stands there twice", "理由重复")
        }
        for reason in window.reasons where !definition.reasons.contains(where: { $0.code == reason }) {
            add(.unknownName, "\(place).window.reasons", "there is no reason \(reason)", "没有理由 \(reason)")
        }
    }

    private mutating func checkUnique(_ names: [Label], in place: String) {
        var known: Set<Label> = []
        for name in names where !known.insert(name).inserted {
            add(.doubleName, place, "'\(name)' stands there twice", "“\(name)”重复")
        }
    }

    private mutating func check(_ name: Label, isIn names: [Label], at place: String) {
        guard !names.contains(name) else { return }
        let known = names.map(\.rawValue).joined(separator: ", ")
        add(.unknownName, place, "there is no '\(name)'; there are \(known)", "没有“\(name)”；现有：\(known)")
    }

    private mutating func check(_ condition: OptionCondition, options: [Label], at place: String) {
        if let option = condition.when { check(option, isIn: options, at: "\(place).when") }
        if let option = condition.unless { check(option, isIn: options, at: "\(place).unless") }
        if let option = condition.when, option == condition.unless {
            add(.unreachable, place, "'\(option)' cannot be chosen and not chosen", "“\(option)”不能既选又不选")
        }
    }

    // MARK: Order

    private mutating func checkOrder() {
        guard let loop = graph.loop else { return }
        let way = loop.map(\.rawValue).joined(separator: " → ")
        add(.loop, "steps.\(loop[0]).after", "the steps wait for each other: \(way)", "环节互相等待：\(way)")
    }
}
