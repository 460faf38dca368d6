import Formats
import Identity
import LedgerTestKit
import Licences
import LoadGeneration
import Testing

@Suite("Load records")
struct LoadRecordsTests {
    private let issuing: Genesis
    private let department: DepartmentName

    init() throws {
        issuing = try Genesis.issuing(TestConsortium(departments: 1))
        department = issuing.document.departments[0].name
    }

    private func identifiers(_ records: LoadRecords, _ count: Int) throws -> [LicenceIdentifier] {
        try (0..<2).flatMap { client in
            try (0..<count).map { sequence in
                let call = try records.call(client: client, sequence: sequence)
                #expect(call.contract == CatalogueContract.contractName)
                #expect(call.method == CatalogueContract.Method.issue)
                let arguments = try IssueLicence(derBytes: call.arguments, limit: 1_024)
                // Read by the standard's rules, as the contract does.
                return try LicenceIdentifier(arguments.particulars.identifier.text)
            }
        }
    }

    @Test func everyRecordIsAnotherLicenceInEveryRun() throws {
        let first = try LoadRecords(genesis: issuing, department: department, byteCount: nil, run: 1)
        let second = try LoadRecords(genesis: issuing, department: department, byteCount: nil, run: 2)
        let all = try identifiers(first, 100) + identifiers(second, 100)
        #expect(Set(all).count == 400)
        #expect(all.allSatisfy { $0.issuerCode.text == Genesis.issuerCode && $0.serial.text.hasPrefix("LOAD") })
    }

    @Test func recordsHaveTheSizeThatIsAskedFor() throws {
        let smallest = try LoadRecords(genesis: issuing, department: department, byteCount: nil, run: 1)
            .byteCount(of: department)
        for size in [smallest, smallest + 12, smallest + 36] {
            let records = try LoadRecords(genesis: issuing, department: department, byteCount: size, run: 1)
            // A length of DER grows by one byte where the content passes 127 or 255.
            #expect((size...size + 2).contains(try records.byteCount(of: department)), "\(size)")
        }
    }

    @Test func sizesThatNoLicenceHasAreRefused() throws {
        for size in [0, 100, 10_000] {
            #expect(throws: LoadError(.impossibleSize, "")) {
                try LoadRecords(genesis: issuing, department: department, byteCount: size, run: 1)
            }
        }
    }

    @Test func aDepartmentThatIssuesNothingCannotLoad() throws {
        let silent = try TestConsortium(departments: 1).genesis
        #expect(throws: LoadError(.notAnIssuer, "")) {
            try LoadRecords(genesis: silent, department: department, byteCount: nil, run: 1)
        }
    }
}

extension Genesis {
    static let issuerCode = "11650000MB1A0001XQ"

    /// The consortium's genesis, with an issuer code for its first department.
    static func issuing(_ consortium: TestConsortium) throws -> Genesis {
        let document = consortium.genesis.document
        var departments = document.departments
        departments[0] = GenesisDepartment(
            name: departments[0].name,
            title: departments[0].title,
            issuerCodes: [issuerCode],
            authority: departments[0].authority
        )
        return try Genesis(
            document: GenesisDocument(
                consortium: document.consortium,
                channel: document.channel,
                createdAt: document.createdAt,
                suite: document.suite,
                departments: departments,
                validators: document.validators,
                limits: document.limits
            )
        )
    }
}
