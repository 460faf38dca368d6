import Identity
import LedgerTestKit
import Nodes
import Testing

@Suite struct NodeReferenceTests {
    private let consortium: TestConsortium

    init() throws {
        consortium = try TestConsortium()
    }

    @Test func aPlaceOfTheGenesisNamesTheValidatorThere() throws {
        let reference = try #require(NodeReference("localhost:7000", genesis: consortium.genesis))
        #expect(reference.member.description == "department-0/validator/node")
        #expect(reference.endpoint == NodeConfiguration.Endpoint(host: "localhost", port: 7_000))
    }

    @Test func aMemberMayListenElsewhere() throws {
        let text = "department-2/validator/node=[::1]:7102"
        let reference = try #require(NodeReference(text, genesis: consortium.genesis))
        #expect(reference.member.description == "department-2/validator/node")
        #expect(reference.endpoint == NodeConfiguration.Endpoint(host: "::1", port: 7_102))
    }

    @Test(arguments: [
        "", "localhost", "localhost:7001", "localhost:0", "localhost:70000", "=localhost:7000",
        "department-0=localhost:1",
        "department-0/validator/node=", "department-0/validator/node=localhost",
        "department-0/king/node=localhost:7000",
    ])
    func nothingElseNamesANode(_ text: String) {
        #expect(NodeReference(text, genesis: consortium.genesis) == nil)
    }

    @Test func theGenesisNamesItsValidatorsInTheirOrder() {
        let members = NodeReference.validators(of: consortium.genesis).map(\.member.description)
        #expect(members == (0..<4).map { "department-\($0)/validator/node" })
    }
}
