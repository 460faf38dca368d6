import ArgumentParser
import Identity

/// A proposed table, as `show` and `propose` name it.
func tableDigest(_ text: String) throws -> Digest {
    guard let digest = Digest(hexadecimal: text) else {
        throw ValidationError("a table is named by the 64 hexadecimal digits of its digest, as 'show' prints them")
    }
    return digest
}
