import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import Nodes
import ZhenglianClient

extension Operation {
    /// Who may use whose licences, for what: what departments write. What a holder wants comes with the holder's proof.
    static var authorisationWriting: [Operation] {
        [
            prepareGrantStatement, writeGrant, withdrawGrant, declareBasis, endBasis, requestAccess, answerRequest,
            endRequest, entitle, endEntitlement, bindHolder, freeze, unfreeze,
        ]
    }

    private static let refusals: [Problem.Code] = [.notFound, .invalidValue, .refusedByLedger, .keyReused]

    private static func writing(
        _ name: String, _ path: String, _ summary: Summary, parameters: [Parameter] = [], schema: Schema,
        answer: Schema = SubmittedTransaction.schema, status: HTTPResponse.Status = .ok,
        run: @escaping @Sendable (OperationCall) async throws -> Reply
    ) -> Operation {
        Operation(
            name, .post, path, summary, entitlement: .writeAuthorisations, scope: .ownDepartment,
            parameters: parameters, body: Body(schema: schema, maximumByteCount: 32 << 10), answer: .json(answer),
            status: status, isIdempotentByKey: true, problems: refusals, run: run)
    }

    private static let wish: [Schema.Property] = [
        .required("holder", .pseudonym),
        .optional("agent", Schema.pseudonym.described("who acts for the holder; or 'department'", "代理人；或 department")),
        .optional("department", .department),
        .optional("application", Schema.application.described("that system alone", "仅此系统")),
        .required("scope", ScopeFacts.schema),
    ]

    private static func wish(_ body: JSONValue) throws -> GrantWish {
        let agent: HolderPseudonym? = try body.optional("agent")
        let recipient: GrantRecipient
        switch (agent, body.optionalLabel("department")) {
        case (let agent?, nil): recipient = .agent(agent)
        case (nil, let department?): recipient = .department(department, try body.optional("application"))
        default: throw Problem(.invalidValue, "a grant is to an 'agent' or to a 'department', one of both")
        }
        return GrantWish(
            grantor: try body.value("holder"), recipient: recipient, scope: try ScopeFacts.read(body["scope"]))
    }

    private static var prepareGrantStatement: Operation {
        Operation(
            "prepareGrantStatement", .post, "/grants/statements",
            Summary("what the holder's device signs to grant this; nothing is written", "生成授权待签声明；不写账本"),
            entitlement: .writeAuthorisations, scope: .ownDepartment,
            body: Body(schema: .object(wish + [HolderStatementBody.notAfter]), maximumByteCount: 32 << 10),
            answer: .json(HolderStatementBody.schema), problems: [.invalidValue]
        ) { call in
            let statement = try wish(call.body).statement(
                notAfter: HolderStatementBody.end(call.body, now: call.services.clock.now),
                genesis: call.services.genesis)
            return .json(HolderStatementBody.Answer(statement, suite: call.services.suite))
        }
    }

    private static var writeGrant: Operation {
        writing(
            "writeGrant", "/grants", Summary("write a holder's grant, with the holder's proof", "登记授权（附持证主体确认）"),
            schema: .object(wish + [.required("proof", HolderProofBody.schema)]),
            answer: .object(.required("grant", .digest)), status: .created
        ) { call in
            struct Written: Encodable, Sendable { let grant: GrantIdentifier }
            let grant = try await call.client.authorisations.grant(
                try wish(call.body), proof: try HolderProofBody.required(call.body["proof"]))
            var reply = Reply.json(Written(grant: grant))
            reply.location = "/grants/\(grant)"
            return reply
        }
    }

    private static var withdrawGrant: Operation {
        writing(
            "withdrawGrant", "/grants/{grant}/withdrawal",
            Summary("withdraw a grant at the holder's wish", "撤回授权（附持证主体确认）"), parameters: [.path("grant", .digest)],
            schema: .object(.required("proof", HolderProofBody.schema))
        ) { call in
            .submitted(
                try await call.client.authorisations.withdraw(
                    try call.record("grant"), proof: try HolderProofBody.required(call.body["proof"])))
        }
    }

