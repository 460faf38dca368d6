import Formats
import Foundation
import Identity
import Nodes
import Testing

@Suite("The genesis file")
struct GenesisFileTests {
    /// What founds a consortium, each part of which a test may change.
    private struct Founding {
        var tax: AuthorityDirectory
        var land: AuthorityDirectory
        var departments: [GenesisFile.DepartmentEntry]
        var validators: [GenesisFile.ValidatorEntry]
        var createdAt = now
        var limits = ChannelLimits()

        init(in directory: TemporaryDirectory) throws {
            tax = try AuthorityDirectory.make("tax", in: directory)
            land = try AuthorityDirectory.make("land", in: directory)
            departments = [
                GenesisFile.DepartmentEntry(authority: tax.certificates, title: "税务局", issuerCodes: ["110000"]),
                GenesisFile.DepartmentEntry(authority: land.certificates, title: "自然资源局", issuerCodes: ["120000"]),
            ]
            validators = []
            validators = [
                Self.validator(try tax.issue("tax/validator/node")),
                Self.validator(try land.issue("land/validator/node")),
            ]
        }

        static func validator(
            _ certificate: MemberCertificate, host: String = "localhost", port: Int = 7_101
        ) -> GenesisFile.ValidatorEntry {
            GenesisFile.ValidatorEntry(certificate: certificate, host: host, port: port)
        }

        func create(at path: String) throws -> Genesis {
            try GenesisFile.create(
                at: path,
                consortium: label("demo"),
                channel: GenesisFile.defaultChannel,
                createdAt: createdAt,
                suite: .p256,
                departments: departments,
                validators: validators,
                limits: limits
            )
        }
    }

    private let directory: TemporaryDirectory
    private var founding: Founding

    init() throws {
        directory = try TemporaryDirectory()
        founding = try Founding(in: directory)
    }

    /// What creating says is wrong; no file may be there afterwards.
    private func refusal(sourceLocation: SourceLocation = #_sourceLocation) -> String {
        let error = thrown(GenesisError.self, sourceLocation: sourceLocation) {
            try founding.create(at: directory["genesis.der"])
        }
        #expect(!ProtectedFile.exists(directory["genesis.der"]), sourceLocation: sourceLocation)
        return error?.message ?? ""
    }

