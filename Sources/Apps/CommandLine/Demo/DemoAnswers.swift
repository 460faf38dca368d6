/// What the commands of the story answer with `--json`, as far as the story looks at it.
enum DemoAnswer {
    struct Import: Decodable {
        struct Row: Decodable {
            let line: Int
            let reason: String
        }

        let rows: Int
        let issued: Int
        let unchanged: Int
        let refused: [Row]
        let isComplete: Bool
        let receipts: Int?
        let seconds: Double
    }

    struct Issue: Decodable {
        let identifier: String
        let result: String
        let transaction: String
    }

    struct Verification: Decodable {
        struct Check: Decodable {
            let subject: String
            let verdict: String
        }

        let outcome: String
        let checks: [Check]
    }

    struct Receipts: Decodable {
        let verified: Int
        let contradicted: Int
        let unreadable: Int
    }

    struct Failure: Decodable {
        struct Error: Decodable {
            let status: Int32
            let message: String
        }

        let error: Error
    }
}
