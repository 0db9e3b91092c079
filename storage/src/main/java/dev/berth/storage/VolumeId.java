package dev.berth.storage;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A volume's handle, {@code <pool id>.<name>}: unique in the whole driver, it says where the volume
 * lives, and it is safe as one segment of a path.
 */
public record VolumeId(PoolId pool, String name) implements Comparable<VolumeId> {
  static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern SHAPE = Pattern.compile("([a-z0-9]{8})\\.(" + NAME.pattern() + ")");
  private static final Comparator<VolumeId> ORDER =
      Comparator.comparing((VolumeId id) -> id.pool.value()).thenComparing(VolumeId::name);

  public VolumeId {
    if (!NAME.matcher(name).matches()) {
      throw new VolumeException.Invalid(
          "volume name "
              + Quoted.of(name)
              + " in a volume id is not 1 to 63 characters of a-z, 0-9 and '-', the first no '-'");
    }
  }

  /** The id that {@code text} spells; empty for what could never be an id of ours. */
  public static Optional<VolumeId> parse(String text) {
    var match = SHAPE.matcher(text);
    return match.matches()
        ? Optional.of(new VolumeId(new PoolId(match.group(1)), match.group(2)))
        : Optional.empty();
  }

  @Override
  public int compareTo(VolumeId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return pool + "." + name;
  }
}
