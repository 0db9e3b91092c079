package dev.berth.node.ephemeral;

import dev.berth.csi.server.request.Capability;
import dev.berth.csi.server.request.SizeText;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.VolumeException.Invalid;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the {@code volumeAttributes} of an inline volume ask for. */
record Attributes(Bytes size, Medium medium) {
  /** Where the data is. */
  sealed interface Medium {
    /** In an image of a pool. */
    record Disk(FsType type) implements Medium {}

    /** In memory (and swap): a tmpfs. */
    record Memory() implements Medium {}
  }

  /** What the kubelet sets where the CSIDriver says {@code podInfoOnMount}. */
  static final String EPHEMERAL = "csi.storage.k8s.io/ephemeral";

  private static final String OF_KUBERNETES = "csi.storage.k8s.io/";
  private static final String SIZE = "size";
  private static final String FS_TYPE = "fsType";
  private static final String MEDIUM = "medium";
  private static final Set<String> KNOWN = Set.of(SIZE, FS_TYPE, MEDIUM);

  /** It can be as small as 8 MiB; an xfs has at least 300. */
  private static final FsType DEFAULT = FsType.EXT4;

  static boolean isEphemeral(Map<String, String> context) {
    return "true".equals(context.get(EPHEMERAL));
  }

  /** {@link Invalid} for whatever is missing, unknown or too large. */
  static Attributes parse(Map<String, String> context, Capability capability, Bytes largest) {
    for (String key : new TreeSet<>(context.keySet())) {
      if (!key.startsWith(OF_KUBERNETES) && !KNOWN.contains(key)) {
        throw new Invalid(
            "volume_context.%s is not an attribute of inline volumes; known are size, fsType, medium"
                .formatted(printable(key)));
      }
    }
    Optional<FsType> type = fsType(context, capability);
    Bytes size = size(context, largest);
    return switch (context.getOrDefault(MEDIUM, "")) {
      case "" -> new Attributes(size, new Medium.Disk(type.orElse(DEFAULT)));
      case "Memory" -> {
        if (type.isPresent()) {
          throw new Invalid(
              "volume_context.fsType does not go with medium Memory, which is always a tmpfs; leave it out");
        }
        yield new Attributes(size, new Medium.Memory());
      }
      default ->
          throw new Invalid(
              "volume_context.medium \"%s\" is not valid; it takes Memory, or nothing for a disk"
                  .formatted(printable(context.getOrDefault(MEDIUM, ""))));
    };
  }

  private static Bytes size(Map<String, String> context, Bytes largest) {
    String text = context.getOrDefault(SIZE, "");
    if (text.isEmpty()) {
      throw new Invalid("volume_context.size is required for an inline volume; set it, as in 1Gi");
    }
    Bytes size =
        SizeText.parse(text)
            .filter(s -> !s.isZero())
            .orElseThrow(
                () ->
                    new Invalid(
                        "volume_context.size \"%s\" is not valid; it takes %s"
                            .formatted(printable(text), SizeText.RULE)));
    if (size.isMoreThan(largest)) {
      throw new Invalid(
          "volume_context.size %s is more than the %s that inline volumes of this driver may have; ask for less, or use a claim"
              .formatted(size, largest));
    }
    return size;
  }

  private static Optional<FsType> fsType(Map<String, String> context, Capability capability) {
    Optional<String> attribute =
        Optional.ofNullable(context.get(FS_TYPE)).filter(t -> !t.isEmpty());
    Optional<String> field =
        capability.kind() instanceof Capability.Mount mount && !mount.fsType().isEmpty()
            ? Optional.of(mount.fsType())
            : Optional.empty();
    if (attribute.isPresent() && field.isPresent() && !attribute.equals(field)) {
      throw new Invalid(
          "volume_context.fsType is %s and the volume's fsType %s; name one"
              .formatted(printable(attribute.get()), printable(field.get())));
    }
    return attribute
        .map(text -> FsType.require("volume_context.fsType", text))
        .or(() -> field.map(text -> FsType.require("volume_capability.mount.fs_type", text)));
  }

  /** The content of the image; none of a tmpfs. */
  Optional<Content> content() {
    return switch (medium) {
      case Medium.Disk(FsType type) -> Optional.of(new Content.Filesystem(type));
      case Medium.Memory _ -> Optional.empty();
    };
  }

  private static String printable(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= 80 ? line : line.substring(0, 80) + "…";
  }
}
