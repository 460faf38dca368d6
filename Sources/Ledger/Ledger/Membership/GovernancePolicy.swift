import Formats
import Identity

/// Who decides for the consortium, and by which majority: administrators of the departments that have a validator, more
/// than half of them. The contracts `membership` and `contracts` have it in common.
///
/// The words of refusals stand in outcomes, which are hashed: they do not change.
enum GovernancePolicy {
    /// - Parameter deed: what only administrators do, in a few words.
    /// - Throws: ``ContractError`` with code `notPermitted`.
    static func checkAdministrator(_ context: ContractContext, deciding deed: String) throws(ContractError) {
        guard context.caller.member.role == .administrator else {
            throw ContractError(
                .notPermitted, "only administrators \(deed): \(context.caller.member) is none by its role")
        }
    }

    /// - Parameter subject: what the departments decide about.
    /// - Throws: ``ContractError`` with code `notPermitted`.
    static func check(
        _ department: DepartmentName,
        isAmong departments: [DepartmentName],
        deciding subject: String
    ) throws(ContractError) {
        guard departments.contains(department) else {
            throw ContractError(
                .notPermitted, "\(department) has no validator: the departments that have one decide about \(subject)")
        }
    }

    /// How many of the departments have to approve.
    static func neededCount(of departments: [DepartmentName]) -> Int { departments.count / 2 + 1 }

    /// The departments that have a validator in the latest epoch that is announced, in the order of their names.
    static func departments(in context: inout ContractContext) throws(ContractError) -> [DepartmentName] {
        let epoch =
            try context.get(MembershipKeys.latest, of: MembershipContract.name, as: LatestEpoch.self)?.epoch ?? .zero
        guard let validators = try context.validators(of: epoch) else {
            throw ContractError(.stateUnavailable, "the state lacks the members of epoch \(epoch)")
        }
        return try departments(of: validators, genesis: context.genesis)
    }

    /// The departments that have a validator, in the order of their names.
    static func departments(
        of validators: EpochValidators,
        genesis: Genesis
    ) throws(ContractError) -> [DepartmentName] {
        var departments: Set<DepartmentName> = []
        for der in validators.certificates {
            do {
                departments.insert(try MemberCertificate(der: der, suite: genesis.suite).member.department)
            } catch {
                throw ContractError(.stateUnavailable, "the members of epoch \(validators.epoch) do not parse")
            }
        }
        return departments.sorted()
    }
}
