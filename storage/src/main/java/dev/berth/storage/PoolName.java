package dev.berth.storage;

import java.util.regex.Pattern;

/** What the operator calls a pool: a DNS label (RFC 1123), at most 63 characters. */
public record PoolName(String value) implements Comparable<PoolName> {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  public PoolName {
    if (!LABEL.matcher(value).matches()) {
      throw new VolumeException.Invalid(
          "pool name "
              + Quoted.of(value)
              + " is not a DNS label: 1 to 63 characters of a-z, 0-9 and '-', the first and the"
              + " last no '-'");
    }
  }

  @Override
  public int compareTo(PoolName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
