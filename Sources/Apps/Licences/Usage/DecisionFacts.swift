package import Identity

/// What a decision comes to, and what it took from the ledger.
package struct DecisionFacts: Sendable {
    package let rules: DecisionRules
    package let owner: DepartmentName
    package let holder: HolderPseudonym?
    /// Ascending; none where the use is allowed.
    package let reasons: [DenialReason]
    /// What may be released where it is allowed.
    package let fields: [LicenceColumn]

    package init(
        rules: DecisionRules, owner: DepartmentName, holder: HolderPseudonym?, reasons: [DenialReason],
        fields: [LicenceColumn]
    ) {
        self.rules = rules
        self.owner = owner
        self.holder = holder
        self.reasons = reasons
        self.fields = fields
    }
}
