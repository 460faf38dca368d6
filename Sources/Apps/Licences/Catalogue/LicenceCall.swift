public import Formats

/// A call about a licence to the contracts `catalogue` or `evidence`, as a transaction carries it.
public enum LicenceCall: Hashable, Sendable {
    case issue(IssueLicence)
    case supersede(SupersedeLicence)
    case changeStatus(ChangeLicenceStatus)
    case modify(ModifyLicence)
    case takeDown(TakeDownLicence)
    case record(RecordEvidence)

    /// Reads a transaction's call; `nil` where it is not one about a licence that those contracts would take.
    public init?(_ call: Call) {
        func read<Arguments: DERSequence>(_ make: (Arguments) -> LicenceCall) -> LicenceCall? {
            let arguments = try? Arguments(derBytes: call.arguments, limit: Transaction.maximumByteCount)
            return arguments.map(make)
        }
        let result: LicenceCall? =
            switch (call.contract, call.method) {
            case (CatalogueContract.contractName, CatalogueContract.Method.issue): read(Self.issue)
            case (CatalogueContract.contractName, CatalogueContract.Method.supersede): read(Self.supersede)
            case (CatalogueContract.contractName, CatalogueContract.Method.changeStatus): read(Self.changeStatus)
            case (CatalogueContract.contractName, CatalogueContract.Method.modify): read(Self.modify)
            case (CatalogueContract.contractName, CatalogueContract.Method.takeDown): read(Self.takeDown)
            case (EvidenceContract.contractName, EvidenceContract.Method.record): read(Self.record)
            default: nil
            }
        guard let result else { return nil }
        self = result
    }

    /// The call for a transaction.
    public var call: Call {
        let (contract, method, arguments) =
            switch self {
            case .issue(let arguments):
                (CatalogueContract.contractName, CatalogueContract.Method.issue, arguments.derBytes)
            case .supersede(let arguments):
                (CatalogueContract.contractName, CatalogueContract.Method.supersede, arguments.derBytes)
            case .changeStatus(let arguments):
                (CatalogueContract.contractName, CatalogueContract.Method.changeStatus, arguments.derBytes)
            case .modify(let arguments):
                (CatalogueContract.contractName, CatalogueContract.Method.modify, arguments.derBytes)
            case .takeDown(let arguments):
                (CatalogueContract.contractName, CatalogueContract.Method.takeDown, arguments.derBytes)
            case .record(let arguments):
                (EvidenceContract.contractName, EvidenceContract.Method.record, arguments.derBytes)
            }
        return Call(contract: contract, method: method, arguments: arguments)
    }

    /// The version of the licence that the call is about.
    public var identifier: LicenceIdentifier {
        switch self {
        case .issue(let arguments): arguments.particulars.identifier
        case .supersede(let arguments): arguments.particulars.identifier
        case .changeStatus(let arguments): arguments.identifier
        case .modify(let arguments): arguments.identifier
        case .takeDown(let arguments): arguments.identifier
        case .record(let arguments): arguments.identifier
        }
    }
}
