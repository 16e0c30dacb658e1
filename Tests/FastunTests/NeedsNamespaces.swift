import Testbed
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips what starts a tunnel, with what the machine lacks for it.
  static var needsNamespaces: Self {
    .enabled(if: Testbed.missing == nil, "\(Testbed.missing ?? "")")
  }
}
