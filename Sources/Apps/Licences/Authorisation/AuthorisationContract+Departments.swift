import Formats
import Identity
import Ledger

// What departments say about their own licences, and ask of each other.
extension AuthorisationContract {
    func declareBasis(
        _ declaration: DeclareBasis, in context: inout ContractContext
    ) throws(ContractError) -> RecordWritten<BasisIdentifier> {
        try Self.checkWriter(context)
        try Self.checkText(declaration.reference, "legal reference")
        try Self.checkDepartment(declaration.department, in: context)
        try checkPeriod(declaration.scope, in: context)
        try check(declaration.scope.selection, isOf: context.caller.department, in: &context)
        let identifier = BasisIdentifier(
            of: context.transaction, nonce: declaration.nonce, suite: context.genesis.suite)
        guard try context.basis(identifier) == nil else { throw Self.doubleNonce }
        let basis = StatutoryBasis(
            identifier, declaration, by: context.caller.department, at: context.blockTime, height: context.height)
        try context.put(AuthorisationKeys.basis(identifier), basis)
        return RecordWritten(identifier)
    }

    func endBasis(_ end: EndBasis, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try Self.checkWriter(context)
        guard var basis = try context.basis(end.basis) else {
            throw ContractError(.notFound, "there is no statutory basis \(end.basis)")
        }
        try checkOwner(basis.owner, in: context)
        guard basis.withdrawal == nil else { throw Self.ended("basis") }
        basis.withdrawal = Self.withdrawal(in: context)
        try context.put(AuthorisationKeys.basis(end.basis), basis)
        return NoResult()
    }

    func entitle(_ entitle: Entitle, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try Self.checkWriter(context)
        try Self.checkDepartment(entitle.department, in: context)
        let owner = context.caller.department
        guard owner != entitle.department else {
            throw ContractError(.wrongScope, "a department needs no entitlement to its own licences")
        }
        guard context.blockTime <= entitle.notAfter else {
            throw ContractError(
                .wrongScope, "it would have ended before it is written: at \(entitle.notAfter.beijingText)")
        }
        let key = AuthorisationKeys.entitlement(
            owner: owner, department: entitle.department, application: entitle.application, type: entitle.type)
        try context.put(
            key, Entitlement(entitle, by: owner, at: context.blockTime, height: context.height))
        return NoResult()
    }

    func endEntitlement(_ end: EndEntitlement, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try Self.checkWriter(context)
        let owner = context.caller.department
        let known = try context.entitlement(
            owner: owner, department: end.department, application: end.application, type: end.type)
        guard var entitlement = known else {
            throw ContractError(.notFound, "\(owner) has not entitled that system to this kind of licence")
        }
        guard entitlement.withdrawal == nil else { throw Self.ended("entitlement") }
        entitlement.withdrawal = Self.withdrawal(in: context)
        let key = AuthorisationKeys.entitlement(
            owner: owner, department: end.department, application: end.application, type: end.type)
        try context.put(key, entitlement)
        return NoResult()
    }

    func request(
        _ request: RequestAccess, in context: inout ContractContext
    ) throws(ContractError) -> RecordWritten<AccessRequestIdentifier> {
        try Self.checkWriter(context)
        try Self.checkText(request.cause, "cause")
        try Self.checkDepartment(request.owner, in: context)
        try checkPeriod(request.scope, in: context)
        try check(request.scope.selection, isOf: request.owner, in: &context)
        let identifier = AccessRequestIdentifier(
            of: context.transaction, nonce: request.nonce, suite: context.genesis.suite)
        guard try context.accessRequest(identifier) == nil else { throw Self.doubleNonce }
        let record = AccessRequest(
            identifier, request, by: context.caller.department, at: context.blockTime, height: context.height)
        try context.put(AuthorisationKeys.request(identifier), record)
        return RecordWritten(identifier)
    }

    func answer(_ answer: AnswerRequest, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try Self.checkWriter(context)
        var request = try accessRequest(answer.request, in: &context)
        try checkOwner(request.owner, in: context)
        guard request.answer == nil, request.withdrawal == nil else { throw Self.ended("request") }
        request.answer = AccessRequest.Answer(
            outcome: answer.outcome, reason: answer.reason, at: context.blockTime, height: context.height)
        try context.put(AuthorisationKeys.request(answer.request), request)
        return NoResult()
    }

    func endRequest(_ end: EndRequest, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try Self.checkWriter(context)
        var request = try accessRequest(end.request, in: &context)
        guard [request.owner, request.department].contains(context.caller.department) else {
            throw ContractError(
                .notPermitted, "the request is between \(request.department) and \(request.owner)")
        }
        guard request.withdrawal == nil else { throw Self.ended("request") }
        request.withdrawal = Self.withdrawal(in: context)
        try context.put(AuthorisationKeys.request(end.request), request)
        return NoResult()
    }

    private func accessRequest(
        _ identifier: AccessRequestIdentifier, in context: inout ContractContext
    ) throws(ContractError) -> AccessRequest {
        guard let request = try context.accessRequest(identifier) else {
            throw ContractError(.notFound, "there is no access request \(identifier)")
        }
        return request
    }

    private func checkOwner(_ owner: DepartmentName, in context: ContractContext) throws(ContractError) {
        guard context.caller.department == owner else {
            throw ContractError(.notPermitted, "it is \(owner)'s, whose licences it is about")
        }
    }

    /// Licences that are named have to be the owner's; a kind is taken as it is, for the decision looks at each
    /// licence.
    private func check(
        _ selection: LicenceSelection, isOf owner: DepartmentName, in context: inout ContractContext
    ) throws(ContractError) {
        guard case .licences(let licences) = selection else { return }
        for licence in licences {
            let record = try context.get(
                CatalogueKeys.record(licence), of: CatalogueContract.contractName, as: CatalogueRecord.self)
            guard let record else { throw ContractError(.notFound, "\(licence) is not on the ledger") }
            guard record.department == owner else {
                throw ContractError(.wrongScope, "\(licence) is \(record.department)'s, not \(owner)'s")
            }
        }
    }
}
