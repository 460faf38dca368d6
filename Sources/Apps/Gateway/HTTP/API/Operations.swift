import GatewayAccess

extension Operation {
    /// Every operation of the interface.
    static var all: [Operation] { ledger + receipts + licences + consortium }
}
