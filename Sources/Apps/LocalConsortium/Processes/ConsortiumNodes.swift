package import Formats
import Foundation
package import Nodes

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The nodes of a consortium as processes of this machine: started, killed, started again, and all ended in the end.
package actor ConsortiumNodes {
    package typealias Department = ConsortiumPlan.Department

    /// How long a node may take to be reachable, or several to agree: certificates are read, ledgers opened, and after
    /// a restart blocks fetched, on a machine that may be busy with other things.
    package static let patience = Duration.seconds(60)
    /// How long a node may take to end when it is asked to.
    private static let grace = Duration.seconds(10)
    /// Between two looks at a node.
    private static let pause = Duration.milliseconds(100)

    package nonisolated let consortium: FoundedConsortium
    private let clock = ContinuousClock()
    private var running: [String: ChildProcess] = [:]

    package init(_ consortium: FoundedConsortium) { self.consortium = consortium }

    /// Starts a department's node.
    /// - Throws: ``LocalConsortiumError`` with code `cannotStart`.
    package func start(_ department: Department) throws(LocalConsortiumError) {
        guard running[department.name]?.ending != nil || running[department.name] == nil else { return }
        running[department.name] = try consortium.executable.start(
            consortium.runCommand(of: department), log: consortium.folder.log(ofNodeOf: department.name))
    }

    /// Starts every node and waits until all are up.
    /// - Throws: ``LocalConsortiumError``.
    package func startAll() async throws {
        for department in consortium.plan.departments { try start(department) }
        for department in consortium.plan.departments { try await waitUntilUp(department) }
    }

    /// The number of a department's process while it runs.
    package func processIdentifier(of department: Department) -> Int32? {
        guard let process = running[department.name], process.ending == nil else { return nil }
        return process.identifier
    }

    /// Ends a department's node at once, as a power cut does (SIGKILL).
    package func kill(_ department: Department) async {
        guard let process = running[department.name] else { return }
        process.send(signal: SIGKILL)
        _ = await process.waitForEnd()
    }

    /// Asks a department's node to end, and waits for that.
    /// - Returns: how it ended; `nil` where it was never started.
    @discardableResult
    package func stop(_ department: Department) async -> ChildProcess.Ending? {
        await running[department.name]?.stop(within: Self.grace, clock: clock)
    }

    /// Ends every node that runs, all at the same time. Nothing is left running after it, whatever happens.
    package func stopAll() async {
        await withTaskGroup(of: Void.self) { group in
            for process in running.values where process.ending == nil {
                group.addTask { [clock] in
                    await process.stop(within: Self.grace, clock: clock)
                }
            }
        }
    }

    /// Waits until a node answers.
    /// - Throws: ``LocalConsortiumError``: `nodeEnded` where its process does not run, `notInTime`.
    @discardableResult
    package func waitUntilUp(_ department: Department) async throws -> NodeStatus {
        try await poll("the node of \(department.name) does not answer") {
            try self.requireRunning(department)
            return try await self.status(of: department)
        }
    }

    /// Waits until the nodes of `departments` have the same head: height, digest and state.
    /// - Throws: ``LocalConsortiumError``: `nodeEnded`, `notInTime`.
    package func waitUntilAgreed(
        _ departments: [Department],
        atLeast height: Height = .zero
    ) async throws -> NodeStatus {
        try await poll("the nodes of \(departments.map(\.name).joined(separator: ", ")) do not have the same head") {
            var statuses: [NodeStatus] = []
            for department in departments {
                try self.requireRunning(department)
                guard let status = try await self.status(of: department) else { return nil }
                statuses.append(status)
            }
            guard let first = statuses.first, first.height >= height else { return nil }
            return statuses.allSatisfy { $0.hasSameHead(as: first) } ? first : nil
        }
    }

    /// Waits until a node has executed more than `height`.
    /// - Returns: its height then.
    /// - Throws: ``LocalConsortiumError``: `nodeEnded`, `notInTime`.
    package func waitUntilHeight(of department: Department, passes height: Height) async throws -> Height {
        try await poll("the node of \(department.name) stays at height \(height)") {
            try self.requireRunning(department)
            guard let status = try await self.status(of: department), status.height > height else { return nil }
            return status.height
        }
    }

    /// How a department's node is; `nil` where it does not answer.
    /// - Throws: ``LocalConsortiumError`` where the command cannot be run or its answer not be read.
    package nonisolated func status(of department: Department) async throws -> NodeStatus? {
        let result = try await consortium.executable.run(
            ["node", "status", "--json"] + consortium.clientOptions(as: department, at: department))
        guard result.status == 0 else { return nil }
        return try JSONDecoder().decode(NodeStatus.self, from: Data(result.output.utf8))
    }

    private func requireRunning(_ department: Department) throws(LocalConsortiumError) {
        guard let process = running[department.name], let ending = process.ending else { return }
        throw LocalConsortiumError(
            .nodeEnded,
            "the node of \(department.name) has ended: \(ending); "
                + "its log is \(consortium.folder.log(ofNodeOf: department.name))"
        )
    }

    private func poll<Value: Sendable>(
        _ complaint: String,
        _ look: () async throws -> Value?
    ) async throws -> Value {
        let deadline = clock.now.advanced(by: Self.patience)
        while true {
            if let value = try await look() { return value }
            guard clock.now < deadline else {
                throw LocalConsortiumError(.notInTime, "\(complaint) within \(Self.patience)")
            }
            try await clock.sleep(for: Self.pause)
        }
    }
}

extension NodeStatus {
    /// Whether both nodes have executed the same blocks to the same effect.
    package func hasSameHead(as other: NodeStatus) -> Bool {
        height == other.height && head == other.head && stateRoot == other.stateRoot
    }
}
