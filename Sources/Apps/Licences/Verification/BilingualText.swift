/// A sentence in both languages, said with the same facts.
public struct BilingualText: Hashable, Sendable {
    public let english: String
    public let chinese: String

    public init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }
}
