import ClusterTransport
import Formats
import Identity
import Ledger

extension NodeConfiguration.Endpoint {
    /// The same as the transport spells it.
    var nodeAddress: NodeAddress {
        // A port was checked to be one when the endpoint was made or read.
        NodeAddress(host: host, port: UInt16(clamping: port))
    }
}

extension NodeEndpoint {
    var nodeAddress: NodeAddress { NodeAddress(host: host, port: UInt16(clamping: port)) }
}

extension Genesis {
    /// Where each of the first validators listens at first.
    var validatorAddresses: [MemberName: NodeConfiguration.Endpoint] {
        var addresses: [MemberName: NodeConfiguration.Endpoint] = [:]
        for (index, entry) in zip(validators.indices, document.validators) {
            guard let validator = validators[index] else { continue }
            addresses[validator.member] = NodeConfiguration.Endpoint(host: entry.host, port: entry.port)
        }
        return addresses
    }
}
