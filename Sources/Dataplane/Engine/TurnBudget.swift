/// Input that one turn takes at most, in either engine, so that one direction cannot starve the other and
/// what is open does go out.
enum TurnBudget {
  static let frames = 64
  static let receives = 16
}
