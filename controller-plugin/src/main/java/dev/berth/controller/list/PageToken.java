package dev.berth.controller.list;

import dev.berth.storage.VolumeId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Where a page of volumes ended: the last id of it. So a token needs no memory here and stays good
 * whichever volumes come and go meanwhile.
 */
record PageToken(VolumeId last) {
  private static final String MARK = "v1 ";

  static PageToken after(VolumeId last) {
    return new PageToken(last);
  }

  /** Empty for what {@link #toString()} never wrote. */
  static Optional<PageToken> parse(String text) {
    try {
      String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
      return Optional.of(plain)
          .filter(p -> p.startsWith(MARK))
          .flatMap(p -> VolumeId.parse(p.substring(MARK.length())))
          .map(PageToken::new);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  boolean isBefore(VolumeId id) {
    return last.compareTo(id) < 0;
  }

  @Override
  public String toString() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((MARK + last).getBytes(StandardCharsets.US_ASCII));
  }
}