    private static var declareBasis: Operation {
        writing(
            "declareStatutoryBasis", "/statutory-bases",
            Summary(
                "declare a rule by which a department uses the own licences without asking holders", "登记法定依据（本部门证照）"),
            schema: .object(
                .required("reference", Schema.text(1...256).described("the rule", "条款")),
                .required("department", .department), .optional("application", .application),
                .required("scope", ScopeFacts.schema)),
            answer: .object(.required("basis", .digest)), status: .created
        ) { call in
            struct Written: Encodable, Sendable { let basis: BasisIdentifier }
            let basis = try await call.client.authorisations.declare(
                DeclareBasis(
                    reference: try call.guarded("reference"), department: try call.body.label("department"),
                    application: try call.body.optional("application"), scope: try ScopeFacts.read(call.body["scope"])))
            var reply = Reply.json(Written(basis: basis))
            reply.location = "/statutory-bases/\(basis)"
            return reply
        }
    }

    private static var endBasis: Operation {
        writing(
            "endStatutoryBasis", "/statutory-bases/{basis}/end", Summary("end a statutory basis", "终止法定依据"),
            parameters: [.path("basis", .digest)], schema: .object([])
        ) { call in
            let basis: BasisIdentifier = try call.record("basis")
            return .submitted(try await call.client.authorisations.end(basis))
        }
    }

    private static var requestAccess: Operation {
        writing(
            "requestAccess", "/access-requests", Summary("ask an owner for access", "申请用证权限"),
            schema: .object(
                .required("owner", .department), .required("application", .application),
                .required("scope", ScopeFacts.schema), .required("cause", Schema.text(1...256).described("why", "申请事由"))
            ),
            answer: .object(.required("request", .digest)), status: .created
        ) { call in
            struct Written: Encodable, Sendable { let request: AccessRequestIdentifier }
            let request = try await call.client.authorisations.request(
                RequestAccess(
                    owner: try call.body.label("owner"), application: try call.body.value("application"),
                    scope: try ScopeFacts.read(call.body["scope"]), cause: try call.guarded("cause")))
            var reply = Reply.json(Written(request: request))
            reply.location = "/access-requests/\(request)"
            return reply
        }
    }

    private static var answerRequest: Operation {
        writing(
            "answerAccessRequest", "/access-requests/{request}/answer",
            Summary("answer a department's request for the own licences", "答复用证申请（本部门证照）"),
            parameters: [.path("request", .digest)],
            schema: .object(
                .required("outcome", .choice(["granted", "denied"])),
                .optional("reason", Schema.purpose.described("a code; needed for a denial", "原因代码；拒绝时必填")))
        ) { call in
            let reason: PurposeCode? = try call.body.optional("reason")
            let isGranted = call.body["outcome"]?.string == "granted"
            guard isGranted || reason != nil else {
                throw Problem(.invalidValue, "/reason: is missing; a request is denied with a reason's code")
            }
            return .submitted(
                try await call.client.authorisations.answer(
                    AnswerRequest(try call.record("request"), isGranted ? .granted : .denied, reason: reason)))
        }
    }

    private static var endRequest: Operation {
        writing(
            "endAccessRequest", "/access-requests/{request}/end",
            Summary("take a request back, or end what was granted on it", "撤回用证申请或终止其权限"),
            parameters: [.path("request", .digest)], schema: .object([])
        ) { call in
            let request: AccessRequestIdentifier = try call.record("request")
            return .submitted(try await call.client.authorisations.end(request))
        }
    }

    private static let entitled: [Schema.Property] = [
        .required("department", .department), .required("application", .application), .required("type", .licenceType),
    ]

    private static var entitle: Operation {
        let moment = Schema.integer(0...4_102_444_800_000)
        return writing(
            "entitle", "/entitlements",
            Summary("let a department's system come for one kind of the own licences", "登记证照类型权限（本部门证照）"),
            schema: .object(
                entitled + [
                    .required("actions", .actions), .required("fields", .columns), .required("notBefore", moment),
                    .required("notAfter", moment),
                ])
        ) { call in
            let body = call.body
            let (begin, end) = (body["notBefore"]?.integer ?? 0, body["notAfter"]?.integer ?? 0)
            guard begin <= end else { throw Problem(.invalidValue, "an entitlement ends after it begins") }
            return .submitted(
                try await call.client.authorisations.entitle(
                    Entitle(
                        department: try body.label("department"), application: try body.value("application"),
                        type: try body.value("type"), actions: body.words("actions"), fields: body.columns("fields"),
                        notBefore: Timestamp(milliseconds: begin), notAfter: Timestamp(milliseconds: end))))
        }
    }

