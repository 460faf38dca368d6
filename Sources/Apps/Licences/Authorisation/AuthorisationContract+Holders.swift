import Formats
import Identity
import Ledger

// 持证主体: who is behind a pseudonym, and freezes.
extension AuthorisationContract {
    func bindHolder(_ bind: BindHolder, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try Self.checkWriter(context)
        if let key = bind.key { try Self.checkKey(key, in: context) }
        let bound = try context.binding(of: bind.holder)
        if bound == nil { try checkKnows(bind.holder, by: bind.licence, in: &context) }
        if let bound, bound.department != context.caller.department {
            // Whoever could bind over another's binding could sign in the holder's name.
            guard let consent = bind.consent else {
                throw ContractError(
                    .notPermitted,
                    "\(bound.department) has bound this holder: another department needs the holder's signature by "
                        + "the key that is bound now")
            }
            let statement = bind.statement(notAfter: consent.notAfter, genesis: context.genesis)
            try accept(consent, of: statement, by: bind.holder, in: &context)
        }
        let binding = HolderBinding(
            bind, by: context.caller.department, at: context.blockTime, height: context.height)
        try context.put(AuthorisationKeys.holder(bind.holder), binding)
        return NoResult()
    }

    /// Who binds a pseudonym first signs in the holder's name from then on, if it wants to. So it has to be a
    /// department that the holder has dealt with: one that has issued the holder a licence, or that identifies holders
    /// by the rules that the consortium has voted for.
    private func checkKnows(
        _ pseudonym: HolderPseudonym, by licence: LicenceIdentifier?, in context: inout ContractContext
    ) throws(ContractError) {
        let caller = context.caller.department
        guard try !context.decisionRules().identityDepartments.contains(caller) else { return }
        guard let licence else {
            throw ContractError(
                .notPermitted,
                "the rules do not name \(caller) as a department that identifies holders: "
                    + "name a licence of this holder that it has issued")
        }
        guard let record = try context.catalogueRecord(of: licence), record.department == caller,
            let holder = record.holder, try context.areSame(holder, pseudonym)
        else {
            throw ContractError(.notPermitted, "\(licence) is no licence of this holder that \(caller) has issued")
        }
    }

    func relink(_ relink: RelinkHolder, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try Self.checkWriter(context)
        guard relink.older.epoch < relink.newer.epoch else {
            throw ContractError(.wrongLink, "a pseudonym follows one of an earlier key epoch")
        }
        if let known = try context.link(of: relink.newer) {
            guard known.older == relink.older else {
                throw ContractError(.alreadyWritten, "the pseudonym follows another one already")
            }
            return NoResult()
        }
        // Whoever may say that two pseudonyms are one holder's hands on what was granted to the one, and lets the one's
        // key sign for the other.
        try checkSpeaks(for: relink.older, by: nil, in: &context)
        try checkSpeaks(for: relink.newer, by: relink.licence, in: &context)
        let length = try context.link(of: relink.older).map { $0.length + 1 } ?? 1
        guard length <= Int64(HolderLink.maximumLength) else {
            throw ContractError(.wrongLink, "a holder has at most \(HolderLink.maximumLength + 1) pseudonyms in a row")
        }
        let link = HolderLink(older: relink.older, length: length, department: context.caller.department)
        try context.put(AuthorisationKeys.link(relink.newer), link)
        return NoResult()
    }

    /// A department speaks for a pseudonym that it has bound, or that nobody has bound and it may bind.
    private func checkSpeaks(
        for pseudonym: HolderPseudonym, by licence: LicenceIdentifier?, in context: inout ContractContext
    ) throws(ContractError) {
        guard let bound = try context.binding(of: pseudonym) else {
            return try checkKnows(pseudonym, by: licence, in: &context)
        }
        guard bound.department == context.caller.department else {
            throw ContractError(.notPermitted, "\(bound.department) has bound this pseudonym, and it alone links it")
        }
    }

    func freeze(_ freeze: FreezeUse, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try checkFreezer(of: freeze, in: &context)
        guard try !context.isFrozen(freeze.subject) else {
            throw ContractError(.alreadyWritten, "it is frozen already")
        }
        let record = Freeze(
            basis: freeze.basis, by: context.caller.department, at: context.blockTime, height: context.height)
        try context.put(AuthorisationKeys.freeze(freeze.subject), record)
        return NoResult()
    }

    func unfreeze(_ freeze: FreezeUse, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try checkFreezer(of: freeze, in: &context)
        guard try context.isFrozen(freeze.subject) else {
            throw ContractError(.notFound, "it is not frozen")
        }
        try context.remove(AuthorisationKeys.freeze(freeze.subject))
        return NoResult()
    }

    private func checkFreezer(of freeze: FreezeUse, in context: inout ContractContext) throws(ContractError) {
        try Self.checkWriter(context)
        try Self.checkText(freeze.basis, "basis")
        let caller = context.caller
        switch freeze.subject {
        case .licence(let licence):
            let record = try context.get(
                CatalogueKeys.record(licence), of: CatalogueContract.contractName, as: CatalogueRecord.self)
            guard let record else { throw ContractError(.notFound, "\(licence) is not on the ledger") }
            guard record.department == caller.department else {
                throw ContractError(.notPermitted, "the licence is \(record.department)'s, which alone freezes it")
            }
        case .holder(let holder):
            guard let binding = try context.binding(of: holder) else {
                throw ContractError(.notFound, "no department has bound this holder")
            }
            guard binding.department == caller.department else {
                throw ContractError(.notPermitted, "\(binding.department) has bound the holder, and it alone freezes")
            }
        case .department(let department):
            guard caller.department == department, caller.member.role == .administrator else {
                throw ContractError(.notPermitted, "a department is frozen by an administrator of its own")
            }
        }
    }

    /// Takes a holder's signature over a statement, once.
    func accept(
        _ signature: HolderSignature,
        of statement: HolderStatement,
        by holder: HolderPseudonym,
        in context: inout ContractContext
    ) throws(ContractError) {
        guard context.blockTime <= signature.notAfter else {
            throw ContractError(.wrongProof, "the holder's signature held until \(signature.notAfter.beijingText) only")
        }
        guard try context.hasSigned(statement, signature, holder) else {
            throw ContractError(.wrongProof, "the signature is not the bound key's over this statement")
        }
        let key = AuthorisationKeys.statement(statement.digest(suite: context.genesis.suite))
        guard try context.get(key) == nil else {
            throw ContractError(.alreadyWritten, "the holder's statement has taken effect before: it counts once")
        }
        try context.put(key, NoResult())
    }
}
