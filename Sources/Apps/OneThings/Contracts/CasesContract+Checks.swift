import Formats
import Identity
public import Ledger
import Licences

// Who may write, what a case may be about, and what an answer does to a licence.
extension CasesContract {
    func checkWriter(_ context: ContractContext) throws(ContractError) {
        guard [.client, .administrator].contains(context.caller.member.role) else {
            throw ContractError(
                .notPermitted,
                "this is for clients and administrators of departments, not for a "
                    + context.caller.member.role.rawValue)
        }
    }

    /// Nodes record what clocks bring and what they give out, in their departments' names.
    func checkMember(_ context: ContractContext) throws(ContractError) {
        guard context.caller.member.role != .auditor else {
            throw ContractError(.notPermitted, "an auditor changes nothing")
        }
    }

    func translated<Value>(_ body: () throws(OneThingError) -> Value) throws(ContractError) -> Value {
        do throws(OneThingError) {
            return try body()
        } catch {
            throw ContractError(ContractError.Code(rawValue: error.code.rawValue), error.message)
        }
    }

    // MARK: Subjects

    func checkSubject(
        _ subject: CaseSubject, of definition: OneThingDefinition, in context: inout ContractContext
    ) throws(ContractError) {
        switch (subject, definition.subject) {
        case (.holder, .holder): return
        case (.licence(let licence), .licence):
            try checkInForce(licence, in: &context)
        default:
            throw ContractError(
                .wrongSubject, "a case of \(definition.matter) is about a \(definition.subject), as its definition says"
            )
        }
    }

    func checkInForce(_ licence: LicenceIdentifier, in context: inout ContractContext) throws(ContractError) {
        guard let record = try context.catalogueRecord(of: licence), record.identifier == licence else {
            throw ContractError(.notFound, "\(licence) is not the version that the ledger has of this licence")
        }
        let status = record.effectiveStatus(at: context.blockTime)
        guard status == .valid, record.tombstone == nil else {
            throw ContractError(
                .notInForce,
                "\(licence) has status \(status.text): a case about it only ends now, by an answer that ends it or by "
                    + "being withdrawn")
        }
    }

    /// Puts a case among those that run on a subject.
    func enter(
        _ subject: [UInt8], _ definition: OneThingDefinition, _ code: OneThingCode, in context: inout ContractContext
    ) throws(ContractError) {
        let key = CaseKeys.subject(subject)
        var running = try context.get(key, as: RunningCases.self) ?? RunningCases([])
        for other in running.entries {
            let theirs = try context.get(CaseKeys.record(other.code), as: OneThingCase.self)
            let excluded =
                try theirs.flatMap { (known) throws(ContractError) in
                    try context.definition(of: known.matter, version: known.definition)
                }?.excludes ?? []
            let isExcluded =
                other.matter == definition.matter || definition.excludes.contains(other.matter)
                || excluded.contains(definition.matter)
            guard !isExcluded else {
                throw ContractError(
                    .excluded, "\(other.code) of \(other.matter) runs on the same subject: it has to be over first")
            }
        }
        guard running.entries.count < OneThingLimits.casesPerSubject else {
            throw ContractError(
                .limitExceeded, "at most \(OneThingLimits.casesPerSubject) cases run on one subject at a time")
        }
        running.entries.append(SubjectCase(matter: definition.matter, code: code))
        try context.put(key, running)
    }

    /// Takes a case that is over from its subjects.
    func leave(_ known: OneThingCase, in context: inout ContractContext) throws(ContractError) {
        let subjects = [known.subject.key] + [known.licence.map { CaseSubject.licence($0).key }].compactMap(\.self)
        for subject in subjects {
            let key = CaseKeys.subject(subject)
            guard var running = try context.get(key, as: RunningCases.self) else { continue }
            running.entries.removeAll { $0.code == known.code }
            if running.entries.isEmpty { try context.remove(key) } else { try context.put(key, running) }
        }
    }

    // MARK: Effects

    /// That the licence of a case is in force where the act relies on it, and that an answer with an effect has had it:
    /// in this very transaction.
    func checkLicence(
        _ act: CaseAct, of machine: CaseMachine, in context: inout ContractContext
    ) throws(ContractError) {
        let definition = machine.definition
        if act.kind == .annul { return try checkAnnulled(machine.state, in: &context) }
        guard act.kind == .answer || act.kind == .push, let step = act.step.flatMap(definition.step) else { return }
        let answer = act.answer.flatMap(step.answer)
        // Whatever ends the case or leads back needs no licence.
        if act.kind == .answer, answer?.settles != true { return }
        if act.kind == .answer, let effect = step.effect {
            return try check(effect, act, of: machine.state, in: &context)
        }
        guard case .licence(let licence) = machine.state.subject else { return }
        let isCancelled = zip(definition.steps, machine.state.steps).contains { step, state in
            step.effect?.kind == .cancelsLicence && state.status == .settled
        }
        if !isCancelled { try checkInForce(licence, in: &context) }
    }

    private func check(
        _ effect: StepEffect, _ act: CaseAct, of known: OneThingCase, in context: inout ContractContext
    ) throws(ContractError) {
        switch effect.kind {
        case .issuesLicence:
            // That the act names a licence is the machine's to check.
            guard let licence = act.licence else { return }
            guard licence.typeCode == effect.type else {
                throw ContractError(.wrongEffect, "the step issues a licence of type \(effect.type), not \(licence)")
            }
            let record = try context.catalogueRecord(of: licence)
            let evidence = EvidenceContract.stateName(of: licence)
            guard let record, record.identifier == licence, record.transaction == context.transaction,
                record.department == context.caller.department, record.status == .valid,
                try context.get(StateKey(evidence.key), of: evidence.contract) != nil
            else {
                throw ContractError(
                    .wrongEffect, "\(licence) is issued, with its evidence, in the transaction that answers the step")
            }
        case .cancelsLicence:
            guard case .licence(let licence) = known.subject else { return }
            let record = try context.catalogueRecord(of: licence)
            guard let record, record.transaction == context.transaction, record.status == .cancelled else {
                throw ContractError(
                    .wrongEffect, "\(licence) is cancelled in the transaction that answers the step, and not before")
            }
            guard try context.closure(of: licence)?.transaction == context.transaction else {
                throw ContractError(
                    .wrongEffect,
                    "the authorisations on \(licence) are closed in the transaction that cancels it")
            }
        }
    }

    /// A licence that a case has issued goes with it.
    private func checkAnnulled(_ known: OneThingCase, in context: inout ContractContext) throws(ContractError) {
        guard let licence = known.licence, let record = try context.catalogueRecord(of: licence) else { return }
        guard record.effectiveStatus(at: context.blockTime) != .valid || record.tombstone != nil else {
            throw ContractError(
                .wrongEffect, "\(licence), which the case has issued, is revoked before or with its annulment")
        }
    }
}

extension ContractError.Code {
    /// A case of this matter is about something else.
    public static let wrongSubject = Self(rawValue: "wrongSubject")
    /// Another case runs on the same subject, and the two exclude each other.
    public static let excluded = Self(rawValue: "excluded")
    /// The licence was not issued or cancelled in the answer's transaction, or is another.
    public static let wrongEffect = Self(rawValue: "wrongEffect")
    /// Data or papers are missing, or there are some that the definition does not name.
    public static let wrongContent = Self(rawValue: "wrongContent")
}
