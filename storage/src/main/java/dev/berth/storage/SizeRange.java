package dev.berth.storage;

import java.util.Optional;

/**
 * How large a volume shall be: at least {@code required}, at most {@code limit} (CSI's
 * CapacityRange). Zero as {@code required} leaves the choice to the pool.
 */
public record SizeRange(Bytes required, Optional<Bytes> limit) {
  public SizeRange {
    if (limit.isPresent() && limit.get().isLessThan(required)) {
      throw new VolumeException.OutOfRange(
          "limit_bytes "
              + limit.get().value()
              + " is below required_bytes "
              + required.value()
              + "; raise the limit or leave it out");
    }
  }

  public static SizeRange of(Bytes required) {
    return new SizeRange(required, Optional.empty());
  }

  public static SizeRange of(Bytes required, Bytes limit) {
    return new SizeRange(required, Optional.of(limit));
  }

  boolean contains(Bytes size) {
    return !size.isLessThan(required) && limit.stream().noneMatch(size::isMoreThan);
  }

  @Override
  public String toString() {
    return "at least " + required + limit.map(l -> " and at most " + l).orElse("");
  }
}
