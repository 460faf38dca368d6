import Formats
import Identity
public import Licences
import Nodes

/// What was done with licences (用证轨迹), whole and proved.
public struct TracesClient: Sendable {
    let client: ZhenglianClient

    /// Fetches a trace with the proof that it is whole, and checks it.
    /// - Returns: what to keep for others to check, and what it proves.
    /// - Throws: the node's error; `VerificationError` or `LicenceError` with code `wrongTrace` where what the node
    ///   gives does not hold; `LicenceError` with code `tooLarge` for a trace of more than 100,000 events.
    public func trace(of subject: UseSubject) async throws -> (proof: TraceProof, proved: ProvedTrace) {
        var (records, height) = try await records(of: subject, after: 0)
        // What a node has executed, the next final header vouches for: the trail's proof is asked for after that.
        _ = try await client.ledger.sealedReceipt(answering: .state(subject.stateName, asOf: height))
        let head = try TraceProof.head(of: records, suite: client.genesis.suite)
        let receipt = try await client.ledger.sealedReceipt(answering: .trail(subject.stateName, after: head))
        // What was appended meanwhile stands in the receipt, and its records are fetched too.
        if case .list(let list) = receipt.subject, !list.elements.isEmpty {
            let later = try await self.records(of: subject, after: UInt64(records.count)).records
            records += later.prefix(list.elements.count)
        }
        let proof = TraceProof(subject: subject, records: records, receipt: receipt)
        return (proof, try proof.verify(against: client.genesis))
    }

    /// Fetches the traces of a holder under every pseudonym that the ledger links to this one.
    /// - Throws: as ``trace(of:)``.
    public func traces(of holder: HolderPseudonym) async throws -> [(proof: TraceProof, proved: ProvedTrace)] {
        var traces: [(proof: TraceProof, proved: ProvedTrace)] = []
        for pseudonym in try await client.authorisations.holder(holder).pseudonyms {
            traces.append(try await trace(of: .holder(pseudonym)))
        }
        return traces
    }

    /// A page of a trace, as a node states it: what was appended from a place on. It proves nothing; ``trace(of:)``
    /// does.
    /// - Parameters:
    ///   - first: the place of the first event, from 0.
    ///   - limit: most events; never more than `TraceQuestion.maximumCount`.
    /// - Throws: the node's error.
    public func page(
        of subject: UseSubject, from first: UInt64, limit: Int64 = TraceQuestion.maximumCount
    ) async throws -> TracePage {
        try await client.ledger.query(
            contract: UsageContract.contractName, name: UsageContract.Query.events,
            arguments: TraceQuestion(subject, first: first, limit: limit), as: TracePage.self
        ).result
    }

    /// The records of a trace from a place on, page by page, as a node states them, and the height of the last page.
    private func records(
        of subject: UseSubject, after first: UInt64
    ) async throws -> (records: [TraceRecord], height: Height) {
        var records: [TraceRecord] = []
        while true {
            let page = try await page(of: subject, from: first + UInt64(records.count))
            records += page.records
            guard records.count + Int(first) <= TraceProof.maximumRecordCount else {
                throw LicenceError(
                    .tooLarge, "the trace of \(subject) has \(page.head.count) events, more than are taken in at once")
            }
            guard !page.records.isEmpty, first + UInt64(records.count) < page.head.count else {
                return (records, page.height)
            }
        }
    }
}

extension ZhenglianClient {
    /// What was done with licences (用证轨迹).
    public var traces: TracesClient { TracesClient(client: self) }
}
