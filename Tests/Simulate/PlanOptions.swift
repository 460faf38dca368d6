import ArgumentParser
import Simulation

/// What a history is made of where it is not to follow from the seed.
struct PlanOptions: ParsableArguments {
    @Option(help: "How many validators there are at first.")
    var validators: Int?
    @Option(help: "The one Byzantine validator's behaviour, or 'none'.")
    var traitor: String?
    @Option(help: "A rule that is broken on purpose.")
    var canary: String?
    @Option(help: "How many seconds the faults last.")
    var storm: Int?

    /// The plan of a seed with these changes.
    /// - Throws: `ValidationError` where there is no such behaviour or rule.
    func plan(seed: UInt64) throws -> HistoryPlan {
        var plan = HistoryPlan(seed: seed)
        if let validators { plan.validators = validators }
        if let traitor {
            guard traitor != "none" else {
                plan.traitors = [:]
                return try finish(plan)
            }
            guard let kind = MisbehaviourKind(rawValue: traitor) else {
                let names = MisbehaviourKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("there is no behaviour '\(traitor)'; there are none, \(names)")
            }
            plan.traitors = [Int(seed % UInt64(plan.validators)): kind]
        }
        return try finish(plan)
    }

    private func finish(_ plan: HistoryPlan) throws -> HistoryPlan {
        var plan = plan
        if let canary {
            guard let rule = Canary(rawValue: canary) else {
                let names = Canary.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("there is no rule '\(canary)' to break; there are \(names)")
            }
            plan.canary = rule
        }
        if let storm { plan.storm = .seconds(storm) }
        return plan
    }
}
