import Formats
import Identity
import Licences

/// A licence as its issuer has prepared it, as a body brings it: pseudonym and digests are made by the caller, so that
/// neither name, number nor file reaches the gateway.
enum LicenceBody {
    static let schema = Schema.object(
        .required("identifier", .licence), .optional("holder", .pseudonym), .required("region", .region),
        .required("issuedOn", .day), .required("validFrom", .day), .optional("validUntil", .day),
        .required(
            "metadataRoot",
            Schema.digest.described(
                "root of the salted tree over the fields, as docs/licences.md makes it", "字段加盐默克尔树根")),
        .optional("fileDigest", Schema.digest.described("digest of the licence's file", "证照文件摘要")),
        .optional("sealDigest", Schema.digest.described("what the file's electronic seal covers", "电子印章原文摘要")),
        .optional(
            "locator",
            Schema.string(.locator, 1...128).described(
                "where the owner's node keeps it, by its own name", "本部门节点中的存放位置"))
    ).named("PreparedLicence").described("a licence as its issuer has prepared it", "待上链证照")

    /// - Throws: ``Problem`` with code `invalidValue`; `LicenceError`.
    static func read(
        _ body: JSONValue
    ) throws -> (particulars: CatalogueParticulars, evidence: RecordEvidence) {
        let identifier: LicenceIdentifier = try body.value("identifier")
        let root = try body.requiredDigest("metadataRoot")
        let locator = body["locator"]?.string
        // Told here already: what is in a transaction is on the ledger even where the contract refuses it.
        if let locator { try PersonalDataGuard().check(Array(locator.utf8)) }
        let particulars = CatalogueParticulars(
            identifier: identifier, holder: try body.optional("holder"),
            validity: try LicenceValidity(
                from: try body.value("validFrom"), until: try body.optional("validUntil")),
            issuedOn: try body.value("issuedOn"), region: try body.value("region"), metadataRoot: root,
            locator: locator)
        let content = EvidenceContent(
            file: body.digest("fileDigest"), metadataRoot: root, seal: body.digest("sealDigest"))
        return (particulars, RecordEvidence(identifier: identifier, content: content))
    }
}

extension StringFormat {
    static let locator = StringFormat(
        "^[!-~]{1,128}$", example: "vault/2026/000001", meaning: "visible ASCII without spaces"
    ) { $0.utf8.allSatisfy { (0x21...0x7e).contains($0) } }
}
