package dev.berth.provisioner.cluster;

/**
 * A fault in one field.
 *
 * @param field the path, for example {@code spec.resources.requests.storage}
 * @param problem what is wrong, the value included, for example {@code Invalid value: "10X": must
 *     be a quantity}
 */
public record FieldError(String field, String problem) {
  /** The field must be there. */
  public static FieldError required(String field, String rule) {
    return new FieldError(field, "Required value" + (rule.isEmpty() ? "" : ": " + rule));
  }

  /** The value breaks a rule. */
  public static FieldError invalid(String field, String value, String rule) {
    return new FieldError(field, "Invalid value: \"" + value + "\": " + rule);
  }

  /** The value is none of the known ones. */
  public static FieldError unsupported(String field, String value, Iterable<String> known) {
    StringBuilder all = new StringBuilder();
    for (String each : known) {
      all.append(all.isEmpty() ? "" : ", ").append('"').append(each).append('"');
    }
    return new FieldError(field, "Unsupported value: \"" + value + "\": supported values: " + all);
  }

  /** The field may not be set or changed. */
  public static FieldError forbidden(String field, String rule) {
    return new FieldError(field, "Forbidden: " + rule);
  }

  /** The value may occur once. */
  public static FieldError duplicate(String field, String value) {
    return new FieldError(field, "Duplicate value: \"" + value + "\"");
  }

  /** The value refers to something that is not there. */
  public static FieldError notFound(String field, String value) {
    return new FieldError(field, "Not found: \"" + value + "\"");
  }

  @Override
  public String toString() {
    return field + ": " + problem;
  }
}
