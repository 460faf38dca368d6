import Formats
import Identity
import Ledger

/// Blocks, the newest first.
enum BlocksPage {
    struct Model: Sendable {
        let blocks: [BlockRow]
        let older: String?
        let isFirst: Bool
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let before = try request.number("before")
        let (rows, asOf, more) = try await rows(request, before: before, count: request.limits.rowCount)
        let older = more ? rows.last.map { Query.path("/explorer/blocks", [("before", $0.height)]) } : nil
        return Page(
            Words.blocks, Model(blocks: rows, older: older, isFirst: before == nil), asOf: asOf, isLive: before == nil)
    }

    static func rows(
        _ request: PageRequest, before: UInt64?, count: Int
    ) async throws -> (rows: [BlockRow], asOf: AsOf, hasMore: Bool) {
        let answer = try await request.ask(
            "SELECT \(BlockRow.columns) FROM blocks WHERE height < ? ORDER BY height DESC LIMIT ?",
            [.integer(before.map(Int64.init) ?? .max), .integer(Int64(count) + 1)], count: count + 1)
        return (answer.rows.prefix(count).map(BlockRow.init), answer.asOf, answer.rows.count > count)
    }
}
