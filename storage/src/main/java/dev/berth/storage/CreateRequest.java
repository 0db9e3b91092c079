package dev.berth.storage;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A volume to be made.
 *
 * @param name the CO's name for it: 1 to 128 bytes of UTF-8 without control characters
 * @param pool where to make it; empty for the ready pool with the most room
 * @param undelete how long a deleted volume waits in the trash
 * @param source what it is to begin as a copy of; it then has at least that size, and the same
 *     content
 * @param tuning what may be changed later, as it is to be at first
 * @param maxFreeze for how long the writers of a source in use may be held up where its blocks
 *     cannot be shared
 * @param parameters as given, for telling a repeated request from another one
 */
public record CreateRequest(
    String name,
    SizeRange size,
    Content content,
    Allocation allocation,
    Optional<PoolName> pool,
    Duration undelete,
    Map<String, String> parameters,
    Optional<Claim> claim,
    Optional<Source> source,
    Tuning tuning,
    Duration maxFreeze) {
  /** For how long a copy may hold up the writers of its source where nobody says otherwise. */
  public static final Duration DEFAULT_MAX_FREEZE = Duration.ofSeconds(2);

  private static final int LONGEST_NAME = 128;

  public CreateRequest {
    requireName(name);
    if (undelete.isNegative()) {
      throw new VolumeException.Invalid("undelete " + undelete + " is negative; use 0 for at once");
    }
    parameters = Map.copyOf(parameters);
  }

  /** A volume that is a copy of nothing. */
  public CreateRequest(
      String name,
      SizeRange size,
      Content content,
      Allocation allocation,
      Optional<PoolName> pool,
      Duration undelete,
      Map<String, String> parameters,
      Optional<Claim> claim) {
    this(
        name,
        size,
        content,
        allocation,
        pool,
        undelete,
        parameters,
        claim,
        Optional.empty(),
        Tuning.NONE,
        DEFAULT_MAX_FREEZE);
  }

  /** The same, that begins as a copy. */
  public CreateRequest from(Source original) {
    return with(Optional.of(original), tuning, maxFreeze);
  }

  /** The same, with settings that may be changed later. */
  public CreateRequest tuned(Tuning first) {
    return with(source, first, maxFreeze);
  }

  /** The same, that holds up the writers of its source for that long at most. */
  public CreateRequest freezingAtMost(Duration time) {
    return with(source, tuning, time);
  }

  private CreateRequest with(Optional<Source> original, Tuning first, Duration freeze) {
    return new CreateRequest(
        name,
        size,
        content,
        allocation,
        pool,
        undelete,
        parameters,
        claim,
        original,
        first.requireFitting(allocation, content),
        freeze);
  }

  static void requireName(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > LONGEST_NAME) {
      throw new VolumeException.Invalid(
          "name "
              + Quoted.of(name)
              + " has "
              + length
              + " bytes; 1 to "
              + LONGEST_NAME
              + " it must be");
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      throw new VolumeException.Invalid(
          "name " + Quoted.of(name) + " has a control character; leave it out");
    }
  }
}
