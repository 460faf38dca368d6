import Formats
import Identity
import Ledger
import Licences

// Applications: what departments register, change and end.
extension ApplicationsContract {
    func registerApplication(
        _ declaration: ApplicationDeclaration, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        let department = context.caller.department
        try Self.checkAdministrator(of: department, context)
        try check(declaration, in: &context)
        let key = ApplicationKeys.application(declaration.name, of: department)
        guard try context.get(key) == nil else {
            throw ContractError(
                .alreadyRegistered,
                "\(department) has an application \(declaration.name) already, be it an ended one: "
                    + "change it, or choose another name")
        }
        let list = ApplicationKeys.applications(of: department)
        guard try context.head(of: list).count < ApplicationLimits.applications else {
            throw ContractError(
                .limitExceeded, "a department registers at most \(ApplicationLimits.applications) applications")
        }
        try take(declaration, in: &context)
        try context.put(
            key,
            ApplicationRecord(
                department: department, declaration: declaration, at: context.blockTime, height: context.height))
        let reference = ApplicationReference(department: department, name: declaration.name)
        try context.append(reference, to: list)
        try context.emit(Event.applicationChanged, reference)
        return NoResult()
    }

    func changeApplication(
        _ declaration: ApplicationDeclaration, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        let reference = ApplicationReference(department: context.caller.department, name: declaration.name)
        var record = try running(reference, in: &context)
        try check(declaration, in: &context)
        try release(record.declaration, in: &context)
        try take(declaration, in: &context)
        record.declaration = declaration
        return try put(record, in: &context)
    }

    func suspendApplication(
        _ reference: ApplicationReference, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try set(.suspended, reference, in: &context)
    }

    func resumeApplication(
        _ reference: ApplicationReference, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try set(.active, reference, in: &context)
    }

    func endApplication(
        _ reference: ApplicationReference, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try set(.ended, reference, in: &context)
    }

    private func set(
        _ status: ApplicationStatus, _ reference: ApplicationReference, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        var record = try running(reference, in: &context)
        guard record.status != status else {
            throw ContractError(.wrongDeclaration, "\(reference.name) is \(status) already")
        }
        if status == .ended { try release(record.declaration, in: &context) }
        record.status = status
        return try put(record, in: &context)
    }

    /// The record of an application of the caller's that has not ended.
    private func running(
        _ reference: ApplicationReference, in context: inout ContractContext
    ) throws(ContractError) -> ApplicationRecord {
        try Self.checkAdministrator(of: reference.department, context)
        let key = ApplicationKeys.application(reference.name, of: reference.department)
        guard let record = try context.get(key, as: ApplicationRecord.self) else {
            throw ContractError(.notFound, "\(reference.department) has no application \(reference.name)")
        }
        guard record.status != .ended else {
            throw ContractError(
                .alreadyEnded, "\(reference.name) has ended: register another application under a name of its own")
        }
        return record
    }

    private func put(
        _ record: ApplicationRecord, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        var record = record
        record.changedAt = context.blockTime
        record.height = context.height
        let name = record.declaration.name
        try context.put(ApplicationKeys.application(name, of: record.department), record)
        try context.emit(
            Event.applicationChanged, ApplicationReference(department: record.department, name: name))
        return NoResult()
    }

    private func check(
        _ declaration: ApplicationDeclaration, in context: inout ContractContext
    ) throws(ContractError) {
        let department = context.caller.department
        try Self.check(text: declaration.name.text, "name")
        try Self.check(text: declaration.displayName.text, "name")
        try Self.check(lastDay: declaration.lastDay, in: context)
        guard declaration.client != nil || declaration.member != nil else {
            throw ContractError(
                .wrongDeclaration, "an application shows itself by a token, by a certificate, or by either: name one")
        }
        // Whoever holds its key would be an administrator whom no certificate says.
        guard !declaration.entitlements.contains(.administerGateway) else {
            throw ContractError(
                .wrongDeclaration,
                "'\(Entitlement.administerGateway.rawValue)' takes a certificate or a local account, not an application"
            )
        }
        if let client = declaration.client {
            try Self.check(identifier: client.identifier, "client identifier")
            try checkPlatform(client.issuer, in: &context)
        }
        if let member = declaration.member {
            guard member.department == department, member.role == .client else {
                throw ContractError(
                    .wrongDeclaration, "an application of \(department) shows a certificate of \(department)/client/…")
            }
        }
    }

    /// Makes client and member the application's.
    private func take(
        _ declaration: ApplicationDeclaration, in context: inout ContractContext
    ) throws(ContractError) {
        let reference = ApplicationReference(department: context.caller.department, name: declaration.name)
        if let key = clientKey(declaration, context) {
            if let known = try context.get(key, as: ApplicationReference.self) { throw Self.taken(by: known) }
            try context.put(key, reference)
        }
        if let member = declaration.member {
            let key = ApplicationKeys.member(member)
            if let known = try context.get(key, as: ApplicationReference.self), known != reference,
                try shows(known, member, in: &context)
            {
                throw Self.taken(by: known)
            }
            try context.put(key, reference)
        }
    }

    /// Lets go of the client.
    ///
    /// A member stays with the application that showed its certificate last, until another one does: a certificate that
    /// was held to an application's few entitlements never has its role's many because the application has ended.
    private func release(
        _ declaration: ApplicationDeclaration, in context: inout ContractContext
    ) throws(ContractError) {
        if let key = clientKey(declaration, context) { try context.remove(key) }
    }

    /// Whether an application goes on showing the certificate of a member.
    private func shows(
        _ reference: ApplicationReference, _ member: MemberName, in context: inout ContractContext
    ) throws(ContractError) -> Bool {
        let key = ApplicationKeys.application(reference.name, of: reference.department)
        guard let record = try context.get(key, as: ApplicationRecord.self) else { return false }
        return record.status != .ended && record.declaration.member == member
    }

    private func clientKey(_ declaration: ApplicationDeclaration, _ context: ContractContext) -> StateKey? {
        declaration.client.map {
            ApplicationKeys.client($0, of: context.caller.department, suite: context.genesis.suite)
        }
    }

    private static func taken(by known: ApplicationReference) -> ContractError {
        ContractError(.alreadyRegistered, "\(known.name) shows itself like this already: end or change it first")
    }

    /// Refuses an issuer that the caller's department does not trust: a slip of the pen would never be noticed.
    func checkPlatform(_ issuer: PlatformAddress, in context: inout ContractContext) throws(ContractError) {
        let reference = PlatformReference(department: context.caller.department, issuer: issuer)
        let key = ApplicationKeys.platform(reference, suite: context.genesis.suite)
        guard let platform = try context.get(key, as: PlatformRecord.self), platform.endedAt == nil else {
            throw ContractError(
                .notFound, "\(reference.department) trusts no identity platform \(issuer): register it first")
        }
    }
}
