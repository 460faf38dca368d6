import Formats
import Identity
import Ledger
import Licences
import Nodes
import OneThings
import ZhenglianClient

// One act, from what it needs to what the ledger says.
extension DepartmentDesk {
    /// What the ledger says to whoever was not the first, or comes when the clock has ended: part of the work.
    private static let late: Set<String> = [
        OneThingError.Code.notOpen.rawValue, OneThingError.Code.doneBefore.rawValue,
        OneThingError.Code.tooLate.rawValue,
    ]
    private static let lateServices: Set<OneThingServiceError.Code> = [.notOpen, .outdated]

    func act(_ task: DepartmentTask, tries: Int, hasContent: Bool) async throws {
        var hasContent = hasContent
        do {
            let known = try await cases.standing(of: task.key.code).known
            let definition = try await definition(of: known)
            var name: String?
            if task.action.needsContent, !hasContent || issuesLicence(task, definition) {
                name = try await fetch(task, definition)
                hasContent = true
            }
            let (act, calls) = try await prepared(task, known, definition, holderName: name)
            var entry = SimulationLog.Entry(.acted, department, task)
            entry.begunAt = log.now
            let outcome = try await submit(act, after: calls, task)
            entry.height = outcome.height.rawValue
            try log.write(entry)
        } catch let error as TransactionRejected {
            try refused(task, error.code.rawValue, "\(error)", isLate: Self.late.contains(error.code.rawValue))
        } catch let error as OneThingServiceError where !Self.isPassing(error) {
            try refused(task, error.code.rawValue, "\(error)", isLate: Self.lateServices.contains(error.code))
            if error.code == .outdated {
                queue.giveUp(task.key)
                queue.look(at: task.key.code, due: clock.now)
            }
        } catch  where Self.isPassing(error) {
            try note(error, code: task.key.code)
            guard tries < limits.tries else { return queue.giveUp(task.key) }
            queue.again(
                task, tries: tries + 1, hasContent: hasContent, due: clock.now.advanced(by: pauseLength(tries + 1)))
        }
    }

    private func refused(_ task: DepartmentTask, _ code: String, _ message: String, isLate: Bool) throws {
        var entry = SimulationLog.Entry(isLate ? .late : .refused, department, task)
        entry.reason = isLate ? code : message
        try log.write(entry)
    }

    private func issuesLicence(_ task: DepartmentTask, _ definition: OneThingDefinition) -> Bool {
        guard case .answer = task.action else { return false }
        return definition.step(task.key.step)?.effect?.kind == .issuesLicence
    }

    /// Fetches everything that the step needs, each list from the node that keeps it.
    /// - Returns: the name that a licence of the case is made out to, where it came.
    private func fetch(_ task: DepartmentTask, _ definition: OneThingDefinition) async throws -> String? {
        let contents = connection.client.oneThings.contents
        var name: String?
        for source in try await contents.sources(of: task.key.code, step: task.key.step) {
            let key = connection.client.genesis.suite.recipientCipher.generateKey()
            let released = try await contents.fetch(
                source, of: task.key.code, step: task.key.step, attempt: task.key.attempt, key: key,
                from: try connection.service(of: source.stored.department))
            let datum = released.disclosures.first { $0.item.name.rawValue == "enterprise-name" }?.item.datum
            name = datum ?? name
        }
        var entry = SimulationLog.Entry(.fetched, department, task)
        entry.kind = nil
        try log.write(entry)
        return name
    }

    /// Once for (case, step, attempt): the key says what the act is about, whoever signs it again.
    private func submit(_ act: CaseAct, after calls: [Call], _ task: DepartmentTask) async throws -> Outcome {
        let key = task.key
        let name =
            "zhenglian departments 1|\(seed.number)|\(department)|\(key.code)|\(key.step)|\(key.attempt)|\(key.round)|"
            + task.action.name
        let call = Call(
            contract: CasesContract.contractName, method: CasesContract.Method.act,
            arguments: ActOnCase(key.code, act).derBytes)
        return try await connection.client.submitter.submit(
            calls + [call], key: IdempotencyKey(connection.client.genesis.suite.digest(of: Array(name.utf8))))
    }

