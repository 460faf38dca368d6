import ClusterTransport
import Formats
import Identity
import Ledger
import Logging

/// Finds out where this node's results part from the consortium's: the first height, and in it the first key.
///
/// It runs once, when the node stops for good; what peers answer is believed as far as a diagnosis may believe it: a
/// peer counts only if its results are those that the consortium's final header states.
struct DivergenceDiagnosis: Sendable {
    /// Heights that are looked at: headers state results that are a few heights old.
    private static let maximumHeightCount: UInt64 = 64

    let ledger: ChannelLedger
    let peers: [ValidatorPeer]
    let logger: Logger

    /// Executes blocks one by one up to the one whose header states other results, and says where they part.
    /// - Parameters:
    ///   - blocks: final blocks of which one has failed with `divergence`; none of them is on the ledger.
    ///   - error: that failure.
    /// - Returns: the failure with what was found out.
    func explain(_ error: LedgerError, executing blocks: [FinalizedBlock]) async -> LedgerError {
        var agreed = ledger.head.block.executed.height
        for block in blocks {
            do throws(LedgerError) {
                try await ledger.execute([block])
                agreed = block.header.executed.height
            } catch {
                guard error.code == .divergence else { return error }
                let finding = await finding(stated: block.header.executed, after: agreed)
                return LedgerError(.divergence, "\(error.message). \(finding)")
            }
        }
        return error
    }

    private func finding(stated: ExecutedState, after agreed: Height) async -> String {
        guard let peer = await peer(with: stated) else {
            return "No peer could be asked where the results part"
        }
        var height = agreed.next
        var count: UInt64 = 0
        while height <= stated.height, count < Self.maximumHeightCount {
            do {
                guard let own = try await ledger.heightResults(height),
                    let other = try await peer.results(HeightResultsRequest(height: height)).results
                else { return "The changes of height \(height) are not kept any more, so that they cannot be compared" }
                if own != other {
                    return Self.difference(own, other, at: height, peer: "\(peer.id.member)")
                }
            } catch {
                return "The comparison with \(peer.id.member) ended at height \(height): \(error)"
            }
            height = height.next
            count += 1
        }
        return "No difference was found at heights \(agreed.next) to \(height)"
    }

    /// The first peer that has come to what the header states.
    private func peer(with stated: ExecutedState) async -> ValidatorPeer? {
        for peer in peers {
            do {
                let results = try await peer.results(HeightResultsRequest(height: stated.height)).results
                if results?.stateRoot == stated.stateRoot, results?.journalRoot == stated.journalRoot { return peer }
            } catch {
                logger.info(
                    "a peer was not asked for its results", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
            }
        }
        return nil
    }

    /// Where two nodes' results of one height part.
    static func difference(
        _ own: HeightResults.Results,
        _ other: HeightResults.Results,
        at height: Height,
        peer: String
    ) -> String {
        let place = "The results part at height \(height)"
        for index in 0..<max(own.changes.count, other.changes.count) {
            let (mine, theirs) = (own.changes[safe: index], other.changes[safe: index])
            guard mine != theirs else { continue }
            // The lesser key of the two is the one that only one of the nodes has written.
            guard let first = [mine, theirs].compactMap(\.self).min(by: HeightResults.Change.precedes) else { continue }
            func value(_ change: HeightResults.Change?) -> String {
                guard let change, change.contract == first.contract, change.key == first.key else { return "nothing" }
                return change.value == .zero ? "a removal" : "a value of digest \(change.value)"
            }
            return """
                \(place): the first differing key is \(first.key.hexadecimal) of contract '\(first.contract)', \
                to which this node wrote \(value(mine)) and \(peer) \(value(theirs))
                """
        }
        guard own.outcomesRoot == other.outcomesRoot else {
            return """
                \(place): the changes agree, the outcomes do not: their root is \(own.outcomesRoot) here and \
                \(other.outcomesRoot) at \(peer)
                """
        }
        return "\(place): changes and outcomes agree with \(peer), the roots do not: this node's database is damaged"
    }
}

extension HeightResults.Change {
    fileprivate static func precedes(_ left: Self, _ right: Self) -> Bool {
        if left.contract != right.contract {
            return left.contract.utf8.lexicographicallyPrecedes(right.contract.utf8)
        }
        return left.key.lexicographicallyPrecedes(right.key)
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
