import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import Nodes
import ZhenglianClient

extension Operation {
    /// Using licences: decisions, tickets, releases.
    static var uses: [Operation] {
        [decideUse, prepareUseStatement, showUse, useTicket, releaseUse, recordVerification, showUseRules]
    }

    private static let request = Schema.object(
        [
            .required("licence", .licence), .required("action", .choice(of: UseAction.self)),
            .required("fields", .columns), .required("authority", AuthorityBody.schema),
            .required(
                "recipientKey",
                Schema.string(.base64, 4...256).described(
                    "DER SubjectPublicKeyInfo of the caller's key, which alone opens the release, in base64",
                    "接收方公钥（SubjectPublicKeyInfo 的 DER，base64），释放内容仅此密钥可解")),
            .optional(
                "operatorDigest",
                Schema.digest.described("a keyed digest of the operator's number", "经办人编号的加密摘要")),
            .optional("agent", Schema.digest.described("the holder's grant to the agent who acts", "代理授权")),
            .optional("region", .region),
        ] + UseContextBody.properties)

    private static func request(_ body: JSONValue) throws -> UseRequest {
        UseRequest(
            licence: try body.value("licence"), application: try body.value("application"),
            authority: try AuthorityBody.read(body["authority"]), context: try UseContextBody.context(body),
            action: try body.word("action"), fields: body.columns("fields"), channel: UseContextBody.channel(body),
            recipientKey: try body.bytes("recipientKey"), operatorDigest: body.digest("operatorDigest"),
            agent: body.record("agent"), region: try body.optional("region"))
    }

    private static var decideUse: Operation {
        Operation(
            "decideUse", .post, "/uses",
            Summary(
                "ask the ledger whether a licence may be used; the decision is written, whatever it is",
                "申请用证；无论允许与否，决定均上链"),
            entitlement: .writeUses, scope: .ownDepartment,
            body: Body(
                schema: .object(request.properties + [.optional("proof", HolderProofBody.schema)]),
                maximumByteCount: 16 << 10),
            answer: .json(DecisionAnswer.schema), status: .created, isIdempotentByKey: true,
            problems: [.invalidValue, .refusedByLedger, .keyReused, .notFound]
        ) { call in
            let request = try request(call.body)
            let proof = try HolderProofBody.read(call.body["proof"])
            let decision = try await call.client.uses.decide(request, proof: proof)
            var reply = Reply.json(DecisionAnswer(decision), height: decision.height)
            reply.location = "/uses/\(decision.identifier)"
            return reply
        }
    }

    private static var prepareUseStatement: Operation {
        Operation(
            "prepareUseStatement", .post, "/uses/statements",
            Summary(
                "what the holder's device signs so that the same request is agreed to; nothing is written",
                "生成同一用证申请的待签声明；不写账本"),
            entitlement: .writeUses, scope: .ownDepartment,
            body: Body(
                schema: .object(request.properties + [HolderStatementBody.notAfter]), maximumByteCount: 16 << 10),
            answer: .json(HolderStatementBody.schema), problems: [.invalidValue]
        ) { call in
            let statement = try request(call.body).statement(
                by: call.services.department,
                notAfter: HolderStatementBody.end(call.body, now: call.services.clock.now),
                genesis: call.services.genesis)
            return .json(HolderStatementBody.Answer(statement, suite: call.services.suite))
        }
    }

    private static var showUse: Operation {
        Operation(
            "getUse", .get, "/uses/{decision}",
            Summary(
                "a decision, for the department that asked and the one that owns the licence; for auditors every one",
                "用证决定：申请部门与证照部门可见，审计员均可见"),
            entitlement: .readUses, scope: .ownDepartment, parameters: [.path("decision", .digest)],
            answer: .json(DecisionAnswer.schema), problems: [.notFound]
        ) { call in
            let decision = try await call.decision()
            return .json(DecisionAnswer(decision), height: decision.height)
        }
    }

