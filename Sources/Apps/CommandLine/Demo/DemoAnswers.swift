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

    /// What has to have been done, and says nothing that the story needs.
    struct Ignored: Decodable {}

    struct VaultFilling: Decodable {
        let stored: Int
        let refused: [Import.Row]
    }

    struct Pseudonyms: Decodable {
        let pseudonyms: [String]
    }

    struct Written: Decodable {
        let identifier: String?
    }

    struct UseDecision: Decodable {
        let decision: String
        let outcome: String
        let reasons: String?
    }

    struct Released: Decodable {
        struct Field: Decodable {
            let name: String
            let value: String
        }

        let fields: [Field]
    }

    struct Presented: Decodable {
        let agrees: Bool
    }

    struct Trace: Decodable {
        struct Event: Decodable {
            let time: String
            let event: String
            let department: String
            let action: String?
            let outcome: String?
        }

        let events: [Event]
    }

    struct Receipts: Decodable {
        let verified: Int
        let contradicted: Int
        let unreadable: Int
    }

    struct Matter: Decodable {
        struct Version: Decodable {
            let version: Int
        }

        struct Proposal: Decodable {
            struct Definition: Decodable {
                let digest: String
            }

            let definition: Definition
        }

        let versions: [Version]
        let proposal: Proposal?
    }

    struct Case: Decodable {
        let code: String
    }

    struct Act: Decodable {
        let transaction: String
        let height: UInt64
    }

    struct Inbox: Decodable {
        struct Handoff: Decodable {
            let code: String
            let step: String
        }

        let handoffs: [Handoff]
    }

    struct Progress: Decodable {
        struct Step: Decodable {
            let name: String
            let department: String
            let status: String
        }

        let status: String
        let end: String?
        let licence: String?
        let steps: [Step]
    }

    struct Timeline: Decodable {
        struct Handoff: Decodable {
            let step: String
            let attempt: Int64
            let department: String
            let end: String?
            let tookSeconds: Int64
            let isLate: Bool
        }

        let handoffs: [Handoff]
    }

    struct Failure: Decodable {
        struct Error: Decodable {
            let status: Int32
            let message: String
        }

        let error: Error
    }
}
