package dev.berth.provisioner.object;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Absent and empty text in Kubernetes' objects. */
final class Text {
  private Text() {}

  static Optional<String> nonEmpty(@Nullable String text) {
    return Optional.ofNullable(text).filter(value -> !value.isEmpty());
  }

  static Optional<String> of(@Nullable Map<String, String> map, String key) {
    return map == null ? Optional.empty() : Optional.ofNullable(map.get(key));
  }
}
