import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import ZhenglianClient

extension Operation {
    /// Who may use whose licences, for what: questions.
    static var authorisations: [Operation] {
        [showGrant, showBasis, showRequest, showEntitlement, showHolder] + authorisationWriting
    }

    private static var showGrant: Operation {
        Operation(
            "getGrant", .get, "/grants/{grant}", Summary("a holder's grant", "授权"), entitlement: .readAuthorisations,
            parameters: [.path("grant", .digest)], answer: .json(GrantFacts.schema), problems: [.notFound]
        ) { call in .json(GrantFacts(try await call.client.authorisations.grant(try call.record("grant")))) }
    }

    private static var showBasis: Operation {
        Operation(
            "getStatutoryBasis", .get, "/statutory-bases/{basis}", Summary("a statutory basis", "法定依据"),
            entitlement: .readAuthorisations, parameters: [.path("basis", .digest)], answer: .json(BasisFacts.schema),
            problems: [.notFound]
        ) { call in .json(BasisFacts(try await call.client.authorisations.basis(try call.record("basis")))) }
    }

    private static var showRequest: Operation {
        Operation(
            "getAccessRequest", .get, "/access-requests/{request}",
            Summary("a department's request for access and its answer", "用证申请及答复"), entitlement: .readAuthorisations,
            parameters: [.path("request", .digest)], answer: .json(AccessRequestFacts.schema), problems: [.notFound]
        ) { call in
            .json(AccessRequestFacts(try await call.client.authorisations.request(try call.record("request"))))
        }
    }

    private static var showEntitlement: Operation {
        Operation(
            "getEntitlement", .get, "/entitlements",
            Summary("whether a department's system may come for a kind of licence", "某系统的证照类型权限"),
            entitlement: .readAuthorisations,
            parameters: [
                .requiredQuery("owner", Schema.department.described("who issues the licences", "证照部门")),
                .requiredQuery("department", .department), .requiredQuery("application", .application),
                .requiredQuery("type", .licenceType),
            ],
            answer: .json(EntitlementFacts.schema), problems: [.notFound, .invalidValue]
        ) { call in
            guard let owner = call.label("owner"), let department = call.label("department") else {
                throw Problem(.invalidParameter, "owner and department have to be \(StringFormat.label.meaning)")
            }
            let question = EntitlementQuestion(
                owner: owner, department: department, application: try call.required("application"),
                type: try call.required("type"))
            return .json(EntitlementFacts(try await call.client.authorisations.entitlement(question)))
        }
    }

    private static var showHolder: Operation {
        Operation(
            "getHolder", .get, "/holders/{pseudonym}",
            Summary("what the ledger knows of a holder: older pseudonyms, binding, freeze", "持证主体：历史假名、登记与冻结"),
            entitlement: .readAuthorisations, parameters: [.path("pseudonym", .pseudonym)],
            answer: .json(HolderFacts.schema), problems: [.invalidValue]
        ) { call in
            let pseudonym: HolderPseudonym = try call.required("pseudonym")
            return .json(HolderFacts(try await call.client.authorisations.holder(pseudonym)))
        }
    }
}