    private static var endEntitlement: Operation {
        writing(
            "endEntitlement", "/entitlements/end", Summary("end an entitlement to the own licences", "终止证照类型权限"),
            schema: .object(entitled)
        ) { call in
            .submitted(
                try await call.client.authorisations.end(
                    EndEntitlement(
                        department: try call.body.label("department"), application: try call.body.value("application"),
                        type: try call.body.value("type"))))
        }
    }

    private static var bindHolder: Operation {
        writing(
            "bindHolder", "/holders",
            Summary("say whose a pseudonym is: recognised how surely, with which device key", "登记持证主体"),
            schema: .object(
                .required("holder", .pseudonym),
                .required("level", Schema.integer(1...4).described("real-name level", "实名等级")),
                .optional(
                    "key",
                    Schema.string(.base64, 4...256).described(
                        "DER SubjectPublicKeyInfo of the device's key, in base64", "设备公钥（DER，base64）")),
                .optional(
                    "consent",
                    Schema.string(.base64, 4...4_096).described(
                        "DER of a HolderSignature by the key bound before, in base64", "原绑定密钥的签名（DER，base64）")),
                .optional(
                    "licence",
                    Schema.licence.described("a licence of the holder's that the department has issued", "本部门签发的证照")))
        ) { call in
            let body = call.body
            guard let level = body["level"]?.integer.flatMap({ RealNameLevel(rawValue: $0) }) else {
                throw Problem(.invalidValue, "/level: is 1 to 4")
            }
            return .submitted(
                try await call.client.authorisations.bind(
                    BindHolder(
                        holder: try body.value("holder"), level: level, key: try body.optionalBytes("key"),
                        consent: try body.optionalStructure("consent", limit: 3_072),
                        licence: try body.optional("licence"))))
        }
    }

    private static let frozen = Schema.object(
        .optional("licence", .string(.licenceOrKey, 20...126)), .optional("holder", .pseudonym),
        .optional("department", .department), .required("basis", .basis))

    private static func frozen(_ call: OperationCall) throws -> FreezeUse {
        let licence = call.body["licence"]?.string.flatMap { LicenceKey(licenceOrKey: $0) }
        let holder: HolderPseudonym? = try call.body.optional("holder")
        let subject: UseSubject
        switch (licence, holder, call.body.optionalLabel("department")) {
        case (let licence?, nil, nil): subject = .licence(licence)
        case (nil, let holder?, nil): subject = .holder(holder)
        case (nil, nil, let department?): subject = .department(department)
        default: throw Problem(.invalidValue, "name a 'licence', a 'holder' or a 'department', one of them")
        }
        return FreezeUse(subject, basis: try call.guarded("basis"))
    }

    private static var freeze: Operation {
        writing(
            "freezeUse", "/freezes",
            Summary("stop uses: of a licence, of a holder's licences, or by the own department", "冻结用证"), schema: frozen
        ) { call in .submitted(try await call.client.authorisations.freeze(try frozen(call))) }
    }

    private static var unfreeze: Operation {
        writing("unfreezeUse", "/freezes/end", Summary("let uses go on", "解冻用证"), schema: frozen) { call in
            .submitted(try await call.client.authorisations.unfreeze(try frozen(call)))
        }
    }
}

extension Reply {
    /// What became of a transaction.
    static func submitted(_ outcome: Outcome) -> Reply { .json(SubmittedTransaction(outcome), height: outcome.height) }
}

extension OperationCall {
    /// A text of the body that goes on the ledger, once it is known to name nobody: what is in a transaction is on the
    /// ledger even where the contract refuses it.
    /// - Throws: ``Problem`` with code `invalidValue`; `LicenceError` with code `personalData`.
    func guarded(_ name: String) throws -> String {
        let text = try body.text(name)
        try PersonalDataGuard().check(Array(text.utf8))
        return text
    }
}
