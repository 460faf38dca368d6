import Identity
import Licences
import OneThings

/// Two small matters for tests, each with every kind of thing that a matter can have.
enum TestMatters {
    static let licenceType = "11100000MB0143028R001"

    static func label(_ text: String) -> Label {
        guard let label = Label(text) else { preconditionFailure("'\(text)' is no label") }
        return label
    }

    static func title(_ text: String) -> BilingualTitle { BilingualTitle("名称", text) }

    private static func role(_ name: String, _ department: Int) -> DefinitionRole {
        DefinitionRole(label(name), label("department-\(department)"), title(name))
    }

    private static func answer(_ name: String, ends: String? = nil, back: String? = nil) -> StepAnswer {
        StepAnswer(label(name), title(name), ends: ends.map(label), back: back.map(label))
    }

    private static func reason(_ code: String) throws -> DefinitionReason {
        DefinitionReason(try ReasonCode(code), title(code))
    }

    /// Registration, then tax, social insurance and, if it is chosen, a bank, side by side.
    static func opening(version: UInt64 = 1, excludes: [String] = []) throws -> OneThingDefinition {
        OneThingDefinition(
            matter: label("opening"), version: version, title: title("opening"), basis: "a rule",
            lead: label("registrar"), subject: .holder, excludes: excludes.map(label),
            roles: [role("registrar", 0), role("tax", 1), role("social", 2), role("bank", 3)],
            options: [NamedTitle(label("with-bank"), title("bank"))],
            fields: [
                DefinitionField(label("name"), title("name"), for: ["registrar", "tax", "social", "bank"].map(label)),
                DefinitionField(label("owner"), title("owner"), for: ["registrar", "tax"].map(label)),
                DefinitionField(label("account"), title("account"), for: [label("bank")]),
                DefinitionField(label("uscc"), title("code"), isOnLedger: true),
                DefinitionField(label("tax-kinds"), title("kinds"), for: [label("social")]),
                DefinitionField(label("social-number"), title("number"), isOnLedger: true),
            ],
            materials: [DefinitionMaterial(label("articles"), title("articles"), contains: [label("owner")])],
            reasons: [try reason("INCOMPLETE"), try reason("WRONG"), try reason("HOLIDAY")],
            intake: [
                IntakeItem(label("name")), IntakeItem(label("articles")),
                IntakeItem(label("account"), OptionCondition(when: label("with-bank"))),
            ],
            ends: [NamedTitle(label("rejected"), title("rejected")), NamedTitle(label("lapsed"), title("lapsed"))],
            bindingStep: label("registration"), steps: try openingSteps())
    }

    private static func openingSteps() throws -> [StepDefinition] {
        let limits = StepLimits(
            acknowledge: try TimeLimit(10, .minutes), answer: try TimeLimit(2, .hours), amber: try TimeLimit(1, .hours),
            extended: try TimeLimit(4, .hours), supplement: try TimeLimit(1, .hours),
            lapsesUnsupplemented: label("lapsed"), suspension: try TimeLimit(3, .hours))
        return [
            StepDefinition(
                label("registration"), title("registration"), role: label("registrar"),
                needs: ["name", "articles"].map(label), returns: [label("uscc")],
                answers: [answer("registered"), answer("rejected", ends: "rejected")], limits: limits,
                isCompensated: false, effect: StepEffect(.issuesLicence, type: try LicenceTypeCode(licenceType))),
            StepDefinition(
                label("tax"), title("tax"), role: label("tax"), after: [label("registration")],
                needs: ["name", "articles", "uscc"].map(label), returns: [label("tax-kinds")],
                answers: [answer("done")], limits: limits, attempts: 3, isCompensated: true),
            StepDefinition(
                label("social"), title("social"), role: label("social"), after: [label("tax")],
                needs: ["name", "tax-kinds"].map(label), returns: [label("social-number")],
                answers: [answer("done"), answer("tax-again", back: "tax")], limits: limits, attempts: 3,
                isWaivable: true, isCompensated: true),
            StepDefinition(
                label("bank"), title("bank"), role: label("bank"), after: [label("registration")],
                condition: OptionCondition(when: label("with-bank")), needs: ["name", "account"].map(label),
                answers: [answer("opened")], limits: limits, isWaivable: true),
        ]
    }

    /// A window of 20 days in which tax, social insurance and the public may object, then the cancellation.
    /// - Parameter lifts: whether objections may be lifted, after which the announcement begins anew.
    static func closing(lifts: Bool = false, excludes: [String] = []) throws -> OneThingDefinition {
        let reasons = try ["ARREARS", "CREDITOR"].map { try ReasonCode($0) }
        return OneThingDefinition(
            matter: label("closing"), version: 1, title: title("closing"), basis: "a rule", lead: label("registrar"),
            subject: .licence, excludes: excludes.map(label),
            roles: [role("registrar", 0), role("tax", 1), role("social", 2)],
            options: [NamedTitle(label("individual"), title("individual"))],
            fields: [DefinitionField(label("promise"), title("promise"), for: [label("registrar")])],
            reasons: [try reason("ARREARS"), try reason("CREDITOR"), try reason("CHANGED")],
            intake: [IntakeItem(label("promise"))],
            ends: ["terminated", "refused", "lapsed"].map { NamedTitle(label($0), title($0)) },
            bindingStep: label("review"),
            steps: [
                StepDefinition(
                    label("announcement"), title("announcement"), role: label("registrar"),
                    condition: OptionCondition(unless: label("individual")), answers: [answer("announced")],
                    attempts: 3),
                StepDefinition(
                    label("objections"), title("objections"), role: label("registrar"),
                    after: [label("announcement")], condition: OptionCondition(unless: label("individual")),
                    window: WindowRule(
                        objectors: ["tax", "social"].map(label), isPublic: true, reasons: reasons,
                        ends: label("terminated"), back: lifts ? label("announcement") : nil,
                        lift: lifts ? try TimeLimit(5, .calendarDays) : nil),
                    limits: StepLimits(answer: try TimeLimit(20, .calendarDays)), attempts: 3),
                StepDefinition(
                    label("application"), title("application"), role: label("registrar"),
                    after: [label("objections")], condition: OptionCondition(unless: label("individual")),
                    answers: [answer("applied")],
                    limits: StepLimits(
                        answer: try TimeLimit(20, .calendarDays), extended: try TimeLimit(30, .calendarDays),
                        lapses: label("lapsed"))),
                StepDefinition(
                    label("review"), title("review"), role: label("registrar"), after: [label("application")],
                    needs: [label("promise")], answers: [answer("granted"), answer("refused", ends: "refused")],
                    limits: StepLimits(answer: try TimeLimit(3, .workingDays)),
                    effect: StepEffect(.cancelsLicence, type: try LicenceTypeCode(licenceType))),
                StepDefinition(
                    label("social-closing"), title("closing"), role: label("social"), after: [label("review")],
                    answers: [answer("closed")]),
            ])
    }
}
