import Formats
import Identity
import Ledger

// 授权: what holders grant.
extension AuthorisationContract {
    func grant(
        _ grant: WriteGrant, in context: inout ContractContext
    ) throws(ContractError) -> RecordWritten<GrantIdentifier> {
        try Self.checkWriter(context)
        let wish = grant.wish
        try checkPeriod(wish.scope, in: context)
        switch wish.recipient {
        case .agent(let agent):
            guard agent != wish.grantor else {
                throw ContractError(.wrongScope, "nobody is their own agent")
            }
        case .department(let department, _):
            try Self.checkDepartment(department, in: context)
        }
        if case .licences(let licences) = wish.scope.selection {
            for licence in licences { try check(licence, isOf: wish.grantor, in: &context) }
        }
        switch grant.proof {
        case .signature(let signature):
            let statement = wish.statement(notAfter: signature.notAfter, genesis: context.genesis)
            try accept(signature, of: statement, by: wish.grantor, in: &context)
        case .attestation(let attestation):
            try check(attestation, in: &context)
        }
        let identifier = GrantIdentifier(
            of: context.transaction, nonce: wish.nonce, suite: context.genesis.suite)
        guard try context.grant(identifier) == nil else { throw Self.doubleNonce }
        let record = Grant(
            identifier, wish, proof: grant.proof, by: context.caller.department, at: context.blockTime,
            height: context.height)
        try context.put(AuthorisationKeys.grant(identifier), record)
        return RecordWritten(identifier)
    }

    func withdrawGrant(_ withdraw: WithdrawGrant, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try Self.checkWriter(context)
        guard var grant = try context.grant(withdraw.grant) else {
            throw ContractError(.notFound, "there is no grant \(withdraw.grant)")
        }
        guard grant.withdrawal == nil else { throw Self.ended("grant") }
        switch withdraw.proof {
        case .signature(let signature):
            let statement = WithdrawGrant.statement(
                of: withdraw.grant, notAfter: signature.notAfter, genesis: context.genesis)
            try accept(signature, of: statement, by: grant.grantor, in: &context)
        case .attestation(let attestation):
            try check(attestation, in: &context)
            let binder = try context.binding(of: grant.grantor)?.department
            guard [grant.writer, binder].contains(context.caller.department) else {
                throw ContractError(
                    .notPermitted,
                    "on a counter's word, a grant is withdrawn by the department that wrote it or bound the holder")
            }
        }
        grant.withdrawal = Self.withdrawal(in: context)
        try context.put(AuthorisationKeys.grant(withdraw.grant), grant)
        return NoResult()
    }

    /// A counter that has hardly recognised somebody cannot speak for them.
    private func check(_ attestation: CounterAttestation, in context: inout ContractContext) throws(ContractError) {
        let rules = try context.decisionRules()
        guard attestation.level >= rules.minimumLevel else {
            throw ContractError(
                .wrongProof,
                "a counter's word needs real-name level \(rules.minimumLevel.rawValue), "
                    + "not \(attestation.level.rawValue)"
            )
        }
    }

    private func check(
        _ licence: LicenceKey, isOf holder: HolderPseudonym, in context: inout ContractContext
    ) throws(ContractError) {
        let record = try context.get(
            CatalogueKeys.record(licence), of: CatalogueContract.contractName, as: CatalogueRecord.self)
        guard let record else { throw ContractError(.notFound, "\(licence) is not on the ledger") }
        guard let owner = record.holder, try context.areSame(owner, holder) else {
            throw ContractError(.wrongScope, "\(licence) is not this holder's")
        }
    }

    func checkPeriod(_ scope: UseScope, in context: ContractContext) throws(ContractError) {
        guard context.blockTime <= scope.notAfter else {
            throw ContractError(
                .wrongScope, "it would have ended before it is written: at \(scope.notAfter.beijingText)")
        }
    }

    static let doubleNonce = ContractError(
        .alreadyWritten, "two calls of this transaction have one number: number them 0, 1, 2 and so on")

    static func ended(_ name: String) -> ContractError {
        ContractError(.alreadyEnded, "the \(name) has ended or was answered before")
    }
}
