package dev.berth.controller.create;

import dev.berth.controller.parameters.ClassParameters;
import dev.berth.controller.parameters.VolumeKind;
import dev.berth.csi.server.request.Capability;
import dev.berth.csi.v1.VolumeCapability;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Limit;
import dev.berth.storage.VolumeException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a volume must hold so that it can be used in every way that a request lists. */
public final class Contents {
  /** It grows online without a privilege, and needs no check before it is mounted. */
  private static final FsType DEFAULT = FsType.XFS;

  /** What a volume holds when nobody says. */
  public static final Content UNASKED = new Content.Filesystem(DEFAULT);

  private Contents() {}

  /**
   * {@link VolumeException.Invalid} when no volume of this driver can be used in all these ways.
   *
   * @param manyNodes whether the driver is of pools that many nodes see
   */
  public static Content of(
      List<VolumeCapability> given, ClassParameters parameters, boolean manyNodes) {
    return of(given, parameters, manyNodes, Optional.empty());
  }

  /** The same of a copy: what the request leaves open is as in its original. */
  static Content of(
      List<VolumeCapability> given,
      ClassParameters parameters,
      boolean manyNodes,
      Optional<Content> original) {
    List<Capability> asked =
        IntStream.range(0, given.size())
            .mapToObj(i -> Capability.parse(given.get(i), "volume_capabilities[" + i + "]"))
            .toList();
    Optional<Content.Directory> directory = directory(parameters, original);
    if (directory.isPresent()) {
      refuse(asked.stream().flatMap(c -> c.unsupportedByDirectory(manyNodes).stream()).findFirst());
      return directory.get();
    }
    return image(asked, parameters.blockSize(), original);
  }

  /** What the volumes of a class are, whatever they are used for; empty when that decides. */
  public static Optional<Content> unused(ClassParameters parameters) {
    return directory(parameters, Optional.empty()).map(d -> d);
  }

  private static Optional<Content.Directory> directory(
      ClassParameters parameters, Optional<Content> original) {
    return parameters
        .kind()
        .map(
            kind ->
                switch (kind) {
                  case VolumeKind.Directory(Limit limit) ->
                      Optional.of(new Content.Directory(limit));
                  case VolumeKind.Image _ -> Optional.<Content.Directory>empty();
                })
        .orElseGet(
            () ->
                original
                    .filter(Content.Directory.class::isInstance)
                    .map(Content.Directory.class::cast));
  }

  private static void refuse(Optional<String> problem) {
    problem.ifPresent(
        why -> {
          throw new VolumeException.Invalid(why);
        });
  }

  private static Content image(
      List<Capability> asked, Bytes blockSize, Optional<Content> original) {
    if (asked.stream().map(Capability::isBlock).distinct().count() > 1) {
      throw new VolumeException.Invalid(
          "volume_capabilities ask for block and for mount; a volume of this driver is one of them, make two volumes");
    }
    Content content =
        asked.getFirst().isBlock()
            ? original.filter(Content.Block.class::isInstance).orElse(new Content.Block(blockSize))
            : new Content.Filesystem(fsType(asked, original));
    FsType type = content instanceof Content.Filesystem f ? f.type() : DEFAULT;
    refuse(asked.stream().flatMap(c -> c.unsupported(type).stream()).findFirst());
    return content;
  }

  private static FsType fsType(List<Capability> asked, Optional<Content> original) {
    Set<FsType> types =
        asked.stream()
            .filter(c -> c.kind() instanceof Capability.Mount m && !m.fsType().isEmpty())
            .map(Contents::require)
            .collect(Collectors.toSet());
    if (types.size() > 1) {
      throw new VolumeException.Invalid(
          "volume_capabilities name two filesystems in fs_type, "
              + types.stream().map(FsType::kernelName).sorted().collect(Collectors.joining(" and "))
              + "; a volume holds one");
    }
    FsType otherwise =
        original.isPresent() && original.get() instanceof Content.Filesystem(FsType type)
            ? type
            : DEFAULT;
    return types.stream().findFirst().orElse(otherwise);
  }

  private static FsType require(Capability capability) {
    String text = ((Capability.Mount) capability.kind()).fsType();
    return FsType.require(capability.field() + ".mount.fs_type", text);
  }
}
