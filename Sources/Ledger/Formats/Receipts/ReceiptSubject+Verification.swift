import Identity

/// What is left to check of a subject when its digests and paths hold: its signatures, which cost more.
typealias SubjectSignatureCheck = (SignatureMemory) throws(VerificationError) -> ReceiptFindings.Subject

extension ReceiptSubject {
    /// Checks that the subject's digests and paths lead to `executed`.
    /// - Returns: the rest of the check.
    /// - Throws: ``VerificationError``.
    func checkLinks(
        to executed: ExecutedState,
        suite: any CryptoSuite
    ) throws(VerificationError) -> SubjectSignatureCheck {
        switch self {
        case .transaction(let subject):
            try subject.checkLinks(to: executed, suite: suite)
            return { memory throws(VerificationError) in .transaction(try subject.findings(memory)) }
        case .entry(let subject):
            let findings = try subject.findings(under: executed, suite: suite)
            return { _ throws(VerificationError) in .entry(findings) }
        case .absence(let subject):
            let findings = try subject.findings(under: executed, suite: suite)
            return { _ throws(VerificationError) in .absence(findings) }
        case .list(let subject):
            let findings = try subject.findings(under: executed, suite: suite)
            return { _ throws(VerificationError) in .list(findings) }
        }
    }
}

extension EntrySubject {
    func findings(under executed: ExecutedState, suite: any CryptoSuite) throws(VerificationError) -> EntryFindings {
        guard proof.establishes(value, of: name, under: executed.stateRoot, suite: suite) else {
            throw VerificationError(.wrongProof, "it is not shown that the state holds that value under \(name.place)")
        }
        return EntryFindings(name: name, value: value, since: try proof.since(executed))
    }
}

extension AbsenceSubject {
    func findings(under executed: ExecutedState, suite: any CryptoSuite) throws(VerificationError) -> AbsenceFindings {
        guard proof.establishesAbsence(of: name, under: executed.stateRoot, suite: suite) else {
            throw VerificationError(.wrongProof, "it is not shown that the state holds nothing under \(name.place)")
        }
        let since = try proof.since(executed)
        let isRemoved = proof.leaf.key == name.digest(suite: suite)
        return AbsenceFindings(
            name: name,
            reason: isRemoved ? .removed : .neverWritten,
            since: isRemoved ? since : .zero
        )
    }
}

extension ListSubject {
    func findings(under executed: ExecutedState, suite: any CryptoSuite) throws(VerificationError) -> ListFindings {
        guard preceding.count > 0 || preceding == .empty else {
            throw VerificationError(.inconsistent, "nothing precedes the first element of a trail")
        }
        let head = head(suite: suite)
        // A trail is as its head is: an entry with that value, or none where nothing was ever appended.
        let since =
            head == .empty
            ? try AbsenceSubject(name: name, proof: proof).findings(under: executed, suite: suite).since
            : try EntrySubject(name: name, value: head.derBytes, proof: proof)
                .findings(under: executed, suite: suite).since
        return ListFindings(name: name, head: head, first: preceding.count, elements: elements, since: since)
    }
}

extension StateProof {
    /// The height that wrote the entry's value, or removed it.
    fileprivate func since(_ executed: ExecutedState) throws(VerificationError) -> Height {
        guard leaf.height <= executed.height else {
            throw VerificationError(
                .inconsistent, "the entry is of height \(leaf.height), the state of height \(executed.height)")
        }
        return leaf.height
    }
}

extension StateName {
    /// The contract and the key, for messages.
    fileprivate var place: String { "contract '\(contract)', key \(key.hexadecimal)" }
}
