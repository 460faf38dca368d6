import Formats
import Identity
import Ledger
import Licences
import Nodes

/// Finds what somebody has in hand: a height, a code, an identifier, a digest.
enum SearchPage {
    struct Hit: Sendable {
        let kind: String
        let title: String
        let path: String
    }

    struct Model: Sendable {
        let question: String
        let hits: [Hit]
        let isAsked: Bool
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let question = try request.value("q") ?? ""
        var page = Page(
            Words.search,
            Model(question: question, hits: try await hits(question, request), isAsked: !question.isEmpty),
            subject: question.isEmpty ? nil : question)
        let state = try await request.parts.state.state()
        page.asOf = AsOf(state.height, state.time)
        return page
    }

    private static func hits(_ question: String, _ request: PageRequest) async throws -> [Hit] {
        func hit(_ english: String, _ chinese: String, _ title: String, _ path: String) -> Hit {
            Hit(kind: request.tell(Phrase(english, chinese)), title: title, path: path)
        }
        var hits: [Hit] = []
        let digits = question.filter { $0 != "," && $0 != " " }
        if let height = UInt64(digits), height > 0, height <= request.services.heights.current.rawValue {
            hits.append(hit("block", "区块", Told.number(height), "/explorer/blocks/\(height)"))
        }
        if let digest = Digest(hexadecimal: question.lowercased().filter { $0 != " " }) {
            hits += try await self.hits(of: digest, request)
        }
        if let licence = try? LicenceIdentifier(question) {
            hits.append(hit("licence", "证照", licence.text, "/explorer/licences/\(Query.encoded(licence.text))"))
        }
        hits += try await licences(question, request).filter { hit in !hits.contains { $0.path == hit.path } }
        if let code = try? OneThingCode(question), request.visitor.may(.readCases) {
            hits.append(hit("case", "办件", code.text, "/onethings/\(Query.encoded(code.text))"))
        }
        if let holder = try? HolderPseudonym(question), request.visitor.may(.readTraces) {
            hits.append(hit("holder", "持证主体", holder.text, Query.path("/trace", [("holder", holder.text)])))
        }
        let departments = request.services.genesis.document.departments
        if let department = departments.first(where: { $0.name.rawValue == question || $0.title == question }),
            request.visitor.may(.readTraces)
        {
            let name = department.name.rawValue
            hits.append(hit("department", "部门", name, Query.path("/trace", [("department", name)])))
        }
        return hits
    }

    /// Licences whatever their version: type, issuer and serial.
    private static func licences(_ question: String, _ request: PageRequest) async throws -> [Hit] {
        let prefix = LicenceIdentifierText.prefix
        let key = question.hasPrefix(prefix) ? String(question.dropFirst(prefix.count)) : question
        guard key.count(where: { $0 == "." }) == 2 else { return [] }
        return try await request.ask("SELECT identifier FROM catalogue WHERE licence = ?", [.text(key)], count: 1)
            .rows.compactMap { $0.text(0) }.map { identifier in
                Hit(
                    kind: request.tell(Phrase("licence", "证照")), title: identifier,
                    path: "/explorer/licences/\(Query.encoded(identifier))")
            }
    }

    /// What a digest names: a transaction, a block, a licence's file.
    private static func hits(of digest: Digest, _ request: PageRequest) async throws -> [Hit] {
        let answer = try await request.ask(
            """
            SELECT * FROM (SELECT 1 AS kind, '' AS text, height FROM transactions WHERE identifier = ?1 LIMIT 1)
            UNION ALL SELECT * FROM (SELECT 3, identifier, issued_height FROM licences WHERE file = ?1 LIMIT 5)
            """, [.blob(digest.bytes)])
        return answer.rows.map { row in
            row.count(0) == 1
                ? Hit(
                    kind: request.tell(Phrase("transaction", "交易")), title: digest.description,
                    path: "/explorer/transactions/\(digest)")
                : Hit(
                    kind: request.tell(Phrase("licence with this file", "该文件对应的证照")), title: row.text(1) ?? "",
                    path: "/explorer/licences/\(Query.encoded(row.text(1) ?? ""))")
        }
    }
}
