public import Formats

extension ChannelLedger {
    /// The validators of an epoch that has been announced, for whoever checks certificates of earlier blocks.
    /// - Returns: `nil` where no such epoch is announced up to the head.
    /// - Throws: ``LedgerError``.
    public func validators(of epoch: Epoch) async throws(LedgerError) -> ValidatorSet? {
        try await term(of: epoch)?.validators
    }

    /// All that the ledger says of an epoch that has been announced.
    /// - Returns: `nil` where no such epoch is announced up to the head.
    /// - Throws: ``LedgerError``.
    public func term(of epoch: Epoch) async throws(LedgerError) -> ValidatorSchedule.Term? {
        let schedule = head.schedule
        if epoch == schedule.current.epoch { return schedule.current }
        if let next = schedule.next, epoch == next.epoch { return next }
        return try await store.read { try $0.term(of: epoch) }
    }
}

extension LedgerReader {
    /// The term of an epoch, `nil` where no such epoch is announced.
    func term(of epoch: Epoch) throws -> ValidatorSchedule.Term? {
        guard epoch > .zero else { return ValidatorSchedule.Term(genesis: genesis) }
        let key = StateAddress(contract: MembershipContract.name, key: MembershipKeys.validators(of: epoch))
        guard try value(at: key) != nil else { return nil }
        return try ValidatorSchedule.term(of: epoch, genesis: genesis) { key throws(LedgerError) in
            try value(at: StateAddress(contract: MembershipContract.name, key: key))
        }
    }
}
