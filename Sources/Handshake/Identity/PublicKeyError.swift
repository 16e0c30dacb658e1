/// Why a text is no public key.
package enum PublicKeyError: Error, Equatable, CustomStringConvertible {
  /// It has so many bytes instead of 44.
  case length(Int)
  /// It is not the base64 of 32 bytes.
  case notBase64

  /// Without a full stop.
  package var description: String {
    switch self {
    case .length(let count): "a public key has 44 characters, this has \(count)"
    case .notBase64: "a public key is 43 of A-Z, a-z, 0-9, + and /, then ="
    }
  }
}
