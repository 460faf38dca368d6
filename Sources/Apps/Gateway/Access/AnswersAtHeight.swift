package import Formats
package import Nodes
import Synchronization

/// A ledger whose contracts are asked the same question once at a height.
///
/// Who calls is looked up for every request, and of ten thousand requests between two blocks all get the same answer.
/// An answer is kept only while the height that it is of is the newest executed one, so it is the one that the ledger
/// itself would give; so is the refusal that there is no such record. All else goes to the ledger.
package final class AnswersAtHeight: LedgerClient {
    private struct Question: Hashable {
        let contract: String
        let name: String
        let arguments: [UInt8]
    }

    private struct Answer {
        let given: Result<QueryAnswer, NodeError>
        /// What was read of it last.
        var structure: (any DERSequence)?
    }

    private struct State {
        var height: Height?
        var answers: [Question: Answer] = [:]
    }

    private let ledger: any LedgerClient
    private let heights: ExecutedHeights
    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - ledger: the node's own.
    ///   - heights: what that ledger has executed.
    ///   - capacity: most answers that are kept.
    package init(_ ledger: any LedgerClient, heights: ExecutedHeights, capacity: Int = AccessLimits.answers) {
        (self.ledger, self.heights, self.capacity) = (ledger, heights, max(1, capacity))
    }

    package var genesis: Genesis { ledger.genesis }

    package func query(contract: String, name: String, arguments: [UInt8]) async throws -> QueryAnswer {
        let question = Question(contract: contract, name: name, arguments: arguments)
        let height = heights.current
        if let known = known(question, at: height) { return try known.given.get() }
        return try await ask(question, at: height)
    }

    /// As the other, and what is read of a kept answer is kept with it.
    package func query<Result: DERSequence>(
        contract: String, name: String, arguments: some DERSequence, as _: Result.Type
    ) async throws -> (result: Result, height: Height) {
        let question = Question(contract: contract, name: name, arguments: arguments.derBytes)
        let height = heights.current
        let known = known(question, at: height)
        if let structure = known?.structure as? Result { return (structure, height) }
        let answer = if let known { try known.given.get() } else { try await ask(question, at: height) }
        let structure = try answer.structure(Result.self)
        state.withLock { state in
            if state.height == answer.height { state.answers[question]?.structure = structure }
        }
        return (structure, answer.height)
    }

    private func known(_ question: Question, at height: Height) -> Answer? {
        state.withLock { $0.height == height ? $0.answers[question] : nil }
    }

    private func ask(_ question: Question, at height: Height) async throws(NodeError) -> QueryAnswer {
        do throws(NodeError) {
            let answer = try await asked(question)
            if answer.height == height { keep(.success(answer), of: question, at: height) }
            return answer
        } catch {
            // A refusal does not say of which height it is: it is of this one where no block came meanwhile.
            if error.code == .notFound, heights.current == height { keep(.failure(error), of: question, at: height) }
            throw error
        }
    }

    package func submit(_ transaction: Transaction) async throws -> Outcome { try await ledger.submit(transaction) }

    package func receipt(answering question: ReceiptQuestion) async throws -> Receipt {
        try await ledger.receipt(answering: question)
    }

    package func lightClientStep(from known: Height?) async throws -> LightClientStep {
        try await ledger.lightClientStep(from: known)
    }

    package func status() async throws -> NodeStatus { try await ledger.status() }

    private func asked(_ question: Question) async throws(NodeError) -> QueryAnswer {
        do {
            return try await ledger.query(
                contract: question.contract, name: question.name, arguments: question.arguments)
        } catch let error as NodeError {
            throw error
        } catch {
            throw NodeError(.unavailable, "the ledger cannot be asked: \(error)")
        }
    }

    private func keep(_ answer: Result<QueryAnswer, NodeError>, of question: Question, at height: Height) {
        state.withLock { state in
            if state.height != height {
                // An answer that took long is not kept in the place of newer ones.
                guard state.height.map({ $0 < height }) ?? true else { return }
                state.height = height
                state.answers.removeAll(keepingCapacity: true)
            }
            guard state.answers.count < capacity else { return }
            state.answers[question] = Answer(given: answer)
        }
    }
}
