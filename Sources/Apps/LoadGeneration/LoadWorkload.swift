package import Formats

/// What a measurement asks of a ledger, one call for each record.
package protocol LoadWorkload: Sendable {
    /// The call of record number `sequence` of client number `client`; no two of a run are the same.
    func call(client: Int, sequence: Int) throws -> Call

    /// Why a call that took effect has not come to what is measured, in a few words of which there are not many; `nil`
    /// where it has.
    /// - Parameter returnValue: what the call has returned.
    func refusal(in returnValue: [UInt8]) -> String?
}
