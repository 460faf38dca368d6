public import Identity

// What an export of a ledger shows.

extension Block {
    /// The header's fields, and the transactions.
    public var jsonView: JSONView {
        ["header": JSONView(header), "transactions": .array(transactions.map(JSONView.init))]
    }
}

extension Transaction {
    /// The transaction's fields, with its identifier.
    public func jsonView(suite: any CryptoSuite) -> JSONView {
        ["identifier": JSONView(body.identifier(suite: suite).digest), "transaction": JSONView(self)]
    }
}

extension Outcome {
    public var jsonView: JSONView { JSONView(self) }
}

extension StateChange {
    /// Contract and key, and the value where there is one.
    public var jsonView: JSONView {
        let name: JSONView = ["contract": .text(contract), "key": JSONView(key)]
        return value.map { name.adding([JSONView.Field(name: "value", value: JSONView($0))]) } ?? name
    }
}
