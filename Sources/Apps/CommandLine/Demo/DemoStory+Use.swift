import Foundation
import Licences
import LocalConsortium

/// What authorises a use, as the story goes from step to step.
struct DemoAuthorisations {
    /// The holder's and the agent's pseudonyms.
    let holder: String
    let agent: String
    /// The files with their devices' keys.
    let holderKey: String
    let agentKey: String
    /// The holder's grants: to the agent, and to the department of the counter.
    let agentGrant: String
    let departmentGrant: String
}

extension DemoStory {
    private var owner: Department { plan.departments[0] }
    /// Uses the licence, and may.
    private var counter: Department { plan.departments[1] }
    /// Uses the licence, and may not.
    private var stranger: Department { plan.departments[2] }

    private var licence: String { input.documentIdentifier }
    private var purpose: String { "TAX-REGISTRATION" }

    /// Which part of the consortium's secrets only those who issue licences and identify holders have.
    var pseudonymKeys: String { "\(work)/pseudonyms.json" }

    /// The key to which the tax authority has fields released.
    var releaseKey: String { "\(work)/release.key" }

    func makePseudonymKeys() async throws -> Phrase {
        _ = try await narrator.run(
            ["holder", "keys", "init", "--keys", pseudonymKeys, "--genesis", folder.genesis],
            as: DemoAnswer.Ignored.self)
        return Phrase(
            "holders stand on the ledger by pseudonym, which nobody without this file can make",
            "持证主体以假名上链，没有此文件者无法由号码推出假名")
    }

    func fillVault(_ consortium: FoundedConsortium) async throws -> Phrase {
        let answer = try await narrator.run(
            [
                "vault", "put", input.licences.path, "--vault", folder.vault(ofNodeOf: owner.name), "--genesis",
                folder.genesis, "--salts", "\(folder.path)/salts",
            ], as: DemoAnswer.VaultFilling.self)
        guard answer.stored > 0, answer.refused.isEmpty else {
            throw DemoFailure("the vault took \(answer.stored) licences and refused \(answer.refused.count)")
        }
        return Phrase(
            "\(answer.stored) licences with their fields and files, encrypted, on \(owner.name)'s node alone",
            "\(answer.stored) 张证照的字段与文件加密存于 \(owner.name) 的节点，别处没有")
    }

    func authorise(_ consortium: FoundedConsortium) async throws -> (DemoAuthorisations, Phrase) {
        let asOwner = consortium.clientOptions(as: owner, at: owner)
        let (company, person) = try holders()
        let holder = try await register(company, device: "company", asOwner)
        let agent = try await register(person, device: "agent", asOwner)
        _ = try await narrator.run(
            [
                "authorise", "entitle", "--department", counter.name, "--application", "counter", "--type", licenceType,
                "--action", "query", "--action", "apply", "--action", "present", "--field", "holder_name", "--field",
                "certificate_name",
            ] + asOwner, as: DemoAnswer.Written.self)
        let agentGrant = try await grant(
            ["--agent", agent.pseudonym, "--action", "apply", "--field", "certificate_name"], of: holder, asOwner)
        let departmentGrant = try await grant(
            [
                "--to", counter.name, "--application", "counter", "--action", "query", "--field", "holder_name",
                "--maximum-uses", "3",
            ], of: holder, asOwner)
        return (
            DemoAuthorisations(
                holder: holder.pseudonym, agent: agent.pseudonym, holderKey: holder.key, agentKey: agent.key,
                agentGrant: agentGrant, departmentGrant: departmentGrant),
            Phrase(
                "the enterprise has authorised its agent, and \(counter.name) for one purpose and three uses",
                "企业已授权其经办人，并授权 \(counter.name) 为一个用途使用三次")
        )
    }

    func actAsAgent(_ consortium: FoundedConsortium, _ authorisations: DemoAuthorisations) async throws -> Phrase {
        let answer = try await ask(agentsWish(authorisations), as: counter, consortium, expecting: 0)
        return Phrase(
            "allowed: decision \(answer.decision.prefix(8))…, on the enterprise's grant to its agent",
            "准许：决定 \(answer.decision.prefix(8))…，依据企业对经办人的授权")
    }

