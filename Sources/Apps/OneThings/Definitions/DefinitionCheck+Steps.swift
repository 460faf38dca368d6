import Identity

// What each step says of itself, of its clocks, and of where it leads.
extension DefinitionCheck {
    mutating func checkShape(of step: StepDefinition) {
        let place = "steps.\(step.name)"
        if step.window != nil {
            if step.isWaivable { add(.contradiction, place, "a time for objections cannot be waived", "异议期不能免办") }
            checkWindow(step, at: place)
        } else if step.answers.isEmpty {
            add(.cannotEnd, "\(place).answers", "a step without a window has answers", "没有异议期的环节须有办理结果")
        } else if !step.answers.contains(where: \.settles) {
            add(
                .cannotEnd, "\(place).answers", "no answer settles the step, so no case of it is ever completed",
                "没有任何结果能办结此环节，事项无法办成")
        }
        for answer in step.answers where answer.ends != nil && answer.back != nil {
            add(
                .contradiction, "\(place).answers.\(answer.name)", "an answer ends the case or goes back, not both",
                "一个结果不能既终结又退回")
        }
        if step.role == definition.lead, step.isWaivable {
            add(.contradiction, place, "the lead answers its own steps; it waives those of others", "牵头部门自己的环节不存在免办")
        }
        if let effect = step.effect {
            if effect.kind == .cancelsLicence, definition.subject != .licence {
                add(
                    .contradiction, "\(place).effect", "a case that is about no licence cancels none",
                    "不以证照为对象的事项不能注销证照")
            }
            if step.isWaivable {
                add(.contradiction, place, "a step with an effect on a licence cannot be waived", "对证照有效力的环节不能免办")
            }
        }
        let items = Set(step.needs).intersection(step.returns)
        for item in items.sorted() {
            add(.contradiction, "\(place).returns", "'\(item)' is needed and returned at once", "“\(item)”既是输入又是产出")
        }
    }

    private mutating func checkWindow(_ step: StepDefinition, at place: String) {
        guard let window = step.window else { return }
        if !step.answers.isEmpty || !step.returns.isEmpty || step.effect != nil || step.isCompensated {
            add(
                .contradiction, place, "a window ends by its clock: it has no answers, returns, effect or compensation",
                "异议期到期自结，没有办理结果、产出、效力或补偿")
        }
        if window.objectors.isEmpty && !window.isPublic {
            add(.contradiction, "\(place).window", "nobody may object", "无人可以提出异议")
        }
        if window.reasons.isEmpty {
            add(.contradiction, "\(place).window.reasons", "an objection names a ground: list them", "异议须有理由：请列出")
        }
        if (window.back == nil) != (window.lift == nil) {
            add(
                .wrongClock, "\(place).window",
                "objections are lifted within a time and lead back to a step: both are set, or neither",
                "撤回异议须同时规定期限与退回的环节")
        }
    }

    mutating func checkClocks(of step: StepDefinition) {
        let place = "steps.\(step.name).limits"
        let limits = step.limits
        func seconds(_ limit: TimeLimit?) -> Int64? { limit.map(\.approximateSeconds) }
        if step.window != nil, limits.answer == nil {
            add(.wrongClock, place, "a window has an end: set 'answer'", "异议期须有期限：请设 answer")
        }
        if step.window != nil, limits.lapses != nil || limits.extended != nil {
            add(.wrongClock, place, "a window neither lapses nor is extended", "异议期不会逾期失效，也不延长")
        }
        if let amber = seconds(limits.amber), amber >= seconds(limits.answer) ?? 0 {
            add(.wrongClock, "\(place).amber", "amber comes before the limit of the answer", "临期提醒须早于办理期限")
        }
        if let acknowledge = seconds(limits.acknowledge), let answer = seconds(limits.answer), acknowledge > answer {
            add(.wrongClock, "\(place).acknowledge", "a step is acknowledged before it is answered", "签收期限不得长于办理期限")
        }
        if let extended = limits.extended {
            if limits.answer.map({ $0.unit == extended.unit && $0.amount < extended.amount }) != true {
                add(
                    .wrongClock, "\(place).extended", "an extended limit is longer than the limit, in the same unit",
                    "延长后的期限须长于原期限且单位相同")
            }
        }
        if limits.lapses != nil, limits.answer == nil {
            add(.wrongClock, "\(place).lapses", "without a limit nothing lapses", "没有期限就不会逾期失效")
        }
        if (limits.supplement == nil) != (limits.lapsesUnsupplemented == nil) {
            add(
                .wrongClock, "\(place).supplement",
                "what is asked for comes within a time, or the case ends: both are set, or neither",
                "补正须同时规定期限与逾期的结局")
        }
        if step.window != nil, limits.acknowledge != nil || limits.supplement != nil || limits.suspension != nil {
            add(
                .wrongClock, place, "a window is not acknowledged, asks for nothing and is not suspended",
                "异议期无签收、补正与中止")
        }
    }

