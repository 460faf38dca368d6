import Formats
import Identity
import Ledger
import Licences

// People with a role, and the identity platforms that say who they are.
extension ApplicationsContract {
    func registerPlatform(
        _ declaration: PlatformDeclaration, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        let department = context.caller.department
        try Self.checkAdministrator(of: department, context)
        try Self.check(identifier: declaration.audience, "audience")
        try Self.check(text: declaration.issuer.text, "issuer")
        try Self.check(text: declaration.keySet.text, "address of the key set")
        let reference = PlatformReference(department: department, issuer: declaration.issuer)
        let key = ApplicationKeys.platform(reference, suite: context.genesis.suite)
        if var record = try context.get(key, as: PlatformRecord.self) {
            record.declaration = declaration
            record.endedAt = nil
            return try put(record, in: &context)
        }
        let list = ApplicationKeys.platforms(of: department)
        guard try context.head(of: list).count < ApplicationLimits.platforms else {
            throw ContractError(
                .limitExceeded, "a department trusts at most \(ApplicationLimits.platforms) identity platforms")
        }
        try context.append(reference, to: list)
        return try put(
            PlatformRecord(
                department: department, declaration: declaration, at: context.blockTime, height: context.height),
            in: &context)
    }

    func endPlatform(
        _ reference: PlatformReference, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try Self.checkAdministrator(of: reference.department, context)
        let key = ApplicationKeys.platform(reference, suite: context.genesis.suite)
        guard var record = try context.get(key, as: PlatformRecord.self) else {
            throw ContractError(
                .notFound, "\(reference.department) has registered no identity platform \(reference.issuer)")
        }
        guard record.endedAt == nil else {
            throw ContractError(.alreadyEnded, "\(reference.issuer) is trusted no more already")
        }
        record.endedAt = context.blockTime
        return try put(record, in: &context)
    }

    func registerPerson(
        _ declaration: PersonDeclaration, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        let department = context.caller.department
        try Self.checkAdministrator(of: department, context)
        try Self.check(lastDay: declaration.lastDay, in: context)
        // A person comes through an application, and may do no more than that.
        guard !declaration.entitlements.contains(.administerGateway) else {
            throw ContractError(
                .wrongDeclaration,
                "'\(Entitlement.administerGateway.rawValue)' takes a certificate or a local account, not a token")
        }
        try checkPlatform(declaration.issuer, in: &context)
        let reference = PersonReference(
            department: department, issuer: declaration.issuer, subject: declaration.subject)
        let key = ApplicationKeys.person(reference, suite: context.genesis.suite)
        if var record = try context.get(key, as: PersonRecord.self) {
            record.declaration = declaration
            record.endedAt = nil
            return try put(record, in: &context)
        }
        let list = ApplicationKeys.people(of: department)
        guard try context.head(of: list).count < ApplicationLimits.people else {
            throw ContractError(.limitExceeded, "a department registers at most \(ApplicationLimits.people) people")
        }
        try context.append(reference, to: list)
        return try put(
            PersonRecord(
                department: department, declaration: declaration, at: context.blockTime, height: context.height),
            in: &context)
    }

    func endPerson(
        _ reference: PersonReference, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try Self.checkAdministrator(of: reference.department, context)
        let key = ApplicationKeys.person(reference, suite: context.genesis.suite)
        guard var record = try context.get(key, as: PersonRecord.self) else {
            throw ContractError(.notFound, "\(reference.department) has registered no such person")
        }
        guard record.endedAt == nil else {
            throw ContractError(.alreadyEnded, "the person's role has ended already")
        }
        record.endedAt = context.blockTime
        return try put(record, in: &context)
    }

    private func put(_ record: PlatformRecord, in context: inout ContractContext) throws(ContractError) -> NoResult {
        var record = record
        record.changedAt = context.blockTime
        record.height = context.height
        let reference = PlatformReference(department: record.department, issuer: record.declaration.issuer)
        try context.put(ApplicationKeys.platform(reference, suite: context.genesis.suite), record)
        try context.emit(Event.platformChanged, reference)
        return NoResult()
    }

    private func put(_ record: PersonRecord, in context: inout ContractContext) throws(ContractError) -> NoResult {
        var record = record
        record.changedAt = context.blockTime
        record.height = context.height
        let reference = PersonReference(
            department: record.department, issuer: record.declaration.issuer, subject: record.declaration.subject)
        try context.put(ApplicationKeys.person(reference, suite: context.genesis.suite), record)
        try context.emit(Event.personChanged, reference)
        return NoResult()
    }
}
