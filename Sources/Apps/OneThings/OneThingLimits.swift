/// Bounds of definitions and cases. The same on every node: a change here is a change of the contracts.
public enum OneThingLimits {
    /// A consortium of a region has some twenty departments.
    public static let roleCount = 32
    public static let optionCount = 16
    public static let fieldCount = 128
    public static let materialCount = 64
    public static let reasonCount = 64
    public static let endCount = 16
    /// The national one-thing of deregistration joins eight matters; nothing planned has more than a dozen.
    public static let stepCount = 32
    public static let answerCount = 16
    /// Times that one step of a case can be begun anew.
    public static let attemptCount = 9
    /// A step that nobody acknowledges is pushed again this often before the alarm is all that is left.
    public static let pushCount = 5
    /// Objections that one step of a case takes; a further one would change nothing any more.
    public static let objectionCount = 32
    /// Longest definition: it is one entry of the ledger, with who has approved it.
    public static let definitionByteCount = 56 << 10
    /// Lists of data that a case has: one at its opening, and one for each answer and correction.
    public static let contentCount = 200
    /// Running cases on one subject.
    public static let casesPerSubject = 16
    /// Matters of a ledger, and versions of one.
    public static let matterCount = 256
    public static let versionCount = 256
    /// Longest datum that is handed in or returned off the ledger, in UTF-8; what is longer is a paper.
    public static let datumByteCount = 4 << 10
    /// Longest value that stands on the ledger.
    public static let valueByteCount = 64
}
