/// Gives the state as it is before a block or at a height. Execution knows of storage nothing else.
public protocol StateReader {
    /// The value of an entry, `nil` where there is none.
    /// - Throws: ``LedgerError`` where the state cannot be read; execution stops and leaves no trace.
    func value(at address: StateAddress) throws(LedgerError) -> [UInt8]?
}
