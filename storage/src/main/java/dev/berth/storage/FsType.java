package dev.berth.storage;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The filesystems that an image can hold. */
public enum FsType {
  XFS,
  EXT4;

  /** The type that {@code text}, a name of /proc/filesystems, stands for. */
  public static Optional<FsType> parse(String text) {
    return Arrays.stream(values()).filter(t -> t.kernelName().equals(text)).findFirst();
  }

  /**
   * As {@link #parse}, with {@link VolumeException.Invalid} for what is none of ours.
   *
   * @param field what the text was given as, for the message
   */
  public static FsType require(String field, String text) {
    return parse(text)
        .orElseThrow(
            () ->
                new VolumeException.Invalid(
                    field
                        + " "
                        + Quoted.of(text)
                        + " is not a filesystem that a volume can hold; use one of "
                        + supported()));
  }

  static String supported() {
    return Arrays.stream(values()).map(FsType::kernelName).collect(Collectors.joining(", "));
  }

  /** Its name in mount(2) and /proc/filesystems. */
  public String kernelName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
