package dev.berth.storage;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** What a pool is called for ever, wherever its disk goes: eight random letters and digits. */
public record PoolId(String value) {
  private static final Pattern SHAPE = Pattern.compile("[a-z0-9]{8}");
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int LENGTH = 8;

  public PoolId {
    if (!SHAPE.matcher(value).matches()) {
      throw new VolumeException.Invalid(
          "pool id " + Quoted.of(value) + " is not eight characters of a-z and 0-9");
    }
  }

  static PoolId random(RandomGenerator random) {
    StringBuilder id = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return new PoolId(id.toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
