import Formats
import Identity
import Ledger

// Which requests have been carried out: what makes a request under one idempotency key take effect once, whoever hands
// it in, after whichever restart.
extension ApplicationsContract {
    /// Claims a key for the transaction that this call stands in. The transaction fails as a whole where the key is
    /// claimed, so the calls beside this one take effect once.
    ///
    /// Keys are the caller's department's own. A claim holds for ``ApplicationLimits/claimLifetime`` of ledger time.
    func claim(_ claim: ClaimRequest, in context: inout ContractContext) throws(ContractError) -> NoResult {
        let department = context.caller.department
        var range =
            try context.get(ApplicationKeys.claims(of: department), as: ClaimRange.self)
            ?? ClaimRange(first: 0, next: 0)
        try removeOld(&range, of: department, in: &context)
        let key = ApplicationKeys.claim(claim.key, of: department)
        if let known = try context.get(key, as: ClaimRecord.self) {
            // One that is over may still be there: two go with each new one.
            guard known.request == claim.request else {
                throw ContractError(
                    .claimedOtherwise,
                    "the idempotency key was used for another request, at height \(known.height): make a new key")
            }
            throw ContractError(
                .alreadyClaimed,
                "the request was carried out already, by transaction \(known.transaction) at height \(known.height)")
        }
        guard range.next - range.first < ApplicationLimits.claims else {
            throw ContractError(
                .limitExceeded,
                "\(department) has claimed \(ApplicationLimits.claims) requests within a day: try again later")
        }
        try context.put(
            key,
            ClaimRecord(
                request: claim.request, transaction: context.transaction, height: context.height,
                claimedAt: context.blockTime))
        try context.put(ApplicationKeys.claim(number: range.next, of: department), ClaimPlace(claim.key))
        range.next += 1
        try context.put(ApplicationKeys.claims(of: department), range)
        return NoResult()
    }

    func claimed(_ question: ClaimQuestion, on snapshot: inout ContractSnapshot) throws(ContractError) -> ClaimRecord {
        let key = ApplicationKeys.claim(question.key, of: question.department)
        guard let record = try snapshot.get(key, as: ClaimRecord.self) else {
            throw ContractError(.notFound, "no request under this key was carried out, or it was long ago")
        }
        return record
    }

    private func removeOld(
        _ range: inout ClaimRange, of department: DepartmentName, in context: inout ContractContext
    ) throws(ContractError) {
        for _ in 0..<ApplicationLimits.claimsRemovedAtOnce where range.first < range.next {
            let place = ApplicationKeys.claim(number: range.first, of: department)
            guard let key = try context.get(place, as: ClaimPlace.self)?.key,
                let oldest = try context.get(ApplicationKeys.claim(key, of: department), as: ClaimRecord.self)
            else { throw ContractError(.stateUnavailable, "a claim has lost its place") }
            guard oldest.claimedAt.advanced(by: ApplicationLimits.claimLifetime) < context.blockTime else { return }
            try context.remove(ApplicationKeys.claim(key, of: department))
            try context.remove(place)
            range.first += 1
        }
    }
}
