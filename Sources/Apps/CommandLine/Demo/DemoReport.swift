/// What the demonstration has shown.
struct DemoReport: Presentable {
    struct Step: Encodable {
        let name: String
        /// Whether everything was as it has to be.
        let ok: Bool
        let seconds: Double
        /// What came of it, or what went wrong.
        let detail: String
    }

    struct Omission: Encodable {
        let name: String
        let reason: String
    }

    struct Node: Encodable {
        let department: String
        let address: String
        /// Where people see the node.
        let console: String?
        let directory: String
        let log: String
    }

    let directory: String
    let genesis: String
    let receipts: String
    let input: String
    let nodes: [Node]
    let steps: [Step]
    /// Steps that such a consortium cannot take, and why.
    let omitted: [Omission]
    /// Whether the story was told to its end and every step held.
    let holds: Bool

    func lines(in language: Language) -> [String] {
        let width = steps.map(\.name.count).max() ?? 0
        let rows = steps.map { step in
            let name = step.name.padding(toWidth: width)
            return "  \(step.ok ? "✓" : "✗") \(name)  \(step.seconds) s  \(step.detail)"
        }
        let verdict =
            holds
            ? Phrase("every step held", "所有步骤均成立")
            : Phrase("not every step held", "并非所有步骤都成立")
        return ["", verdict.text(in: language)] + rows
            + omitted.map {
                Phrase("  – \($0.name) left out: \($0.reason)", "  – 略去 \($0.name)：\($0.reason)").text(in: language)
            }
    }
}

extension String {
    fileprivate func padding(toWidth width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
