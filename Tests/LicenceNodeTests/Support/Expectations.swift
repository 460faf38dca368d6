import LicenceNode
import Licences
import Testing
import Vault
import ZhenglianClient

/// The code of the service's error that `body` throws; an issue where it throws nothing or something else.
func serviceCode(
    sourceLocation: SourceLocation = #_sourceLocation, of body: () async throws -> some Any
) async -> LicenceServiceError.Code? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch let error as LicenceServiceError {
        #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
        return error.code
    } catch {
        Issue.record("another error was thrown: \(error)", sourceLocation: sourceLocation)
        return nil
    }
}

/// The code of the vault's error that `body` throws; an issue where it throws nothing or something else.
func vaultCode(
    sourceLocation: SourceLocation = #_sourceLocation, of body: () throws -> some Any
) -> VaultError.Code? {
    do {
        _ = try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch let error as VaultError {
        return error.code
    } catch {
        Issue.record("another error was thrown: \(error)", sourceLocation: sourceLocation)
        return nil
    }
}

/// The code of the presentation's fault that `body` throws; an issue where it throws nothing or something else.
func faultCode(
    sourceLocation: SourceLocation = #_sourceLocation, of body: () throws -> some Any
) -> PresentationFault.Code? {
    do {
        _ = try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch let error as PresentationFault {
        return error.code
    } catch {
        Issue.record("another error was thrown: \(error)", sourceLocation: sourceLocation)
        return nil
    }
}
