package dev.berth.provisioner.admission;

import dev.berth.provisioner.cluster.FieldError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The faults found so far in one object. */
final class Faults {
  private final List<FieldError> found = new ArrayList<>();

  List<FieldError> found() {
    return List.copyOf(found);
  }

  void add(FieldError fault) {
    found.add(fault);
  }

  /** Whether the field is set; if not, that is a fault. */
  boolean has(String field, @Nullable Object value) {
    return has(field, value, "");
  }

  boolean has(String field, @Nullable Object value, String rule) {
    boolean missing =
        value == null
            || (value instanceof String text && text.isEmpty())
            || (value instanceof Collection<?> all && all.isEmpty());
    if (missing) {
      add(FieldError.required(field, rule));
    }
    return !missing;
  }

  void invalid(String field, String value, String rule) {
    add(FieldError.invalid(field, value, rule));
  }

  void forbid(String field, String rule) {
    add(FieldError.forbidden(field, rule));
  }

  /** The value, if it is set, is one of these. */
  void oneOf(String field, @Nullable String value, Set<String> known) {
    if (value != null && !known.contains(value)) {
      add(FieldError.unsupported(field, value, new TreeSet<>(known)));
    }
  }
}
