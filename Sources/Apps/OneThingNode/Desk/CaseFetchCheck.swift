import Identity
import Nodes
import OneThings
import ZhenglianClient

/// Whether a department may have what an order asks for: by the ledger of this node, and without asking anybody else.
struct CaseFetchCheck: Sendable {
    let client: ZhenglianClient
    let heights: ExecutedHeights
    let clock: any Clock<Duration>
    let patience: Duration

    /// What is to be given out, once everything holds.
    struct Permit: Sendable {
        let content: CaseContent
        let receiver: DepartmentName
        /// Ledger time at this node.
        let time: Timestamp
    }

    /// Checks, in this order: that the case is there and runs; that the step is the caller's, in its hand, and in this
    /// attempt; that the definition has the step need the items; that the items stand in that list of content now; that
    /// this department keeps it.
    ///
    /// An order that is ahead of this node, because its asker has seen a block that has not come here, waits for it.
    /// - Throws: `OneThingServiceError`.
    func permit(
        _ order: CaseFetchOrder, for department: DepartmentName
    ) async throws(OneThingServiceError) -> Permit {
        do {
            let deadline = patience
            var waited = Duration.zero
            while true {
                let height = heights.current
                do {
                    return try await permitNow(order, for: department)
                } catch let error as OneThingServiceError where error.code == .unknown || error.code == .notOpen {
                    guard waited < deadline, try await isAhead(order) else { throw error }
                    let pause = min(.milliseconds(200), deadline - waited)
                    _ = try await heights.next(above: height, within: pause, on: clock)
                    waited += pause
                }
            }
        } catch let error as OneThingServiceError {
            throw error
        } catch {
            throw OneThingServiceError(.unavailable, "the node's ledger does not answer: \(error)")
        }
    }

    /// Whether the order is about something that has not happened yet as far as this node knows.
    private func isAhead(_ order: CaseFetchOrder) async throws -> Bool {
        do {
            let known = try await client.oneThings.cases.standing(of: order.code).known
            let definition = try await client.oneThings.cases.definition(of: known)
            guard let index = definition.steps.firstIndex(where: { $0.name == order.step }) else { return false }
            return known.steps[index].attempt < order.attempt || known.contentCount <= order.content
        } catch let error as NodeError where error.code == .notFound {
            return true
        }
    }

    private func permitNow(_ order: CaseFetchOrder, for department: DepartmentName) async throws -> Permit {
        let cases = client.oneThings.cases
        let standing: CaseStanding
        do {
            standing = try await cases.standing(of: order.code)
        } catch let error as NodeError where error.code == .notFound {
            throw OneThingServiceError(.unknown, "there is no case \(order.code)")
        }
        let known = standing.known
        let definition = try await cases.definition(of: known)
        guard let index = definition.steps.firstIndex(where: { $0.name == order.step }) else {
            throw OneThingServiceError(.unknown, "\(known.matter) has no step '\(order.step)'")
        }
        let (step, state) = (definition.steps[index], known.steps[index])
        guard let owner = definition.role(step.role)?.department, owner == department else {
            throw OneThingServiceError(.notEntitled, "'\(step.name)' of \(order.code) is not a step of \(department)")
        }
        guard known.status.isOpen, state.attempt == order.attempt, state.status.isInHand || state.status == .objected
        else {
            throw OneThingServiceError(
                .notOpen,
                "'\(step.name)' of \(order.code) is \(state.status), at attempt \(state.attempt): nothing is given "
                    + "out for attempt \(order.attempt)")
        }
        if let item = order.items.first(where: { !step.needs.contains($0) }) {
            throw OneThingServiceError(.notNeeded, "'\(step.name)' does not need '\(item)' by the definition")
        }
        guard order.items.allSatisfy({ known.content(of: $0) == order.content }) else {
            throw OneThingServiceError(
                .outdated, "the items do not stand in content \(order.content), or not any more: look again")
        }
        let stored = try await cases.content(order.content, of: order.code)
        guard stored.department == client.identity.member.department else {
            throw OneThingServiceError(.notHeld, "the content is kept by \(stored.department): ask its node")
        }
        return Permit(content: stored.content, receiver: owner, time: standing.time)
    }
}
