import GRDB

extension LedgerError {
    /// Translates what an access to the read model's file throws: what is damaged there is not the ledger.
    init(readModel error: any Error) {
        let failure = LedgerError(storage: error)
        guard failure.code == .corrupted, error is DatabaseError else {
            self = failure
            return
        }
        self.init(.readModelDamaged, "the read model's file is damaged and is made anew", cause: error)
    }
}

extension LedgerError.Code {
    /// A question in SQL is none: it does not compile, or has another number of arguments.
    public static let wrongQuery = Self(rawValue: "wrongQuery")
    /// A question in SQL wants more than to read the model's tables.
    public static let queryNotPermitted = Self(rawValue: "queryNotPermitted")
    /// A question has taken longer than it may.
    public static let timeLimitExceeded = Self(rawValue: "timeLimitExceeded")
    /// A question needs more memory, or makes longer values, than it may.
    public static let sizeLimitExceeded = Self(rawValue: "sizeLimitExceeded")
    /// The read model's own file is damaged: it has to be made anew.
    public static let readModelDamaged = Self(rawValue: "readModelDamaged")
    /// The read model is being filled anew and cannot answer yet.
    public static let readModelIncomplete = Self(rawValue: "readModelIncomplete")
}
