/// Where a page is, who may see it, and what makes it.
struct PageRoute: Sendable {
    let path: String
    let section: ConsoleSection?
    let entitlement: ConsoleEntitlement?
    let page: @Sendable (PageRequest) async throws -> Page

    private init(
        _ path: String, _ section: ConsoleSection?, _ page: @escaping @Sendable (PageRequest) async throws -> Page
    ) {
        (self.path, self.section, self.page) = (path, section, page)
        entitlement = section?.entitlement
    }

    static let all = [
        PageRoute("/", nil, StartPage.page),
        PageRoute("/verify", .verify, VerifyPage.page),
        PageRoute("/explorer", .explorer, OverviewPage.page),
        PageRoute("/explorer/blocks", .explorer, BlocksPage.page),
        PageRoute("/explorer/blocks/:height", .explorer, BlockPage.page),
        PageRoute("/explorer/transactions/:identifier", .explorer, TransactionPage.page),
        PageRoute("/explorer/contracts", .explorer, ContractsPage.page),
        PageRoute("/explorer/nodes", .explorer, NodesPage.page),
        PageRoute("/explorer/licences", .explorer, LicencesPage.page),
        PageRoute("/explorer/licences/:identifier", .explorer, LicencePage.page),
        PageRoute("/explorer/search", .explorer, SearchPage.page),
        PageRoute("/trace", .trace, TracePage.page),
        PageRoute("/trace/authorisations", .trace, AuthorisationsPage.page),
        PageRoute("/onethings", .onethings, CasesPage.page),
        PageRoute("/onethings/inbox", .onethings, InboxPage.page),
        PageRoute("/onethings/matters", .onethings, MattersPage.page),
        PageRoute("/onethings/matters/:matter", .onethings, MattersPage.page),
        PageRoute("/onethings/:code", .onethings, CasePage.page),
        PageRoute("/dashboard", .dashboard, DashboardPage.page),
        PageRoute("/dashboard/definitions", .dashboard, DefinitionsPage.page),
        PageRoute("/operations", .operations, OperationsPage.page),
        PageRoute("/operations/administration", .operations, AdministrationPage.page),
        PageRoute("/login", nil, LoginPage.page),
    ]
}

/// Where a file is, who may take it, and what makes it.
struct FileRoute: Sendable {
    let path: String
    let section: ConsoleSection?
    let entitlement: ConsoleEntitlement?
    let file: @Sendable (PageRequest) async throws -> ConsoleFile

    private init(
        _ path: String, _ section: ConsoleSection?,
        _ file: @escaping @Sendable (PageRequest) async throws -> ConsoleFile
    ) {
        (self.path, self.section, self.file) = (path, section, file)
        entitlement = section?.entitlement
    }

    static let all = [
        FileRoute("/console/state", nil, StateFile.file),
        FileRoute("/dashboard/data", .dashboard, DashboardPage.data),
        FileRoute("/explorer/transactions/:identifier/receipt", .explorer, ReceiptFile.ofTransaction),
        FileRoute("/explorer/licences/:identifier/receipt", .explorer, ReceiptFile.ofLicence),
        FileRoute("/trace/proof", .trace, TraceFiles.proof),
        FileRoute("/trace/export", .trace, TraceFiles.export),
        FileRoute("/verify/genesis", .verify, ReceiptFile.genesis),
    ]
}
