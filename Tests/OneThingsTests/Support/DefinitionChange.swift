import Foundation
import Licences
import OneThings
import Testing

/// The small matter with something in the place of something else, and what has to be found then.
struct DefinitionChange: CustomTestStringConvertible, Sendable {
    private let edits: [(old: String, new: String)]
    let rule: DefinitionProblem.Rule
    let place: String

    init(_ rule: DefinitionProblem.Rule, _ place: String, _ edits: (old: String, new: String)...) {
        (self.rule, self.place, self.edits) = (rule, place, edits)
    }

    var testDescription: String { "\(rule) at \(place)" }

    var text: String {
        edits.reduce(DefinitionFiles.newbornText) { text, edit in
            #expect(text.contains(edit.old), "the change is about something that stands there: \(edit.old)")
            return text.replacing(edit.old, with: edit.new, maxReplacements: 1)
        }
    }

    /// What is wrong with the changed matter.
    func problems() -> [DefinitionProblem] {
        do throws(DefinitionFileError) {
            _ = try DefinitionFile(Array(text.utf8)).definition()
            return []
        } catch {
            return error.problems
        }
    }

    /// That exactly what is expected is found, in both languages.
    func expectToBeFound() {
        let found = problems()
        #expect(found.map(\.rule) == [rule], "\(found)")
        #expect(found.map(\.place) == [place], "\(found)")
        #expect(found.allSatisfy { !$0.message.english.isEmpty && !$0.message.chinese.isEmpty })
    }
}
