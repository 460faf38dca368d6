import Formats
import Identity
import Ledger

extension ApplicationsContract {
    func application(
        _ reference: ApplicationReference, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> ApplicationRecord {
        let key = ApplicationKeys.application(reference.name, of: reference.department)
        guard let record = try snapshot.get(key, as: ApplicationRecord.self) else {
            throw ContractError(.notFound, "\(reference.department) has no application \(reference.name)")
        }
        return record
    }

    func applicationOfClient(
        _ question: ApplicationOfClient, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> ApplicationRecord {
        let key = ApplicationKeys.client(
            question.client, of: question.department, suite: snapshot.genesis.suite)
        guard let reference = try snapshot.get(key, as: ApplicationReference.self) else {
            throw ContractError(
                .notFound, "no application of \(question.department) shows itself as this client of the platform")
        }
        return try application(reference, on: &snapshot)
    }

    func applicationOfMember(
        _ question: ApplicationOfMember, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> ApplicationRecord {
        let key = ApplicationKeys.member(question.member)
        guard let reference = try snapshot.get(key, as: ApplicationReference.self) else {
            throw ContractError(.notFound, "no application shows the certificate of \(question.member)")
        }
        return try application(reference, on: &snapshot)
    }

    func applications(
        _ page: DepartmentPage, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> RecordPage<ApplicationRecord> {
        let list = ApplicationKeys.applications(of: page.department)
        var records: [ApplicationRecord] = []
        for reference in try snapshot.references(of: list, page, as: ApplicationReference.self) {
            records.append(try application(reference, on: &snapshot))
        }
        return RecordPage(count: try snapshot.head(of: list).count, records: records)
    }

    func person(
        _ reference: PersonReference, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> PersonRecord {
        let key = ApplicationKeys.person(reference, suite: snapshot.genesis.suite)
        guard let record = try snapshot.get(key, as: PersonRecord.self) else {
            throw ContractError(.notFound, "\(reference.department) has registered no such person")
        }
        return record
    }

    func people(
        _ page: DepartmentPage, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> RecordPage<PersonRecord> {
        let list = ApplicationKeys.people(of: page.department)
        var records: [PersonRecord] = []
        for reference in try snapshot.references(of: list, page, as: PersonReference.self) {
            records.append(try person(reference, on: &snapshot))
        }
        return RecordPage(count: try snapshot.head(of: list).count, records: records)
    }

    func platform(
        _ reference: PlatformReference, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> PlatformRecord {
        let key = ApplicationKeys.platform(reference, suite: snapshot.genesis.suite)
        guard let record = try snapshot.get(key, as: PlatformRecord.self) else {
            throw ContractError(
                .notFound, "\(reference.department) has registered no identity platform \(reference.issuer)")
        }
        return record
    }

    func platforms(
        _ page: DepartmentPage, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> RecordPage<PlatformRecord> {
        let list = ApplicationKeys.platforms(of: page.department)
        var records: [PlatformRecord] = []
        for reference in try snapshot.references(of: list, page, as: PlatformReference.self) {
            records.append(try platform(reference, on: &snapshot))
        }
        return RecordPage(count: try snapshot.head(of: list).count, records: records)
    }
}

extension ContractSnapshot {
    fileprivate mutating func references<Reference: DERSequence>(
        of list: TrailKey, _ page: DepartmentPage, as type: Reference.Type
    ) throws(ContractError) -> [Reference] {
        let limit = Int(min(page.limit, Int64(ApplicationLimits.recordsPerPage)))
        return try elements(of: list, from: page.from, limit: limit, as: type)
    }
}
