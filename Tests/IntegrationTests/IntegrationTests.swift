import Testing

/// Everything together, as it is used: the program itself, in as many processes as there are departments, over TLS,
/// with files.
///
/// One after the other: each needs the machine for itself.
@Suite("Integration", .serialized)
enum IntegrationTests {}