    func useAndFetch(_ consortium: FoundedConsortium, _ authorisations: DemoAuthorisations) async throws -> Phrase {
        let key = releaseKey
        _ = try await narrator.run(
            ["use", "key", "--out", key, "--genesis", folder.genesis], as: DemoAnswer.Ignored.self)
        let decision = try await ask(
            [
                "--action", "query", "--field", "holder_name", "--grant", authorisations.departmentGrant,
                "--recipient-key", key,
            ], as: counter, consortium, expecting: 0)
        let released = try await narrator.run(
            ["use", "release", "--decision", decision.decision, "--key", key]
                + consortium.clientOptions(as: counter, at: counter),
            as: DemoAnswer.Released.self)
        guard let field = released.fields.first, field.name == "holder_name", !field.value.isEmpty else {
            throw DemoFailure("the release has no holder_name")
        }
        return Phrase(
            "allowed, and released by \(owner.name)'s node to \(counter.name) alone: \(field.value)",
            "准许，由 \(owner.name) 的节点只释放给 \(counter.name)：\(field.value)")
    }

    func useWithoutRight(_ consortium: FoundedConsortium, _ authorisations: DemoAuthorisations) async throws -> Phrase {
        let answer = try await ask(
            ["--action", "query", "--field", "holder_name", "--grant", authorisations.departmentGrant],
            as: stranger, consortium, expecting: 1)
        return try denial(answer)
    }

    func present(_ consortium: FoundedConsortium, _ authorisations: DemoAuthorisations) async throws -> Phrase {
        let code = "\(work)/code.txt"
        let showing =
            [
                "use", "present", "--licence", licence, "--purpose", purpose, "--field", "holder_name", "--device-key",
                authorisations.holderKey, "--agree", counter.name, "--code", code,
            ] + consortium.clientOptions(as: owner, at: owner)
        let scanning =
            ["use", "scan", code, "--application", "counter", "--purpose", purpose]
            + consortium.clientOptions(as: counter, at: counter)
        narrator.show(showing)
        narrator.show(scanning)
        async let shown: DemoAnswer.Presented = narrator.answer(showing)
        let released: DemoAnswer.Released
        do {
            try await wait(for: code)
            released = try await narrator.answer(scanning)
        } catch {
            _ = try await shown
            throw error
        }
        guard try await shown.agrees, let field = released.fields.first else {
            throw DemoFailure("the holder did not agree")
        }
        // What was shown once is of no use to whoever has kept a picture of it.
        let replayed: DemoAnswer.Failure = try await narrator.run(scanning, expecting: 1, as: DemoAnswer.Failure.self)
        return Phrase(
            "the holder saw that \(counter.name) asks, agreed, and it saw \(field.value); the same code again: "
                + replayed.error.message,
            "持证人看到 \(counter.name) 请求并同意，对方看到 \(field.value)；同一亮证码再扫：\(replayed.error.message)")
    }

    func revoke(_ consortium: FoundedConsortium, _ authorisations: DemoAuthorisations) async throws -> Phrase {
        _ = try await narrator.run(
            ["licence", "revoke", "--identifier", licence, "--status", "04", "--basis", "市场主体登记管理条例第三十一条"]
                + consortium.clientOptions(as: owner, at: owner), as: DemoAnswer.Ignored.self)
        return try denial(try await ask(agentsWish(authorisations), as: counter, consortium, expecting: 1))
    }

    func trace(_ consortium: FoundedConsortium, _ authorisations: DemoAuthorisations) async throws -> Phrase {
        let proof = "\(work)/licence.trace"
        let asOwner = consortium.clientOptions(as: owner, at: owner)
        _ = try await narrator.run(
            ["trace", "--licence", licence, "--proof", proof] + asOwner, as: DemoAnswer.Trace.self)
        let proved = try await narrator.run(
            ["trace", "verify", proof, "--genesis", folder.genesis], as: DemoAnswer.Trace.self)
        for event in proved.events {
            let words = [event.time, event.event, event.department, event.action, event.outcome].compactMap(\.self)
            narrator.result(Phrase(words.joined(separator: " "), words.joined(separator: " ")))
        }
        let own = try await narrator.run(
            ["trace", "--holder", authorisations.holder, "--as-holder"] + asOwner, as: DemoAnswer.Trace.self)
        guard proved.events.count >= 5, own.events.count >= proved.events.count else {
            throw DemoFailure("the trace has \(proved.events.count) events, the holder's \(own.events.count)")
        }
        return Phrase(
            "\(proved.events.count) events, no more and no less, proved by the genesis file alone; "
                + "the holder sees \(own.events.count)",
            "轨迹共 \(proved.events.count) 条，不多不少，仅凭创世文件即可证明；持证人可见 \(own.events.count) 条")
    }
}

