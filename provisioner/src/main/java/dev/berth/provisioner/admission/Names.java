package dev.berth.provisioner.admission;

import java.util.regex.Pattern;

/** The shapes of names in the API (RFC 1123, and qualified names of labels). */
final class Names {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final int LONGEST_LABEL = 63;
  private static final int LONGEST_SUBDOMAIN = 253;

  private static final String LABEL_RULE =
      "must be a lowercase RFC 1123 label: a-z, 0-9 and '-', beginning and ending with a letter or"
          + " digit, at most 63 characters";
  private static final String SUBDOMAIN_RULE =
      "must be a lowercase RFC 1123 subdomain: a-z, 0-9, '-' and '.', each part beginning and ending"
          + " with a letter or digit, at most 253 characters";
  private static final String QUALIFIED_RULE =
      "must be a name of letters, digits, '-', '_' and '.', beginning and ending with a letter or"
          + " digit, at most 63 characters, with an optional DNS subdomain and '/' before it";
  private static final String VALUE_RULE =
      "must be empty or letters, digits, '-', '_' and '.', beginning and ending with a letter or"
          + " digit, at most 63 characters";

  private Names() {}

  static void label(Faults faults, String field, String value) {
    if (value.length() > LONGEST_LABEL || !LABEL.matcher(value).matches()) {
      faults.invalid(field, value, LABEL_RULE);
    }
  }

  static void subdomain(Faults faults, String field, String value) {
    if (!isSubdomain(value)) {
      faults.invalid(field, value, SUBDOMAIN_RULE);
    }
  }

  static void qualified(Faults faults, String field, String value) {
    int slash = value.indexOf('/');
    boolean prefixed = slash < 0 || isSubdomain(value.substring(0, slash));
    if (!prefixed || !isPart(value.substring(slash + 1))) {
      faults.invalid(field, value, QUALIFIED_RULE);
    }
  }

  static void labelValue(Faults faults, String field, String value) {
    if (!value.isEmpty() && !isPart(value)) {
      faults.invalid(field, value, VALUE_RULE);
    }
  }

  private static boolean isSubdomain(String value) {
    return value.length() <= LONGEST_SUBDOMAIN && SUBDOMAIN.matcher(value).matches();
  }

  private static boolean isPart(String value) {
    return value.length() <= LONGEST_LABEL && PART.matcher(value).matches();
  }
}
