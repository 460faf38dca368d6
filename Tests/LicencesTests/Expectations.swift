import Licences
import Testing

/// What `body` throws; an issue where it throws nothing.
func error(
    sourceLocation: SourceLocation = #_sourceLocation, of body: () throws(LicenceError) -> some Any
) -> LicenceError? {
    do throws(LicenceError) {
        _ = try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}
