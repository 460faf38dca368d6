import Formats
import Ledger
import Licences
import OneThings

/// What the calls of a transaction say about what contracts have announced, each call told of once.
///
/// Announcements of the catalogue name a licence and no more; what has become of it stands in the call, and in the
/// state only as the last call of the block has left it.
struct CallDetails {
    private var calls: [Call]
    /// Where the next call of each method is looked for: announcements come in the order of calls.
    private var places: [String: Int] = [:]

    init(_ calls: [Call]) { self.calls = calls }

    /// The arguments of the next call of a catalogue's method.
    /// - Throws: ``EventError`` with code `corrupted`, where there is none or it cannot be read.
    mutating func next<Arguments: DERSequence>(
        _ method: String, as type: Arguments.Type
    ) throws(EventError) -> Arguments {
        var place = places[method] ?? 0
        while place < calls.count {
            defer { place += 1 }
            guard calls[place].contract == CatalogueContract.contractName, calls[place].method == method else {
                continue
            }
            places[method] = place + 1
            return try EventExtractor.read(calls[place].arguments, as: type, limit: Transaction.maximumByteCount)
        }
        throw EventError(.corrupted, "the catalogue has announced more than it was called for: restore a backup")
    }
}

extension EventExtractor {
    /// What a contract's announcement says. Of contracts that are not known here the name alone is told: what is in
    /// their announcements nobody has looked at.
    static func content(of event: LedgerEvent, _ calls: inout CallDetails) throws(EventError) -> EventContent {
        switch (event.contract, event.name) {
        case (CatalogueContract.contractName, CatalogueContract.Event.issued):
            let issue = try calls.next(CatalogueContract.Method.issue, as: IssueLicence.self)
            return EventContent(
                .licenceIssued,
                particulars(issue.particulars).merging(["operation": .text(issue.operation.text)]) { $1 },
                licences: [issue.particulars.identifier])
        case (CatalogueContract.contractName, CatalogueContract.Event.superseded):
            let supersede = try calls.next(CatalogueContract.Method.supersede, as: SupersedeLicence.self)
            var data = particulars(supersede.particulars)
            data["operation"] = .text(supersede.operation.text)
            data["supersedes"] = .text(supersede.supersedes.text)
            return EventContent(.licenceSuperseded, data, licences: [supersede.supersedes])
        case (CatalogueContract.contractName, CatalogueContract.Event.statusChanged):
            let change = try calls.next(CatalogueContract.Method.changeStatus, as: ChangeLicenceStatus.self)
            return EventContent(
                .licenceStatus,
                [
                    "licence": .text(change.identifier.text), "status": .text(change.status.text),
                    "operation": .text(change.operation.text),
                ], licences: [change.identifier])
        case (CatalogueContract.contractName, CatalogueContract.Event.modified):
            return try pointer(event, .licenceModified)
        case (CatalogueContract.contractName, CatalogueContract.Event.takenDown):
            return try pointer(event, .licenceTakenDown)
        case (CasesContract.contractName, CasesContract.changed):
            let code = try read(event.payload, as: CaseReference.self).code
            return EventContent(.caseChanged, [:], oneThing: code)
        default:
            return EventContent(
                EventType(rawValue: "\(word(event.contract)).\(word(event.name))"),
                ["contract": .text(event.contract), "name": .text(event.name)])
        }
    }

    private static func pointer(_ event: LedgerEvent, _ type: EventType) throws(EventError) -> EventContent {
        let licence = try read(event.payload, as: LicencePointer.self).identifier
        return EventContent(type, ["licence": .text(licence.text)], licences: [licence])
    }

    /// What a licence's entry says, but for whose it is and where it is kept.
    private static func particulars(_ particulars: CatalogueParticulars) -> [String: EventValue] {
        var data: [String: EventValue] = [
            "licence": .text(particulars.identifier.text), "region": .text(particulars.region.text),
            "issuedOn": .text(particulars.issuedOn.text), "validFrom": .text(particulars.validity.from.text),
        ]
        if let until = particulars.validity.until { data["validUntil"] = .text(until.text) }
        return data
    }

    /// A name as part of a type.
    private static func word(_ name: String) -> String {
        let bytes = name.utf8.map { EventFilter.isTypeByte($0) ? $0 : UInt8(ascii: "_") }
        return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
    }
}