    @Test func aGenesisComesBackFromItsFile() throws {
        let made = try founding.create(at: directory["genesis.der"])
        let read = try GenesisFile.read(directory["genesis.der"])
        #expect(read.digest == made.digest)
        #expect(read.document == made.document)
        #expect(read.channel == made.channel)
        #expect(read.document.channel.rawValue == "main")
        #expect(read.anchors.departments.map(\.rawValue) == ["land", "tax"])
        #expect(
            read.validators.indices.compactMap { read.validators[$0]?.member.description } == [
                "tax/validator/node", "land/validator/node",
            ])
        #expect(read.department(issuingUnder: "120000") == (try label("land")))
        #expect(read.department(issuingUnder: "130000") == nil)
        #expect(try directory.mode(of: "genesis.der") == 0o644)
    }

    @Test func aGenesisIsNeverOverwritten() throws {
        let made = try founding.create(at: directory["genesis.der"])
        #expect(fileCode { try founding.create(at: directory["genesis.der"]) } == .exists)
        #expect(try GenesisFile.read(directory["genesis.der"]).digest == made.digest)
    }

    @Test mutating func aConsortiumHasADepartmentAndAValidator() {
        let validators = founding.validators
        founding.validators = []
        #expect(refusal().contains("at least one validator"))
        founding.validators = validators
        founding.departments = []
        #expect(refusal().contains("at least one department"))
    }

    @Test mutating func aDepartmentStandsOnce() throws {
        founding.departments.append(
            GenesisFile.DepartmentEntry(authority: founding.tax.certificates, title: "", issuerCodes: []))
        #expect(refusal().contains("a department stands twice"))
    }

    @Test mutating func anIssuerCodeBelongsToOneDepartment() {
        let (tax, land) = (founding.tax.certificates, founding.land.certificates)
        founding.departments = [tax, land].map {
            GenesisFile.DepartmentEntry(authority: $0, title: "", issuerCodes: ["110000"])
        }
        #expect(refusal().contains("an issuer code stands twice"))
        founding.departments = [
            GenesisFile.DepartmentEntry(authority: tax, title: "", issuerCodes: ["110000", "110000"]),
            GenesisFile.DepartmentEntry(authority: land, title: "", issuerCodes: []),
        ]
        #expect(refusal().contains("an issuer code stands twice"))
    }

    @Test mutating func aValidatorStandsOnce() throws {
        founding.validators.append(Founding.validator(try founding.tax.issue("tax/validator/node")))
        #expect(refusal().contains("tax/validator/node stands twice"))
    }

    @Test mutating func aKeyVotesOnce() throws {
        let certificate = try founding.tax.issue(
            to: member("tax/validator/other"), in: label("demo"),
            publicKey: founding.validators[0].certificate.publicKey, validity: validity)
        founding.validators.append(Founding.validator(certificate))
        #expect(refusal().contains("tax/validator/other has the key of another validator"))
    }

    @Test(arguments: Role.allCases.filter { $0 != .validator })
    mutating func aValidatorIsOneByItsRole(role: Role) throws {
        founding.validators[0] = Founding.validator(try founding.tax.issue("tax/\(role.rawValue)/node"))
        #expect(refusal().contains("is none by its role"))
    }

    @Test mutating func aValidatorIsOfADepartmentThatFounds() throws {
        founding.departments.removeLast()
        #expect(refusal().contains("unknownAuthority"))
    }

    @Test mutating func aValidatorIsOfThisConsortium() throws {
        founding.validators[0] = Founding.validator(try founding.tax.issue("tax/validator/node", in: "other"))
        #expect(refusal().contains("wrongConsortium"))
    }

    @Test mutating func aValidatorIsValidWhenTheConsortiumBegins() {
        founding.createdAt = validity.upperBound.advanced(by: .seconds(1))
        #expect(refusal().contains("expired"))
        founding.createdAt = validity.lowerBound.advanced(by: .seconds(-1))
        #expect(refusal().contains("notYetValid"))
    }

    @Test(arguments: [0, -1, 65_536])
    mutating func aValidatorListensOnAPort(port: Int) {
        founding.validators[0] = Founding.validator(founding.validators[0].certificate, port: port)
        #expect(refusal().contains("this is no genesis file"))
    }

    @Test mutating func textIsBounded() {
        let certificate = founding.validators[0].certificate
        founding.validators[0] = Founding.validator(certificate, host: String(repeating: "h", count: 254))
        #expect(refusal().contains("this is no genesis file"))
        founding.validators[0] = Founding.validator(certificate)
        let authority = founding.tax.certificates
        for (title, codes) in [
            (String(repeating: "局", count: 86), []), ("", [String(repeating: "1", count: 19)]),
            ("", (0..<65).map { "\($0)" }),
        ] {
            founding.departments[0] = GenesisFile.DepartmentEntry(
                authority: authority, title: title, issuerCodes: codes)
            #expect(refusal().contains("this is no genesis file"))
        }
    }

    @Test mutating func limitsAreChecked() {
        founding.limits.maximumTimeout = founding.limits.networkDelay
        #expect(refusal().contains("outOfRange"))
    }

    @Test func anAuthorityOfAnotherDepartmentIsRefused() throws {
        let document = try founding.create(at: directory["genesis.der"]).document
        let swapped = zip(document.departments, document.departments.reversed()).map { department, other in
            GenesisDepartment(
                name: department.name, title: department.title, issuerCodes: department.issuerCodes,
                authority: other.authority)
        }
        let forged = GenesisDocument(
            consortium: document.consortium, channel: document.channel, createdAt: document.createdAt,
            suite: document.suite, departments: swapped, validators: document.validators, limits: document.limits)
        try Data(forged.derBytes).write(to: URL(filePath: directory["forged.der"]))
        let error = thrown(GenesisError.self) { try GenesisFile.read(directory["forged.der"]) }
        #expect(error?.message.contains("wrongDepartment") == true)
        #expect(error?.message.hasPrefix(directory["forged.der"]) == true)
    }

    @Test func aTruncatedFileIsRefused() throws {
        _ = try founding.create(at: directory["genesis.der"])
        let bytes = try ProtectedFile.contents(of: directory["genesis.der"], limit: 1 << 20)
        for length in stride(from: 0, to: bytes.count, by: 97) + [bytes.count - 1] {
            try Data(bytes.prefix(length)).write(to: URL(filePath: directory["short.der"]))
            #expect(throws: GenesisError.self) { try GenesisFile.read(directory["short.der"]) }
        }
        try Data(bytes + [0]).write(to: URL(filePath: directory["short.der"]))
        #expect(throws: GenesisError.self) { try GenesisFile.read(directory["short.der"]) }
    }

    @Test func aChangedFileIsRefusedOrAnotherConsortium() throws {
        let made = try founding.create(at: directory["genesis.der"])
        let bytes = made.document.derBytes
        for position in stride(from: 0, to: bytes.count, by: 13) {
            var changed = bytes
            changed[position] ^= 0x10
            try Data(changed).write(to: URL(filePath: directory["changed.der"]))
            if let other = try? GenesisFile.read(directory["changed.der"]) {
                #expect(other.digest != made.digest)
            }
        }
    }

    @Test func otherFilesAreRefused() throws {
        #expect(fileCode { try GenesisFile.read(directory["none.der"]) } == .missing)
        try directory.write("{}", to: "text.der")
        #expect(throws: GenesisError.self) { try GenesisFile.read(directory["text.der"]) }
        let long = Data(repeating: 0x30, count: GenesisDocument.maximumByteCount + 1)
        try long.write(to: URL(filePath: directory["long.der"]))
        #expect(fileCode { try GenesisFile.read(directory["long.der"]) } == .tooLarge)
    }
}
