import Identity
import Nodes
import Testing

/// The code of the file error that `body` throws; an issue where it throws nothing or something else.
func fileCode(
    sourceLocation: SourceLocation = #_sourceLocation,
    of body: () throws -> some Any
) -> FileError.Code? {
    thrown(FileError.self, sourceLocation: sourceLocation, by: body)?.code
}

/// The code of the identity error that `body` throws; an issue where it throws nothing or something else.
func identityCode(
    sourceLocation: SourceLocation = #_sourceLocation,
    of body: () throws -> some Any
) -> IdentityError.Code? {
    thrown(IdentityError.self, sourceLocation: sourceLocation, by: body)?.code
}

/// The error that `body` throws; an issue where it throws nothing or one of another kind.
func thrown<Failure: Error>(
    _ type: Failure.Type,
    sourceLocation: SourceLocation = #_sourceLocation,
    by body: () throws -> some Any
) -> Failure? {
    do {
        _ = try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch let error as Failure {
        return error
    } catch {
        Issue.record("another error was thrown: \(error)", sourceLocation: sourceLocation)
        return nil
    }
}
