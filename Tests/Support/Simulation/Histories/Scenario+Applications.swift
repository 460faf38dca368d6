package import Formats
package import Identity
package import Ledger

// Contracts of applications, as they run on machines whose clocks differ.
extension Scenario {
    /// The departments, in the order of their machines.
    package var departments: [DepartmentName] { channel.genesis.document.departments.map(\.name) }

    package var suite: any CryptoSuite { channel.consortium.suite }

    /// Whether nobody waits for anything that was ordered.
    package var isResting: Bool { channel.clients.allSatisfy(\.orders.isEmpty) }

    /// Sets the clock of a machine.
    package func setClock(of machine: Int, ahead skew: Duration) { channel.nodes[machine].clock.skew = skew }

    /// Has a department's client or administrator order calls.
    /// - Returns: the transaction; `nil` where it cannot be signed, which is a violation.
    package func order(_ calls: [Call], as role: Role = .client, of department: Int) -> TransactionIdentifier? {
        channel.order(calls, by: role, of: department)
    }

    /// What a transaction has come to by the ledger of a machine, and the time of its block.
    package func outcome(
        of transaction: TransactionIdentifier, on machine: Int
    ) -> (outcome: Outcome, time: Timestamp)? {
        let ledger = channel.nodes[machine].ledger
        guard let outcome = ledger.outcome(of: transaction), let height = ledger.height(of: transaction),
            let entry = ledger[height]
        else { return nil }
        return (outcome, entry.block.header.timestamp)
    }

    /// The value of an entry of the state, as a machine has it.
    package func value(at address: StateAddress, on machine: Int) -> [UInt8]? {
        do throws(LedgerError) {
            return try channel.nodes[machine].ledger.state.value(at: address)
        } catch {
            channel.report(.failure, channel.nodes[machine], "an entry cannot be read: \(error)")
            return nil
        }
    }

    /// Ledger time, as a machine has it.
    package func ledgerTime(of machine: Int) -> Timestamp { channel.nodes[machine].ledger.head.timestamp }
}