    /// That ways back lead back, and can be gone.
    mutating func checkWays(of step: StepDefinition) {
        var ways = step.answers.compactMap { answer in answer.back.map { ("answers.\(answer.name).back", $0) } }
        if let back = step.window?.back { ways.append(("window.back", back)) }
        for (place, target) in ways {
            let place = "steps.\(step.name).\(place)"
            guard target == step.name || graph.isBefore(target, step.name) else {
                add(.loop, place, "'\(target)' does not come before '\(step.name)'", "“\(target)”不在“\(step.name)”之前")
                continue
            }
            guard let definition = definition.step(target), definition.attempts > 1 else {
                add(
                    .cannotEnd, place, "'\(target)' has one attempt: nobody can go back to it",
                    "“\(target)”只能办一次，无法退回")
                continue
            }
            guard
                step.condition.follows(from: definition.condition) || definition.condition.follows(from: step.condition)
            else {
                add(
                    .unreachable, place, "'\(target)' may be left out where '\(step.name)' is not",
                    "“\(step.name)”在时“\(target)”可能不在")
                continue
            }
        }
    }

    /// That a step is not begun more often than a case can count, whoever gives it back and whatever goes back to
    /// before it.
    mutating func checkBeginnings(of step: StepDefinition) {
        let targets = Set(
            definition.steps.flatMap { $0.answers.compactMap(\.back) + [$0.window?.back].compactMap(\.self) })
        let beginnings = targets.filter { graph.isBefore($0, step.name) }.compactMap(definition.step)
            .reduce(step.attempts) { $0 + $1.attempts - 1 }
        guard beginnings > Int64(OneThingLimits.attemptCount) else { return }
        add(
            .loop, "steps.\(step.name).attempts",
            "with the ways back to steps before it, it could be begun \(beginnings) times; a case counts to "
                + "\(OneThingLimits.attemptCount)",
            "加上退回之前环节的次数，此环节可能启动 \(beginnings) 次，最多 \(OneThingLimits.attemptCount) 次")
    }

    /// That nothing is done to a licence twice in a case.
    mutating func checkEffects() {
        let effective = definition.steps.filter { $0.effect != nil }
        for (index, step) in effective.enumerated() {
            for other in effective[..<index]
            where other.effect?.kind == step.effect?.kind && !step.condition.excludes(other.condition) {
                add(
                    .contradiction, "steps.\(step.name).effect", "'\(other.name)' has the same effect in the same case",
                    "同一事项中“\(other.name)”已有相同效力")
            }
        }
        for step in definition.steps {
            for target in step.answers.compactMap(\.back) + [step.window?.back].compactMap(\.self) {
                for passed in effective
                where passed.name != step.name && !graph.isBefore(step.name, passed.name)
                    && (passed.name == target || graph.isBefore(target, passed.name))
                {
                    add(
                        .contradiction, "steps.\(step.name)",
                        "the way back to '\(target)' leads over '\(passed.name)', whose effect on a licence stays",
                        "退回“\(target)”将越过“\(passed.name)”，而其对证照的效力无法撤回")
                }
            }
        }
    }

    mutating func checkEnds() {
        var used: Set<Label> = []
        for step in definition.steps {
            used.formUnion(step.answers.compactMap(\.ends))
            used.formUnion(
                [step.limits.lapses, step.limits.lapsesUnsupplemented, step.window?.ends].compactMap(\.self))
        }
        for end in definition.ends where !used.contains(end.name) {
            add(.unreachable, "ends.\(end.name)", "nothing leads to this end", "没有任何环节通向此结局")
        }
        if !definition.steps.contains(where: { $0.condition == .always }) {
            add(
                .cannotEnd, "steps", "every step is left out by some choice: a case could have none",
                "所有环节都可能被略去，事项可能没有环节")
        }
    }
}

extension TimeLimit {
    /// Roughly how many seconds: to compare limits of different units, where only the order matters.
    var approximateSeconds: Int64 {
        switch unit {
        case .seconds: amount
        case .minutes: amount * 60
        case .hours: amount * 3_600
        case .calendarDays: amount * 86_400
        // A week has five.
        case .workingDays: amount * 86_400 * 7 / 5
        }
    }
}
