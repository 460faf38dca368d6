/// Who founds a consortium on this machine.
package struct ConsortiumPlan: Sendable {
    /// A department, with one node and one client.
    package struct Department: Sendable {
        package let name: String
        /// What people call it.
        package let title: String
        /// The codes under which it issues licences.
        package let issuerCodes: [String]

        package init(name: String, title: String, issuerCodes: [String] = []) {
            self.name = name
            self.title = title
            self.issuerCodes = issuerCodes
        }
    }

    package let name: String
    package let suite: String
    package let departments: [Department]
    /// Whether every node serves HTTP and the console.
    package let servesHTTP: Bool

    package init(
        name: String = "demo", suite: String = "p256", departments: [Department], servesHTTP: Bool = false
    ) {
        self.name = name
        self.suite = suite
        self.departments = departments
        self.servesHTTP = servesHTTP
    }

    /// The first `count` of ten departments as a region has them. The first one issues licences.
    package static func departments(_ count: Int) -> [Department] {
        Array(allDepartments.prefix(count))
    }

    package static let maximumDepartmentCount = allDepartments.count

    private static let allDepartments = [
        Department(name: "market", title: "市场监督管理局", issuerCodes: ["11650000MB1A0001XQ"]),
        Department(name: "tax", title: "税务局"),
        Department(name: "hrss", title: "人力资源和社会保障局"),
        Department(name: "data", title: "数据局"),
        Department(name: "civil", title: "民政局"),
        Department(name: "housing", title: "住房和城乡建设局"),
        Department(name: "health", title: "卫生健康委员会"),
        Department(name: "transport", title: "交通运输局"),
        Department(name: "education", title: "教育局"),
        Department(name: "justice", title: "司法局"),
    ]
}
