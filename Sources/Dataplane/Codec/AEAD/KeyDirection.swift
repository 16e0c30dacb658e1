/// What a key is for: each side of a session has one key to seal with and another to open with.
enum KeyDirection: UInt8 {
  // 0 is what wiped memory reads as: no key.
  case sealing = 1
  case opening = 2
}
