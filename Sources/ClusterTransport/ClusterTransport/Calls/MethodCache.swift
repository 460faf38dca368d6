import Distributed
import Synchronization

/// Which entry of which table a call of Swift's distributed runtime means.
///
/// The runtime names the method by its mangled name, which is no stable identifier; the standard library's demangled
/// form ends in the Swift name with labels. Demangling is slow and the answer never changes, so each name is looked up
/// once.
final class MethodCache: Sendable {
    private struct Key: Hashable {
        let type: ObjectIdentifier
        let target: String
    }

    private let known = Mutex<[Key: RemoteMethodDescription]>([:])

    /// The entry for `target` in the table of `Callee`.
    /// - Throws: ``ClusterError`` with code `unknownMethod` where the table does not list the method.
    func method<Callee: DistributedActor>(
        _ target: RemoteCallTarget,
        of type: Callee.Type
    ) throws(ClusterError) -> RemoteMethodDescription {
        let key = Key(type: ObjectIdentifier(type), target: target.identifier)
        if let method = known.withLock({ $0[key] }) { return method }
        guard let callable = type as? any RemotelyCallable.Type else {
            throw ClusterError(.unknownMethod, "\(type) is closed: it does not conform to RemotelyCallable")
        }
        let name = Self.name(in: target.description)
        guard let method = Self.descriptions(of: callable)[name] else {
            throw ClusterError(.unknownMethod, "\(type).\(name) is closed: remoteMethods does not list it")
        }
        // Bounded: only what the program calls itself gets here, and a program has so many methods.
        known.withLock { $0[key] = method }
        return method
    }

    /// What follows the type in `Nodes.Gateway.submit(_:)`; labels have no dots.
    static func name(in description: String) -> String {
        description.lastIndex(of: ".").map { String(description[description.index(after: $0)...]) } ?? description
    }

    private static func descriptions<Callee: RemotelyCallable>(
        of type: Callee.Type
    ) -> [String: RemoteMethodDescription] {
        type.remoteMethods.descriptions
    }
}
