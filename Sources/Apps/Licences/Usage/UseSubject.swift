public import Formats
public import Identity
import Ledger
import SwiftASN1

/// Whom uses concern: a licence, its holder, or the department that acts. Each has its trace (用证轨迹), in which every use
/// stands, and each can be frozen (冻结).
public enum UseSubject: Hashable, Sendable {
    /// A licence whatever its version.
    case licence(LicenceKey)
    /// A holder under one pseudonym.
    case holder(HolderPseudonym)
    case department(DepartmentName)

    /// The trail of the contract `usage` that holds the trace.
    var trail: TrailKey {
        switch self {
        case .licence(let licence): TrailKey("trace-licence", Array(licence.text.utf8))
        case .holder(let holder): TrailKey("trace-holder", holder.bytes)
        case .department(let department): TrailKey("trace-department", Array(department.rawValue.utf8))
        }
    }

    /// The name of the trail's head in the state: what the proof of completeness is asked for.
    public var stateName: StateName { trail.name(in: UsageContract.contractName) }

    /// Whether an event stands in this trace.
    public func contains(_ event: UsageEvent) -> Bool {
        switch self {
        case .licence(let licence): licence == event.licence.map { LicenceKey($0) }
        case .holder(let holder): holder == event.holder
        case .department(let department): department == event.department
        }
    }
}

extension UseSubject: CustomStringConvertible {
    public var description: String {
        switch self {
        case .licence(let licence): "licence \(licence)"
        case .holder(let holder): "holder \(holder)"
        case .department(let department): "department \(department.rawValue)"
        }
    }
}

extension ASN1NodeCollection.Iterator {
    mutating func useSubject() throws -> UseSubject {
        guard let node = next(), node.identifier.tagClass == .contextSpecific else {
            throw FormatError(.malformed, "the licence, holder or department is missing")
        }
        let tag = node.identifier.tagNumber
        return try DER.explicitlyTagged(node, tagNumber: tag, tagClass: .contextSpecific) { node in
            try DER.sequence(node, identifier: .sequence) { fields in
                switch tag {
                case 0: .licence(try fields.licenceKey())
                case 1: .holder(try fields.pseudonym())
                case 2: .department(try fields.label())
                default: throw FormatError(.outOfRange, "[\(tag)] is neither a licence, a holder nor a department")
                }
            }
        }
    }
}

extension DER.Serializer {
    mutating func serialize(_ subject: UseSubject) throws {
        let tag: UInt =
            switch subject {
            case .licence: 0
            case .holder: 1
            case .department: 2
            }
        try serialize(explicitlyTaggedWithTagNumber: tag, tagClass: .contextSpecific) { coder in
            try coder.appendConstructedNode(identifier: .sequence) { coder in
                switch subject {
                case .licence(let licence): try coder.serialize(text: licence.text)
                case .holder(let holder): try coder.serialize(holder)
                case .department(let department): try coder.serialize(text: department.rawValue)
                }
            }
        }
    }
}
