import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import OneThings
import ZhenglianClient

extension Operation {
    /// What a step of the own department needs, from the nodes of the departments that keep it.
    static var fetchCaseItems: Operation {
        Operation(
            "fetchCaseItems", .post, "/cases/{code}/items",
            Summary(
                "fetch what a step of the own department needs, from the nodes that keep it, checked against the "
                    + "ledger, which has a record of every release", "调取本部门环节所需信息与材料，与账本核对；每次调取均上链"),
            entitlement: .writeCases, scope: .ownDepartment, parameters: [.path("code", .caseCode)],
            body: Body(
                schema: .object(
                    .required("step", Schema.string(.label, 1...32).described("the step that needs them", "环节")),
                    .optional(
                        "items",
                        Schema.array(of: .string(.label, 1...32), 1...320).described(
                            "by default all that the step needs", "缺省为该环节所需全部"))), maximumByteCount: 32 << 10),
            answer: .json(FetchedItems.schema), isLong: true, problems: [.notFound, .invalidValue, .refusedByLedger]
        ) { call in
            let progress = try await call.progress()
            let (code, step) = (progress.known.code, try call.body.label("step"))
            guard let attempt = progress.steps.first(where: { $0.name == step })?.state.attempt else {
                throw Problem(.invalidValue, "\(progress.known.matter) has no step '\(step)'")
            }
            let contents = call.client.oneThings.contents
            let sources = try await contents.sources(
                of: code, step: step, items: call.body["items"] == nil ? nil : call.body.labels("items"))
            let seat = try call.services.proofs.seat(for: "proofs")
            var fetched = FetchedItems(code: code, step: step)
            for source in sources {
                let released = try await call.services.withOneThingService(of: source.stored.department) { service in
                    try await contents.fetchAll(source, of: code, step: step, attempt: attempt, from: service)
                }
                try fetched.add(released)
            }
            var reply = Reply.json(fetched)
            reply.seat = seat
            return reply
        }
    }
}

/// Data and papers of a case that came from their keepers.
struct FetchedItems: Encodable, Sendable {
    struct Item: Encodable, Sendable {
        let name: Label
        let keeper: Label
        /// Of a datum.
        let value: String?
        /// Of a paper, in base64.
        let file: String?
    }

    let code: OneThingCode
    let step: Label
    private(set) var items: [Item] = []
    private var byteCount = 0

    private enum CodingKeys: String, CodingKey { case code, step, items }

    init(code: OneThingCode, step: Label) { (self.code, self.step) = (code, step) }

    /// - Throws: ``Problem`` with code `invalidValue` where it would be more than one answer carries.
    mutating func add(_ released: [ReleasedItems]) throws(Problem) {
        for release in released {
            for disclosure in release.disclosures {
                let item = disclosure.item
                let file = release.file(of: item.name)
                byteCount += item.value.count + (file?.count ?? 0)
                items.append(
                    Item(
                        name: item.name, keeper: release.keeper, value: item.datum, file: file.map(Base64.encode)))
            }
        }
        guard byteCount <= GatewayLimits.fetchedByteCount else {
            throw Problem(
                .invalidValue,
                "the items have more than \(GatewayLimits.fetchedByteCount >> 20) MiB: name fewer of them at a time")
        }
    }

    static let schema = Schema.object(
        .required("code", .caseCode), .required("step", .string(.label, 1...32)),
        .required(
            "items",
            .array(
                of: .object(
                    .required("name", .string(.label, 1...32)),
                    .required("keeper", Schema.department.described("whose node keeps it", "存管部门")),
                    .optional("value", Schema.string(.lines, 0...65_536).described("of a datum", "信息项取值")),
                    .optional(
                        "file",
                        Schema.string(.base64, 0...(4 * GatewayLimits.fetchedByteCount / 3 + 4)).described(
                            "of a paper, in base64", "材料文件（base64）"))), 0...320))
    ).named("FetchedItems").described("what came from the keepers", "调取结果")
}
