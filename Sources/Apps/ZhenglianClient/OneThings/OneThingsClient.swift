public import Formats
public import Identity
import Ledger
public import Licences
import Nodes
public import OneThings

/// One-things (一件事): the statutory calendar that their clocks run on.
public struct OneThingsClient: Sendable {
    let client: ZhenglianClient

    /// The calendar in force, and the one that is proposed, as the node states it.
    /// - Throws: `NodeError`, or the transport's error.
    public func calendar() async throws -> TableAnswer<StatutoryCalendar> {
        try await client.ledger.query(
            contract: CalendarContract.contractName, name: CalendarContract.Method.calendar, arguments: NoResult(),
            as: TableAnswer.self
        ).result
    }

    /// Proposes the next calendar, as an administrator.
    /// - Throws: `TransactionRejected` with code `notPermitted`, `wrongVersion`, `yearIsOver` or `limitExceeded`;
    ///   otherwise as `Submitter.submit(_:key:)`.
    @discardableResult
    public func propose(_ calendar: StatutoryCalendar) async throws -> Outcome {
        try await client.write(CalendarContract.contractName, CalendarContract.Method.propose, calendar)
    }

    /// Approves the proposed calendar, as an administrator.
    /// - Parameter calendar: the digest of its DER, so that nobody approves another unawares.
    /// - Throws: `TransactionRejected` with code `notPermitted`, `notFound`, `stateHasMoved`, `alreadyApproved` or
    ///   `yearIsOver`; otherwise as `Submitter.submit(_:key:)`.
    @discardableResult
    public func approveCalendar(_ calendar: Digest) async throws -> Outcome {
        try await client.write(
            CalendarContract.contractName, CalendarContract.Method.approve, ApproveTable(calendar))
    }
}

extension ZhenglianClient {
    /// One-things (一件事).
    public var oneThings: OneThingsClient { OneThingsClient(client: self) }
}
