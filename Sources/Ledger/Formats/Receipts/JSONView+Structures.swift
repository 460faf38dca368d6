import Identity

// The views of the structures, in the order of docs/zhenglian.asn1.

extension JSONView {
    init(_ transaction: Transaction) {
        let body = transaction.body
        self = [
            "body": [
                "channel": JSONView(body.channel.digest),
                "submitter": JSONView(body.submitter.digest),
                "idempotencyKey": JSONView(body.idempotencyKey.bytes),
                "lastValidHeight": JSONView(body.lastValidHeight),
                "calls": .array(
                    body.calls.map { call in
                        [
                            "contract": .text(call.contract), "method": .text(call.method),
                            "arguments": JSONView(call.arguments),
                        ]
                    }),
            ],
            "signature": JSONView(transaction.signature),
        ]
    }

    init(_ header: BlockHeader) {
        self = [
            "channel": JSONView(header.channel.digest),
            "epoch": JSONView(header.epoch),
            "height": JSONView(header.height),
            "view": JSONView(header.view),
            "parent": JSONView(header.parent),
            "timestamp": JSONView(header.timestamp),
            "proposer": JSONView(header.proposer.rawValue),
            "transactionsRoot": JSONView(header.transactionsRoot),
            "executed": [
                "height": JSONView(header.executed.height),
                "stateRoot": JSONView(header.executed.stateRoot),
                "journalRoot": JSONView(header.executed.journalRoot),
            ],
        ]
    }

    init(_ outcome: Outcome) {
        let common: JSONView = [
            "transaction": JSONView(outcome.transaction.digest),
            "height": JSONView(outcome.height),
            "index": JSONView(outcome.index),
        ]
        switch outcome.status {
        case .applied(let events, let returnValues):
            let views = events.map { event -> JSONView in
                ["contract": .text(event.contract), "name": .text(event.name), "payload": JSONView(event.payload)]
            }
            self = common.adding([
                Field(name: "status", value: .text("applied")),
                Field(name: "events", value: .array(views)),
                Field(name: "returnValues", value: .array(returnValues.map(JSONView.init))),
            ])
        case .rejected(let rejection):
            self = common.adding([
                Field(name: "status", value: .text("rejected")),
                Field(
                    name: "rejection",
                    value: [
                        "call": JSONView(rejection.call), "code": .text(rejection.code),
                        "message": .text(rejection.message),
                    ]
                ),
            ])
        }
    }

    init(_ certificate: QuorumCertificate) {
        let statement = certificate.statement
        let kind =
            switch statement.kind {
            case .notarize: "notarize"
            case .nullify: "nullify"
            case .finalize: "finalize"
            }
        let block = statement.block.map { [Field(name: "block", value: JSONView($0))] } ?? []
        self = [
            "statement":
                ([
                    "kind": .text(kind),
                    "channel": JSONView(statement.channel.digest),
                    "epoch": JSONView(statement.epoch),
                    "view": JSONView(statement.view),
                ] as JSONView).adding(block),
            "signers": .array(certificate.signers.map { JSONView($0.rawValue) }),
            "signatures": .array(certificate.signatures.map(JSONView.init)),
        ]
    }

    init(_ path: MerklePath) {
        self = [
            "size": JSONView(path.size), "index": JSONView(path.index),
            "siblings": .array(path.siblings.map(JSONView.init)),
        ]
    }

    init(_ name: StateName) {
        self = ["contract": .text(name.contract), "key": JSONView(name.key)]
    }

    init(_ proof: StateProof) {
        let leaf = proof.leaf
        let path = proof.path
        self = [
            "leaf": [
                "key": JSONView(leaf.key), "value": JSONView(leaf.value), "next": JSONView(leaf.next),
                "height": JSONView(leaf.height),
            ],
            "path": [
                "size": JSONView(path.size),
                "position": JSONView(path.position),
                "entrySiblings": .array(path.entrySiblings.map(JSONView.init)),
                "activity": JSONView(path.activity),
                "twigSiblings": .array(path.twigSiblings.map(JSONView.init)),
            ],
        ]
    }

    init(_ change: EpochChange) {
        self = [
            "header": JSONView(change.header),
            "finalization": JSONView(change.finalization),
            "validators": [
                "epoch": JSONView(change.validators.epoch),
                "firstHeight": JSONView(change.validators.firstHeight),
                "certificates": .array(change.validators.certificates.map(JSONView.init)),
            ],
            "proof": JSONView(change.proof),
        ]
    }
}
