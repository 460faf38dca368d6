import Foundation
import Licences
import LocalConsortium

extension DemoStory {
    /// The department whose licences these are, always the first.
    private var issuer: Department { plan.departments[0] }

    var salts: String { "\(folder.path)/salts" }

    func importLicences(_ consortium: FoundedConsortium) async throws -> Phrase {
        let answer = try await narrator.run(
            [
                "licence", "import", input.licences.path, "--salts", salts, "--receipts", receipts,
                "--pseudonym-keys", pseudonymKeys,
            ]
                + consortium.clientOptions(as: issuer, at: issuer),
            as: DemoAnswer.Import.self
        )
        guard answer.isComplete, answer.refused.isEmpty, answer.issued == answer.rows, answer.rows > 0 else {
            throw DemoFailure("of \(answer.rows) rows, \(answer.issued) were issued")
        }
        return Phrase(
            "\(answer.issued) licences on the ledger in \(answer.seconds) s, \(answer.receipts ?? 0) receipts",
            "\(answer.issued) 张证照上链，用时 \(answer.seconds) 秒，回执 \(answer.receipts ?? 0) 份"
        )
    }

    func issue(_ consortium: FoundedConsortium) async throws -> Phrase {
        let document = "\(work)/issued-by-hand.pdf"
        var bytes = try Data(contentsOf: input.document)
        bytes.append(contentsOf: Data("% issued by hand\n".utf8))
        try bytes.write(to: URL(fileURLWithPath: document))
        let identifier = try Self.identifier(serial: "20260901900001")
        let options = consortium.clientOptions(as: issuer, at: issuer)
        let answer = try await narrator.run(
            issueCommand(identifier, file: document) + options, as: DemoAnswer.Issue.self)
        guard answer.result == "issued" else { throw DemoFailure("the licence was \(answer.result)") }
        try await narrator.executable.mustSucceed(
            shown(["receipt", "get", answer.transaction, "--output", "\(receipts)/issued-by-hand.receipt"] + options))
        return Phrase("\(answer.identifier) issued, with a receipt", "\(answer.identifier) 已签发上链，并取得回执")
    }

    func verify(_ consortium: FoundedConsortium) async throws -> Phrase {
        let answer = try await compare(input.document.path, consortium, expecting: 0)
        guard answer.outcome == "consistent" else { throw DemoFailure("the outcome is \(answer.outcome)") }
        return Phrase("the file is the one that was issued", "文件与链上存证一致")
    }

    func verifyTampered(_ consortium: FoundedConsortium) async throws -> Phrase {
        var bytes = try Data(contentsOf: input.document)
        let position = bytes.startIndex + bytes.count / 2
        bytes[position] ^= 1
        let copy = "\(work)/tampered.pdf"
        try bytes.write(to: URL(fileURLWithPath: copy))
        let answer = try await compare(copy, consortium, expecting: 1)
        guard answer.checks.contains(where: { $0.verdict == "contradicted" }) else {
            throw DemoFailure("nothing contradicts the copy: \(answer.outcome)")
        }
        return Phrase(
            "refused with status 1: byte \(bytes.count / 2) of \(bytes.count) was changed",
            "被拒绝，退出状态 1：\(bytes.count) 字节中的第 \(bytes.count / 2) 字节被改动"
        )
    }

    func importBroken(_ consortium: FoundedConsortium) async throws -> Phrase {
        let refused = "\(work)/refused.csv"
        let answer = try await narrator.run(
            [
                "licence", "import", input.broken.path, "--salts", salts, "--receipts", receipts, "--refused", refused,
                "--pseudonym-keys", pseudonymKeys,
            ] + consortium.clientOptions(as: issuer, at: issuer),
            expecting: 1,
            as: DemoAnswer.Import.self
        )
        guard !answer.refused.isEmpty, answer.isComplete,
            answer.rows == answer.refused.count + answer.issued + answer.unchanged
        else { throw DemoFailure("\(answer.refused.count) of \(answer.rows) rows were refused") }
        for row in answer.refused.prefix(5) {
            narrator.result(Phrase("line \(row.line): \(row.reason)", "第 \(row.line) 行：\(row.reason)"))
        }
        let taken = answer.issued + answer.unchanged
        return Phrase(
            "\(answer.refused.count) rows refused by line and reason, \(taken) sound ones taken; "
                + "the refused rows are in \(refused)",
            "\(answer.refused.count) 行被逐行说明原因并拒绝，\(taken) 行正常；被拒绝的行在 \(refused)"
        )
    }

    func issueAsAnother(_ consortium: FoundedConsortium) async throws -> Phrase {
        let other = plan.departments[1]
        let document = "\(work)/not-ours-to-issue.txt"
        try Data("not ours to issue\n".utf8).write(to: URL(fileURLWithPath: document))
        let answer = try await narrator.run(
            issueCommand(try Self.identifier(serial: "20260901900002"), file: document)
                + consortium.clientOptions(as: other, at: other),
            expecting: 1,
            as: DemoAnswer.Failure.self
        )
        return Phrase("refused with status 1: \(answer.error.message)", "被拒绝，退出状态 1：\(answer.error.message)")
    }

    func checkReceipts(of consortium: FoundedConsortium) async throws -> Phrase {
        let files = try FileManager.default.contentsOfDirectory(atPath: receipts)
            .filter { $0.hasSuffix(".receipt") }.sorted().map { "\(receipts)/\($0)" }
        guard !files.isEmpty else { throw DemoFailure("there are no receipts in \(receipts)") }
        let answer = try await narrator.run(
            ["receipt", "verify"] + files + ["--genesis", folder.genesis],
            shownAs: [
                DemoNarrator.programName, "receipt", "verify", "\(receipts)/*.receipt", "--genesis", folder.genesis,
            ],
            as: DemoAnswer.Receipts.self
        )
        guard answer.verified == files.count else {
            throw DemoFailure("\(answer.verified) of \(files.count) receipts hold")
        }
        return Phrase(
            "\(answer.verified) receipts hold, by the genesis file alone", "\(answer.verified) 份回执全部成立，仅凭创世文件")
    }

    /// Notes a command and hands it on.
    func shown(_ arguments: [String]) -> [String] {
        narrator.show(arguments)
        return arguments
    }

    private func compare(
        _ file: String, _ consortium: FoundedConsortium, expecting status: Int32
    ) async throws -> DemoAnswer.Verification {
        try await narrator.run(
            ["licence", "verify", file, "--identifier", input.documentIdentifier]
                + consortium.clientOptions(as: plan.departments[plan.departments.count - 1], at: issuer),
            expecting: status,
            as: DemoAnswer.Verification.self
        )
    }

    private func issueCommand(_ identifier: String, file: String) -> [String] {
        [
            "licence", "issue", "--identifier", identifier, "--file", file, "--salts", salts,
            "--type-name", "营业执照", "--holder-name", "示范塔河佳明果业有限公司", "--holder-code", "91659920MA2A20Y58E",
            "--issuer-name", "示范区市场监督管理局", "--issued-on", "20260901", "--region", "652700",
            "--pseudonym-keys", pseudonymKeys,
        ]
    }

    /// A business licence of the first department that no table has.
    private static func identifier(serial: String) throws -> String {
        LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode("11650000MB1A0001XQ"),
            serial: try LicenceSerial(serial),
            version: .first
        ).text
    }
}
