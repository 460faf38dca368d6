/// Why simulated departments cannot go on, and what to do about it.
///
/// Two errors are equal when their codes are.
public struct SimulationError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// A file or an option is not what it has to be.
        case wrongInput
        /// The department has no node in the genesis.
        case noNode
        /// The department issues no licences in this consortium.
        case notAnIssuer
        /// What was drawn or given makes no licence.
        case wrongLicence
        /// The log cannot be written.
        case unwritableLog
    }

    public let code: Code
    /// What happened and what to do; never personal data.
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }

    public static func == (left: SimulationError, right: SimulationError) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
