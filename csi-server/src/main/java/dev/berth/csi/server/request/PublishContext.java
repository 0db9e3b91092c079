package dev.berth.csi.server.request;

import dev.berth.storage.VolumeException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What ControllerPublishVolume hands to the node in {@code publish_context}.
 *
 * @param epoch of an image; a volume of another kind has none
 * @param readOnly whether the node must not write
 */
public record PublishContext(OptionalLong epoch, boolean readOnly) {
  private static final String EPOCH = "epoch";
  private static final String READ_ONLY = "readonly";
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

  /** As the message carries it. */
  public Map<String, String> toMap() {
    Map<String, String> map = new TreeMap<>();
    epoch.ifPresent(e -> map.put(EPOCH, Long.toString(e)));
    if (readOnly) {
      map.put(READ_ONLY, "true");
    }
    return map;
  }

  /** {@link VolumeException.Invalid} for an epoch that no ControllerPublishVolume ever gave. */
  public static PublishContext parse(Map<String, String> given) {
    return new PublishContext(epoch(given), "true".equals(given.get(READ_ONLY)));
  }

  private static OptionalLong epoch(Map<String, String> given) {
    String text = given.get(EPOCH);
    if (text == null) {
      return OptionalLong.empty();
    }
    if (!NUMBER.matcher(text).matches()) {
      throw new VolumeException.Invalid(
          "publish_context.epoch is '%s', which is no number from 1; hand on what ControllerPublishVolume answered"
              .formatted(text));
    }
    return OptionalLong.of(Long.parseLong(text));
  }
}