    private static var useTicket: Operation {
        Operation(
            "getUseTicket", .get, "/uses/{decision}/ticket",
            Summary("the receipt of a decision: what the owner's node releases on", "用证凭据：决定的回执"),
            entitlement: .readUses, scope: .ownDepartment, parameters: [.path("decision", .digest)],
            answer: .either(.anything, bytes: "application/vnd.zhenglian.receipt"), problems: [.notFound, .gone]
        ) { call in
            let decision = try await call.decision()
            return try await call.receiptReply(
                .state(UsageContract.stateName(of: decision.identifier), asOf: decision.height), fileName: "use.ticket")
        }
    }

    private static var releaseUse: Operation {
        Operation(
            "releaseUse", .post, "/uses/{decision}/release",
            Summary(
                "fetch from the owner's node what a decision allows, encrypted to the key that the decision names",
                "向证照部门节点取件；内容按决定所列公钥加密"),
            entitlement: .writeUses, scope: .ownDepartment, parameters: [.path("decision", .digest)],
            body: Body(schema: .object(.required("kind", .choice(["fields", "file"]))), maximumByteCount: 1 << 10),
            answer: .json(ReleaseFacts.schema), problems: [.notFound, .invalidValue, .refusedByLedger]
        ) { call in
            let decision = try await call.decision()
            let kind: Release.Kind = call.body["kind"]?.string == "file" ? .file : .fields
            let sealed = try await call.services.withLicenceService(of: decision.owner) { service in
                try await call.client.releases.sealed(decision.identifier, kind: kind, from: service)
            }
            return .json(ReleaseFacts(decision: decision.identifier, kind: "\(kind)", sealed: Base64.encode(sealed)))
        }
    }

    private static var recordVerification: Operation {
        Operation(
            "recordVerification", .post, "/uses/verifications",
            Summary("write that a licence was compared with the ledger, and what came of it", "核验登记"),
            entitlement: .writeUses, scope: .ownDepartment,
            body: Body(
                schema: .object(
                    [
                        .required("licence", .licence),
                        .required("outcome", .choice(of: VerificationUse.Outcome.self)),
                    ] + UseContextBody.properties), maximumByteCount: 8 << 10),
            answer: .json(SubmittedTransaction.schema), status: .created, isIdempotentByKey: true,
            problems: [.invalidValue, .refusedByLedger, .keyReused, .notFound]
        ) { call in
            let outcome = try await call.client.uses.verify(
                VerifyUse(
                    licence: try call.body.value("licence"), application: try call.body.value("application"),
                    context: try UseContextBody.context(call.body), channel: UseContextBody.channel(call.body),
                    outcome: try call.body.word("outcome")))
            return .json(SubmittedTransaction(outcome), height: outcome.height)
        }
    }

    private static var showUseRules: Operation {
        Operation(
            "getUseRules", .get, "/uses/rules",
            Summary("the parameters of the access decision, in force and proposed", "访问控制规则参数：现行与提案"),
            entitlement: .readUses,
            answer: .json(VotedTableFacts<DecisionRulesFacts>.schema(of: DecisionRulesFacts.schema))
        ) { call in
            .json(VotedTableFacts(try await call.client.uses.rules(), DecisionRulesFacts.init))
        }
    }
}

/// What an owner's node has released: nobody but the key's owner can read it.
struct ReleaseFacts: Encodable, Sendable {
    let decision: DecisionIdentifier
    let kind: String
    let sealed: String

    static let schema = Schema.object(
        .required("decision", .digest), .required("kind", .choice(["fields", "file"])),
        .required(
            "sealed",
            Schema.string(.base64, 4...64_000_000).described(
                "DER of the ReleasedContent, encrypted to the key that the decision names, in base64",
                "按决定所列公钥加密的 ReleasedContent（base64）"))
    ).named("Release").described("what was released", "释放内容")
}

extension OperationCall {
    /// The decision that the path names, for those who may see it.
    /// - Throws: ``Problem`` with code `notEntitled`; `NodeError` with code `notFound`.
    fileprivate func decision() async throws -> Decision {
        let identifier: DecisionIdentifier = try record("decision")
        let decision = try await client.uses.decision(identifier)
        let own = services.department
        guard decision.requester == own || decision.owner == own || principal.audits(own) else {
            throw Problem(.notEntitled, "the decision concerns \(decision.requester) and \(decision.owner), not \(own)")
        }
        return decision
    }
}
