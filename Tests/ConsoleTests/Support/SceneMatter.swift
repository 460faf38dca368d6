import Formats
import Identity
import LedgerTestKit
import Licences
import OneThings

/// Two matters with steps side by side and a time for objections, told as real ones are.
enum SceneMatter {
    static let licenceType = "11100000MB0143028R001"

    static func label(_ text: String) -> Label {
        guard let label = Label(text) else { preconditionFailure("'\(text)' is no label") }
        return label
    }

    private static func role(
        _ name: String, _ department: Int, _ chinese: String, _ english: String
    ) -> DefinitionRole {
        DefinitionRole(label(name), label("department-\(department)"), BilingualTitle(chinese, english))
    }

    private static func done(_ name: String = "done") -> StepAnswer {
        StepAnswer(label(name), BilingualTitle("办结", "done"))
    }

    private static let branchLimits: StepLimits = limits(8, .hours)

    private static func limits(_ amount: Int64, _ unit: TimeLimit.Unit) -> StepLimits {
        guard let answer = try? TimeLimit(amount, unit), let acknowledge = try? TimeLimit(30, .minutes),
            let amber = try? TimeLimit(4, .hours)
        else { preconditionFailure("the limits are limits") }
        return StepLimits(acknowledge: acknowledge, answer: answer, amber: amber)
    }

    /// Enterprise opening: acceptance, registration, then seals, tax and insurance side by side.
    /// - Parameter hostile: put into every text that a definition may have.
    static func opening(hostile: String = "") throws -> OneThingDefinition {
        func title(_ chinese: String, _ english: String) -> BilingualTitle {
            BilingualTitle(chinese + hostile, english + hostile)
        }
        func step(
            _ name: String, _ chinese: String, _ english: String, role: String, after: [String], needs: [String] = []
        ) -> StepDefinition {
            StepDefinition(
                label(name), title(chinese, english), role: label(role), after: after.map(label),
                needs: needs.map(label), answers: [done()], limits: branchLimits, attempts: 3,
                isWaivable: role != "registrar")
        }
        return OneThingDefinition(
            matter: label("enterprise-opening"), version: 1, title: title("企业开办", "Enterprise opening"),
            basis: "国务院办公厅关于加快推进政务服务“一网通办”的指导意见" + hostile, lead: label("registrar"), subject: .holder,
            roles: [
                role("registrar", 0, "登记机关", "Registrar"), role("police", 3, "印章备案", "Seals"),
                role("tax", 1, "税务机关", "Tax"), role("insurance", 2, "社会保险", "Social insurance"),
            ],
            fields: [
                DefinitionField(
                    label("name"), title("企业名称", "Company's name"),
                    for: ["registrar", "police", "tax", "insurance"].map(label)),
                DefinitionField(label("uscc"), title("统一社会信用代码", "Credit code"), isOnLedger: true),
            ],
            reasons: [DefinitionReason(try ReasonCode("INCOMPLETE"), title("材料不全", "incomplete"))],
            intake: [IntakeItem(label("name"))],
            steps: [
                step("acceptance", "受理", "Acceptance", role: "registrar", after: [], needs: ["name"]),
                StepDefinition(
                    label("registration"), title("设立登记", "Registration"), role: label("registrar"),
                    after: [label("acceptance")], needs: [label("name")], returns: [label("uscc")], answers: [done()],
                    limits: branchLimits),
                step("seal", "公章刻制", "Seals", role: "police", after: ["registration"], needs: ["name"]),
                step("tax", "发票申领", "Invoices", role: "tax", after: ["registration"], needs: ["name"]),
                step("insurance", "社保登记", "Insurance", role: "insurance", after: ["registration"], needs: ["name"]),
                step("archive", "归集办结", "Completion", role: "registrar", after: ["seal", "tax", "insurance"]),
            ])
    }

    /// Deregistration: announced, open to objections, then cancelled.
    static func closing() throws -> OneThingDefinition {
        OneThingDefinition(
            matter: label("simple-deregistration"), version: 1,
            title: BilingualTitle("企业简易注销", "Simple deregistration"), basis: "企业注销指引", lead: label("registrar"),
            subject: .holder,
            roles: [
                role("registrar", 0, "登记机关", "Registrar"), role("tax", 1, "税务机关", "Tax"),
                role("insurance", 2, "社会保险", "Social insurance"),
            ],
            fields: [DefinitionField(label("promise"), BilingualTitle("承诺书", "Promise"), for: [label("registrar")])],
            reasons: [DefinitionReason(try ReasonCode("TAX_ARREARS"), BilingualTitle("欠税", "arrears of tax"))],
            intake: [IntakeItem(label("promise"))],
            ends: [NamedTitle(label("objected"), BilingualTitle("因异议终结", "ended by an objection"))],
            steps: [
                StepDefinition(
                    label("announcement"), BilingualTitle("公告", "Announcement"), role: label("registrar"),
                    needs: [label("promise")], answers: [done()], limits: branchLimits),
                StepDefinition(
                    label("objections"), BilingualTitle("异议期", "Time for objections"), role: label("registrar"),
                    after: [label("announcement")],
                    window: WindowRule(
                        objectors: [label("tax"), label("insurance")], isPublic: false,
                        reasons: [try ReasonCode("TAX_ARREARS")], ends: label("objected")),
                    limits: StepLimits(answer: try TimeLimit(20, .calendarDays))),
                StepDefinition(
                    label("cancellation"), BilingualTitle("注销登记", "Cancellation"), role: label("registrar"),
                    after: [label("objections")], answers: [done()], limits: branchLimits),
            ])
    }
}
