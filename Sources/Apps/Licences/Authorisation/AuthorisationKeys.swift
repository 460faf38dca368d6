import Formats
import Identity
import Ledger

/// Where the contract `authorisation` keeps what.
package enum AuthorisationKeys {
    static func grant(_ grant: GrantIdentifier) -> StateKey { StateKey("grant", grant.digest.bytes) }

    static func basis(_ basis: BasisIdentifier) -> StateKey { StateKey("basis", basis.digest.bytes) }

    static func request(_ request: AccessRequestIdentifier) -> StateKey { StateKey("request", request.digest.bytes) }

    static func entitlement(
        owner: DepartmentName, department: DepartmentName, application: ApplicationName, type: LicenceTypeCode
    ) -> StateKey {
        StateKey(
            "entitlement", Array(owner.rawValue.utf8), Array(department.rawValue.utf8), Array(application.text.utf8),
            Array(type.text.utf8))
    }

    static func holder(_ holder: HolderPseudonym) -> StateKey { StateKey("holder", holder.bytes) }

    static func link(_ newer: HolderPseudonym) -> StateKey { StateKey("link", newer.bytes) }

    /// A holder's statement that has taken effect.
    static func statement(_ digest: Digest) -> StateKey { StateKey("statement", digest.bytes) }

    static func freeze(_ subject: UseSubject) -> StateKey {
        switch subject {
        case .licence(let licence): StateKey("freeze", [0], Array(licence.text.utf8))
        case .holder(let holder): StateKey("freeze", [1], holder.bytes)
        case .department(let department): StateKey("freeze", [2], Array(department.rawValue.utf8))
        }
    }

    /// What ended all authorisations on a licence.
    static func closure(_ licence: LicenceKey) -> StateKey { StateKey("closure", Array(licence.text.utf8)) }

    /// What a freeze at a key is of; `nil` for a key of another kind.
    package static func frozen(by key: [UInt8]) -> UseSubject? {
        let prefix = StateKey("freeze", [0], []).bytes.dropLast()
        guard key.count > prefix.count, key.starts(with: prefix) else { return nil }
        let name = key.dropFirst(prefix.count + 1)
        let text = String(decoding: name, as: UTF8.self)
        return switch key[prefix.count] {
        case 0: LicenceKey(text: text).map { .licence($0) }
        case 1: HolderPseudonym(bytes: Array(name)).map { .holder($0) }
        case 2: DepartmentName(text).map { .department($0) }
        default: nil
        }
    }

    /// What stands at a key, in the word that its kind of key begins with; `nil` for one that begins with none.
    package static func kind(of key: [UInt8]) -> String? {
        guard let end = key.firstIndex(of: 0) else { return nil }
        return String(decoding: key[..<end], as: UTF8.self)
    }
}

// What the decision reads of the authorisation ledger, and the contract itself. No loop here is longer than the chain
// of a holder's pseudonyms may be.
extension ContractReader {
    mutating func grant(_ identifier: GrantIdentifier) throws(ContractError) -> Grant? {
        try get(AuthorisationKeys.grant(identifier), of: AuthorisationContract.contractName, as: Grant.self)
    }

    mutating func basis(_ identifier: BasisIdentifier) throws(ContractError) -> StatutoryBasis? {
        try get(AuthorisationKeys.basis(identifier), of: AuthorisationContract.contractName, as: StatutoryBasis.self)
    }

    mutating func accessRequest(_ identifier: AccessRequestIdentifier) throws(ContractError) -> AccessRequest? {
        try get(AuthorisationKeys.request(identifier), of: AuthorisationContract.contractName, as: AccessRequest.self)
    }

    mutating func entitlement(
        owner: DepartmentName, department: DepartmentName, application: ApplicationName, type: LicenceTypeCode
    ) throws(ContractError) -> Entitlement? {
        try get(
            AuthorisationKeys.entitlement(
                owner: owner, department: department, application: application, type: type),
            of: AuthorisationContract.contractName, as: Entitlement.self)
    }

    mutating func isFrozen(_ subject: UseSubject) throws(ContractError) -> Bool {
        try get(AuthorisationKeys.freeze(subject), of: AuthorisationContract.contractName) != nil
    }

    mutating func link(of holder: HolderPseudonym) throws(ContractError) -> HolderLink? {
        try get(AuthorisationKeys.link(holder), of: AuthorisationContract.contractName, as: HolderLink.self)
    }

    /// All pseudonyms of a holder from this one back to the first, this one first.
    mutating func pseudonyms(from holder: HolderPseudonym) throws(ContractError) -> [HolderPseudonym] {
        var pseudonyms = [holder]
        while pseudonyms.count <= HolderLink.maximumLength,
            let link = try link(of: pseudonyms[pseudonyms.count - 1])
        {
            pseudonyms.append(link.older)
        }
        return pseudonyms
    }

    /// Whether two pseudonyms are known to be one holder's.
    mutating func areSame(_ first: HolderPseudonym, _ second: HolderPseudonym) throws(ContractError) -> Bool {
        if first == second { return true }
        return try pseudonyms(from: first).last == pseudonyms(from: second).last
    }

    /// Who is behind a pseudonym: the newest binding of it or of an older one of the same holder.
    mutating func binding(of holder: HolderPseudonym) throws(ContractError) -> HolderBinding? {
        for pseudonym in try pseudonyms(from: holder) {
            let binding = try get(
                AuthorisationKeys.holder(pseudonym), of: AuthorisationContract.contractName, as: HolderBinding.self)
            if let binding { return binding }
        }
        return nil
    }

    /// Whether the key that is bound to the holder has signed the statement.
    mutating func hasSigned(
        _ statement: HolderStatement, _ signature: HolderSignature, _ holder: HolderPseudonym
    ) throws(ContractError) -> Bool {
        guard let bytes = try binding(of: holder)?.key,
            let key = try? genesis.suite.verificationKey(subjectPublicKeyInfo: bytes)
        else { return false }
        return key.isValid(
            signature.signature, of: statement.digest(suite: genesis.suite), for: .holderStatement)
    }
}