    private func prepared(
        _ task: DepartmentTask, _ known: OneThingCase, _ definition: OneThingDefinition, holderName: String?
    ) async throws -> (CaseAct, [Call]) {
        let (step, attempt) = (task.key.step, task.key.attempt)
        switch task.action {
        case .acknowledge: return (.acknowledge(step, attempt: attempt), [])
        case .giveBack(let reason): return (.giveBack(step, attempt: attempt, reason), [])
        case .ask(let reason): return (.ask(step, attempt: attempt, reason), [])
        case .suspend(let reason): return (.suspend(step, attempt: attempt, reason), [])
        case .resume: return (.resume(step, attempt: attempt), [])
        case .consent: return (.consent(step, attempt: attempt), [])
        case .object(let reason): return (.object(step, attempt: attempt, reason), [])
        case .lift(let number): return (.lift(step, attempt: attempt, number), [])
        case .compensate: return (.compensate(step, attempt: attempt), [])
        case .push:
            return (.push(step, attempt: attempt, try await stored(results.mended(task.key, known, definition))), [])
        case .supply:
            return (.supply(step, attempt: attempt, try await stored(results.mended(task.key, known, definition))), [])
        case .answer(let name):
            return try await answer(name, task.key, known, definition, holderName: holderName)
        }
    }

    private func answer(
        _ name: Label, _ key: DepartmentTask.Key, _ known: OneThingCase, _ definition: OneThingDefinition,
        holderName: String?
    ) async throws -> (CaseAct, [Call]) {
        guard let index = definition.steps.firstIndex(where: { $0.name == key.step }),
            let answer = definition.steps[index].answer(name)
        else { throw OneThingError(.notDefined, "\(definition.matter) has no such answer") }
        let step = definition.steps[index]
        guard answer.settles else { return (.answer(key.step, attempt: key.attempt, name), []) }
        // Ledger time of the attempt: the same for whoever answers again.
        let day = CalendarDate(beijing: known.steps[index].begunAt ?? known.openedAt)
        let onLedger = step.returns.filter { definition.field($0)?.isOnLedger ?? false }
        let values = try results.values(returning: onLedger, key, known, begun: day)
        let content = try await stored(
            results.content(step.returns.filter { !onLedger.contains($0) }, key, definition))
        var calls: [Call] = []
        var licence: LicenceIdentifier?
        switch step.effect?.kind {
        case .issuesLicence:
            guard let type = step.effect?.type else { break }
            let draft = LicenceDraft(
                genesis: connection.client.genesis, department: department, type: type,
                holderName: holderName ?? "示范企业", holderCode: results.creditCode(of: known), issuedOn: day,
                holder: known.holder)
            let serial = "ZLCASE" + known.code.text.filter { $0.isNumber || $0.isUppercase } + "A\(key.attempt)"
            var draws = seed.draws("licence", known.code.text, "\(key.attempt)")
            let prepared = try draft.prepared(serial: serial, draws: &draws)
            (calls, licence) = (CasesClient.issuing(prepared), prepared.identifier)
        case .cancelsLicence:
            guard case .licence(let subject) = known.subject else { break }
            calls = try CasesClient.cancelling(subject, basis: "简易注销 \(known.code)")
        case nil: break
        }
        let act = CaseAct.answer(
            key.step, attempt: key.attempt, name, values: values, content: content, licence: licence)
        return (act, calls)
    }

    private func stored(_ content: StepResults.Content?) async throws -> CaseContent? {
        guard let content else { return nil }
        return try await connection.client.oneThings.contents.store(
            content.items, files: content.files, at: connection.service)
    }
}

extension OneThingCase {
    fileprivate var holder: HolderPseudonym? {
        if case .holder(let holder) = subject { return holder }
        return nil
    }
}
