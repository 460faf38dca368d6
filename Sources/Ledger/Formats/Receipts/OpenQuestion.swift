/// Something that a receipt does not establish (未证实), though a reader could think so. The raw values are the names in
/// the JSON view.
public enum OpenQuestion: String, Sendable, CaseIterable, Codable {
    /// Anything after the height: a change, a removal, a revocation, a further element.
    case laterChanges
    /// What was there before the height since when it has been so.
    case earlierHistory
    /// Which transaction wrote it, and who signed that.
    case authorship
    /// The elements before the first one shown.
    case earlierElements
}