extension DemoStory {
    private var licenceType: String { licence.split(separator: ".").dropFirst(5).first.map(String.init) ?? "" }

    /// What the enterprise's agent does at the counter.
    private func agentsWish(_ authorisations: DemoAuthorisations) -> [String] {
        [
            "--action", "apply", "--field", "certificate_name", "--in-person", "--agent", authorisations.agentGrant,
            "--holder-key", authorisations.agentKey,
        ]
    }

    /// Asks the ledger for a use of the licence, or of another.
    func ask(
        _ wish: [String], about other: String? = nil, as department: Department, _ consortium: FoundedConsortium,
        expecting status: Int32
    ) async throws -> DemoAnswer.UseDecision {
        let answer = try await narrator.run(
            ["use", "request", "--licence", other ?? licence, "--application", "counter", "--purpose", purpose] + wish
                + consortium.clientOptions(as: department, at: department),
            expecting: status, as: DemoAnswer.UseDecision.self)
        guard (answer.outcome == "allowed") == (status == 0) else { throw DemoFailure("the decision is \(answer)") }
        return answer
    }

    private func denial(_ answer: DemoAnswer.UseDecision) throws -> Phrase {
        guard let reasons = answer.reasons else { throw DemoFailure("a denial without a reason") }
        return Phrase(
            "denied with status 1, and the denial is on the ledger: \(reasons)", "被拒绝，退出状态 1，拒绝亦已上链：\(reasons)")
    }

    func grant(
        _ wish: [String], on other: String? = nil, of holder: (pseudonym: String, key: String), _ options: [String]
    ) async throws -> String {
        let answer = try await narrator.run(
            [
                "authorise", "grant", "--holder", holder.pseudonym, "--licence", other ?? licence, "--purpose", purpose,
            ] + wish + ["--holder-key", holder.key] + options, as: DemoAnswer.Written.self)
        guard let identifier = answer.identifier else { throw DemoFailure("the grant has no name") }
        return identifier
    }

    func pseudonym(of code: String, type: String) async throws -> String {
        let answer = try await narrator.run(
            [
                "holder", "pseudonym", "--keys", pseudonymKeys, "--genesis", folder.genesis, "--holder-code-type", type,
                "--holder-code", code,
            ], as: DemoAnswer.Pseudonyms.self)
        guard let pseudonym = answer.pseudonyms.first else { throw DemoFailure("there is no pseudonym") }
        return pseudonym
    }

    /// Registers a holder at the counter, with the key of a new device.
    func register(
        _ number: (type: String, code: String, licence: String), device: String, _ options: [String]
    ) async throws -> (pseudonym: String, key: String) {
        let pseudonym = try await pseudonym(of: number.code, type: number.type)
        let key = "\(work)/\(device).key"
        _ = try await narrator.run(
            ["holder", "device", "--out", key, "--genesis", folder.genesis], as: DemoAnswer.Ignored.self)
        _ = try await narrator.run(
            ["authorise", "bind", "--holder", pseudonym, "--level", "4", "--key", key, "--licence", number.licence]
                + options,
            as: DemoAnswer.Written.self)
        return (pseudonym, key)
    }

    /// The licence's holder, and a person who has another licence in the table.
    private func holders() throws -> (
        company: (type: String, code: String, licence: String), person: (type: String, code: String, licence: String)
    ) {
        var table = try LicenceTable(contentsOf: input.licences, rules: LicenceTableRules(strictness: .issue))
        let rows = try table.readAll().rows
        guard let company = rows.first(where: { $0.identifier.text == licence }),
            let person = rows.first(where: { $0.holder.type == "111" })
        else { throw DemoFailure("the table lacks the licence of this story, or a person") }
        return (
            (company.holder.type, company.holder.text, company.identifier.text),
            (person.holder.type, person.holder.text, person.identifier.text)
        )
    }

    private func wait(for path: String) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(30))
        while !FileManager.default.fileExists(atPath: path) {
            guard clock.now < deadline else { throw DemoFailure("there is no code in \(path)") }
            try await clock.sleep(for: .milliseconds(100))
        }
    }
}
