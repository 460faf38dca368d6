/// A consortium in a folder of this machine: every authority, certificate and configuration is there, made by the
/// commands that a person would type.
package struct FoundedConsortium: Sendable {
    package typealias Department = ConsortiumPlan.Department

    package let plan: ConsortiumPlan
    package let folder: ConsortiumFolder
    package let executable: Executable
    private let ports: [String: Int]
    /// Where nodes serve HTTP; none where the plan has none.
    private let httpPorts: [String: Int]

    /// Founds the consortium.
    /// - Parameters:
    ///   - folder: where everything goes.
    ///   - observe: called with the arguments of each command before it is run.
    /// - Throws: ``LocalConsortiumError``: `commandFailed` with what the command said, `noPort`, or `cannotStart`.
    package init(
        _ plan: ConsortiumPlan,
        in folder: ConsortiumFolder,
        executable: Executable,
        observe: ([String]) -> Void = { _ in }
    ) async throws(LocalConsortiumError) {
        self.plan = plan
        self.folder = folder
        self.executable = executable
        let count = plan.departments.count
        let free = try LoopbackPorts.free(plan.servesHTTP ? 2 * count : count)
        let names = plan.departments.map(\.name)
        ports = Dictionary(uniqueKeysWithValues: zip(names, free))
        httpPorts = Dictionary(uniqueKeysWithValues: zip(names, free.dropFirst(count)))
        for command in foundingCommands {
            observe(command)
            try await executable.mustSucceed(command)
        }
    }

    /// Where a department's node listens, as `HOST:PORT`.
    package func address(of department: Department) -> String {
        "\(LoopbackPorts.host):\(ports[department.name] ?? 0)"
    }

    /// Where a department's node serves HTTP, as `HOST:PORT`; `nil` where it does not.
    package func httpAddress(of department: Department) -> String? {
        httpPorts[department.name].map { "\(LoopbackPorts.host):\($0)" }
    }

    /// How a client command reaches the node of `node` as the client of `department`.
    package func clientOptions(as department: Department, at node: Department) -> [String] {
        [
            "--node", address(of: node),
            "--genesis", folder.genesis,
            "--identity", folder.client(of: department.name),
        ]
    }

    /// The command that runs a department's node.
    package func runCommand(of department: Department) -> [String] {
        ["node", "run", "--configuration", folder.configuration(ofNodeOf: department.name)]
    }

    /// The command that certifies a member of a department in a folder of its own.
    package func issueCommand(of department: Department, role: String, name: String, directory: String) -> [String] {
        [
            "ca", "issue", "--authority", folder.authority(of: department.name), "--consortium", plan.name,
            "--role", role, "--name", name, "--directory", directory,
        ]
    }

    /// Everything from nothing to nodes that can be started, in this order.
    private var foundingCommands: [[String]] {
        plan.departments.flatMap { department in
            [
                [
                    "ca", "init", "--department", department.name,
                    "--directory", folder.authority(of: department.name), "--suite", plan.suite,
                ],
                issueCommand(
                    of: department, role: "validator", name: "node",
                    directory: folder.identity(ofNodeOf: department.name)),
                issueCommand(
                    of: department, role: "client", name: "counter", directory: folder.client(of: department.name)),
            ]
        } + [genesisCommand] + plan.departments.map(nodeCommand)
    }

    private var genesisCommand: [String] {
        let departments = plan.departments.flatMap { department in
            let codes = department.issuerCodes.isEmpty ? "" : "=\(department.issuerCodes.joined(separator: ","))"
            return [
                "--department", "\(folder.authority(of: department.name))/authority.pem=\(department.title)\(codes)",
            ]
        }
        let validators = plan.departments.flatMap { department in
            let identity = folder.identity(ofNodeOf: department.name)
            return ["--validator", "\(identity)/certificate.pem=\(address(of: department))"]
        }
        return ["consortium", "init", "--name", plan.name, "--output", folder.genesis]
            + departments + validators
    }

    /// The command that sets a department's node up.
    package func nodeCommand(of department: Department) -> [String] {
        [
            "node", "init", "--genesis", folder.genesis,
            "--identity", folder.identity(ofNodeOf: department.name),
            "--directory", folder.node(of: department.name),
            "--listen", address(of: department),
            "--vault", folder.vault(ofNodeOf: department.name),
        ]
            + (httpAddress(of: department).map {
                ["--http", $0, "--http-identity", folder.client(of: department.name)]
            } ?? [])
    }
}

extension Executable {
    /// Runs a command that has to end with status 0.
    /// - Throws: ``LocalConsortiumError`` with code `commandFailed`, the command and what it said.
    @discardableResult
    package func mustSucceed(_ arguments: [String]) async throws(LocalConsortiumError) -> Result {
        let result = try await run(arguments)
        guard result.status == 0 else {
            throw LocalConsortiumError(
                .commandFailed,
                "zhenglian \(arguments.joined(separator: " ")) has ended with \(result.ending): \(result.errors)"
            )
        }
        return result
    }
}
