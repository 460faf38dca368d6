import Formats
import Identity
import Licences

// That a definition, and each part of it, fits where it is to stand, and holds nothing that must not stand there.
extension DefinitionCheck {
    mutating func checkTexts() {
        let count = definition.derBytes.count
        if count > OneThingLimits.definitionByteCount {
            add(
                .wrongText, "", "the definition has \(count) bytes, at most \(OneThingLimits.definitionByteCount) fit",
                "定义有 \(count) 字节，最多 \(OneThingLimits.definitionByteCount) 字节")
        }
        check(definition.basis, limit: OneThingDefinition.maximumBasisByteCount, at: "basis")
        check(definition.title, at: "title")
        for role in definition.roles { check(role.title, at: "roles.\(role.name).title") }
        for option in definition.options { check(option.title, at: "options.\(option.name).title") }
        for field in definition.fields { check(field.title, at: "fields.\(field.name).title") }
        for material in definition.materials { check(material.title, at: "materials.\(material.name).title") }
        for reason in definition.reasons { check(reason.title, at: "reasons.\(reason.code).title") }
        for end in definition.ends { check(end.title, at: "ends.\(end.name).title") }
        for step in definition.steps {
            check(step.title, at: "steps.\(step.name).title")
            for answer in step.answers { check(answer.title, at: "steps.\(step.name).answers.\(answer.name).title") }
        }
        if definition.steps.isEmpty { add(.cannotEnd, "steps", "there is no step", "没有任何环节") }
        checkPersonalData()
    }

    private mutating func check(_ title: BilingualTitle, at place: String) {
        check(title.chinese, limit: BilingualTitle.maximumByteCount, at: "\(place).chinese")
        check(title.english, limit: BilingualTitle.maximumByteCount, at: "\(place).english")
    }

    private mutating func check(_ text: String, limit: Int, at place: String) {
        let count = text.utf8.count
        if count == 0 {
            add(.wrongText, place, "the text is empty", "文字为空")
        } else if count > limit {
            add(.wrongText, place, "the text has \(count) bytes, at most \(limit)", "文字有 \(count) 字节，最多 \(limit) 字节")
        }
    }

    private mutating func checkPersonalData() {
        // A definition may be longer than an entry about a licence.
        var limits = LicenceLimits.standard
        limits.payloadByteCount = Int.max
        do throws(LicenceError) {
            try PersonalDataGuard(limits: limits).check(definition.derBytes)
        } catch {
            // Otherwise a text is too long even to be looked at, and its place is told above.
            guard error.code == .personalData else { return }
            add(.wrongText, "", "a text looks like personal data: \(error.message)", "某处文字疑似个人信息")
        }
    }

    mutating func checkCounts() {
        if !(1...UInt64(OneThingLimits.versionCount)).contains(definition.version) {
            add(
                .wrongText, "version", "versions count from 1 to \(OneThingLimits.versionCount)",
                "版本号为 1 至 \(OneThingLimits.versionCount)")
        }
        let items = OneThingLimits.fieldCount + OneThingLimits.materialCount
        check(definition.excludes, limit: OneThingLimits.casesPerSubject, at: "excludes")
        check(definition.roles, limit: OneThingLimits.roleCount, at: "roles")
        check(definition.options, limit: OneThingLimits.optionCount, at: "options")
        check(definition.fields, limit: OneThingLimits.fieldCount, at: "fields")
        check(definition.materials, limit: OneThingLimits.materialCount, at: "materials")
        check(definition.reasons, limit: OneThingLimits.reasonCount, at: "reasons")
        check(definition.intake, limit: items, at: "intake")
        check(definition.ends, limit: OneThingLimits.endCount, at: "ends")
        check(definition.steps, limit: OneThingLimits.stepCount, at: "steps")
        for field in definition.fields {
            check(field.for, limit: OneThingLimits.roleCount, at: "fields.\(field.name).for")
        }
        for material in definition.materials {
            check(material.contains, limit: OneThingLimits.fieldCount, at: "materials.\(material.name).contains")
        }
        for step in definition.steps {
            let place = "steps.\(step.name)"
            check(step.after, limit: OneThingLimits.stepCount, at: "\(place).after")
            check(step.needs, limit: items, at: "\(place).needs")
            check(step.returns, limit: items, at: "\(place).returns")
            check(step.answers, limit: OneThingLimits.answerCount, at: "\(place).answers")
            check(step.window?.objectors ?? [], limit: OneThingLimits.roleCount, at: "\(place).window.objectors")
            check(step.window?.reasons ?? [], limit: OneThingLimits.reasonCount, at: "\(place).window.reasons")
            if !(1...Int64(OneThingLimits.attemptCount)).contains(step.attempts) {
                add(
                    .wrongText, "\(place).attempts", "a step is done 1 to \(OneThingLimits.attemptCount) times",
                    "一个环节可办 1 至 \(OneThingLimits.attemptCount) 次")
            }
        }
    }

    private mutating func check<Element>(_ list: [Element], limit: Int, at place: String) {
        guard list.count > limit else { return }
        add(.wrongText, place, "there are \(list.count), at most \(limit) fit", "有 \(list.count) 个，最多 \(limit) 个")
    }
}
