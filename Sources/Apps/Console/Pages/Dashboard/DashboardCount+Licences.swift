import Formats
import Identity
import Ledger
import Licences
import Nodes

/// What the dashboard counts of licences and of what is done with them.
extension DashboardCount {
    func licences(at time: Timestamp) async throws -> DashboardData.LicenceTotals {
        let row = try await ask(.licences, at: time, 1).rows.first
        return DashboardData.LicenceTotals(
            count: row?.count(0) ?? 0, inForce: row?.count(1) ?? 0, today: row?.count(2) ?? 0,
            types: row?.count(3) ?? 0, regions: row?.count(4) ?? 0)
    }

    func licencesByType(at time: Timestamp) async throws -> [DashboardData.Share] {
        try await shares(.licencesByType, at: time, Self.lineCount, Vocabulary.licenceKind)
    }

    func licencesByRegion(at time: Timestamp) async throws -> [DashboardData.Share] {
        try await shares(.licencesByRegion, at: time, Self.regionCount, Vocabulary.region)
    }

    private func shares(
        _ question: DashboardQuestion, at time: Timestamp, _ count: Int, _ words: (String) -> Phrase
    ) async throws -> [DashboardData.Share] {
        try await ask(question, at: time, count).rows.map { row in
            let name = row.text(0) ?? ""
            return DashboardData.Share(
                name: name, title: DashboardData.Title(words(name)), count: row.count(1), inForce: row.count(2))
        }
    }

    func grants(at time: Timestamp) async throws -> DashboardData.Grants? {
        try await row(.grants, at: time).map {
            DashboardData.Grants(inForce: $0.count(0), new: $0.count(1), ended: $0.count(2))
        }
    }

    func uses(at time: Timestamp) async throws -> DashboardData.Uses {
        let first = DashboardQuestion.uses.beginning(at: time) ?? 0
        // Each hour has six kinds at most.
        let rows = try await ask(.uses, at: time, 24 * 6).rows
        var counts: [String: [Int64: Int]] = [:]
        for row in rows { counts[row.text(1) ?? "", default: [:]][row.integer(0) ?? 0, default: 0] += row.count(2) }
        func total(_ what: String) -> Int { counts[what, default: [:]].values.reduce(0, +) }
        let reasons = try await ask(.denialReasons, at: time, 5).rows
        let hours = (0..<Int64(24)).map { index in
            DashboardData.Hour(
                beginsAt: first + index * 3_600_000, allowed: counts["allowed"]?[index] ?? 0,
                denied: counts["denied"]?[index] ?? 0)
        }
        return DashboardData.Uses(
            allowed: total("allowed"), denied: total("denied"), released: total("released"),
            presented: total("presented"), matched: total("matched"), differing: total("differing"), hours: hours,
            reasons: reasons.map { row in
                let words = row.text(0) ?? ""
                let first = words.split(separator: " ").first.map(String.init) ?? words
                return DashboardData.Reason(
                    reason: words, title: DashboardData.Title(Vocabulary.denial(first)), count: row.count(1))
            })
    }
}
