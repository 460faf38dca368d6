/// A contract: the rules under which one part of the state changes, as a Swift type.
///
/// A contract is a value without state of its own: all that it remembers is in the ledger's, which it reads and writes
/// only through the context that its methods are handed. Given the same state, caller and arguments, a method does the
/// same on every node and in every year: no clock, no randomness, no floating point, no iteration over a `Set` or
/// `Dictionary` where the order shows.
///
/// ```swift
/// struct Counter: Contract {
///     let name = "counter"
///     let version = 1
///     var methods: [ContractMethod] { [ContractMethod("add", add)] }
///     var queries: [ContractQuery] { [ContractQuery("total", total)] }
///
///     func add(_ arguments: Amount, in context: inout ContractContext) throws(ContractError) -> Amount {
///         let sum = (try context.get(key, as: Amount.self)?.value ?? 0) + arguments.value
///         try context.put(key, Amount(value: sum))
///         return Amount(value: sum)
///     }
/// }
/// ```
public protocol Contract: Sendable {
    /// The name by which calls find the contract: 1 to 64 bytes, unique on a ledger.
    var name: String { get }
    /// From 1 on, and larger with every change of what a method does. A program holds every version that blocks may
    /// still be executed or replayed under.
    var version: Int { get }
    /// Since when this version is in force; ``ContractIntroduction/genesis`` where nothing is said.
    var introduction: ContractIntroduction { get }
    /// What changes the state.
    var methods: [ContractMethod] { get }
    /// What reads the state.
    var queries: [ContractQuery] { get }
}

/// How a version of a contract comes into force on a ledger.
public enum ContractIntroduction: Sendable, Hashable {
    /// It is there from the first block on, whatever anybody decides: what a ledger was founded with.
    case genesis
    /// It is in force from the height that the departments decide on, and unknown before it: a later version of a
    /// contract, or a contract that a later release brings to ledgers that run already.
    case decision
}

extension Contract {
    public var introduction: ContractIntroduction { .genesis }
    public var queries: [ContractQuery] { [] }
}
