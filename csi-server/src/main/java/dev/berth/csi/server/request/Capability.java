package dev.berth.csi.server.request;

import dev.berth.csi.v1.VolumeCapability;
import dev.berth.csi.v1.VolumeCapability.AccessMode.Mode;
import dev.berth.storage.Content;
import dev.berth.storage.FsType;
import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException;
import java.util.List;
import java.util.Optional;

/**
 * How a volume is to be used: how many may use it, and as what.
 *
 * @param field what the request calls it, for messages
 */
public record Capability(String field, Mode mode, Kind kind) {
  /** As what a volume appears. */
  public sealed interface Kind {}

  /** As a device node. */
  public record Block() implements Kind {}

  /**
   * As a directory.
   *
   * @param fsType empty for the driver's choice
   * @param mountFlags as given, in order
   * @param group {@code volume_mount_group}, empty when not given
   */
  public record Mount(String fsType, List<String> mountFlags, String group) implements Kind {
    public Mount {
      mountFlags = List.copyOf(mountFlags);
    }
  }

  /** {@link VolumeException.Invalid} when the access mode or the access type is missing. */
  public static Capability parse(VolumeCapability given, String field) {
    Mode mode = given.getAccessMode().getMode();
    switch (mode) {
      case UNKNOWN ->
          throw new VolumeException.Invalid(
              field + ".access_mode.mode is required, and this request leaves it empty");
      case UNRECOGNIZED ->
          throw new VolumeException.Invalid(
              "%s.access_mode.mode is %d, which CSI 1.13 does not know"
                  .formatted(field, given.getAccessMode().getModeValue()));
      case SINGLE_NODE_WRITER,
          SINGLE_NODE_READER_ONLY,
          MULTI_NODE_READER_ONLY,
          MULTI_NODE_SINGLE_WRITER,
          MULTI_NODE_MULTI_WRITER,
          SINGLE_NODE_SINGLE_WRITER,
          SINGLE_NODE_MULTI_WRITER -> {}
    }
    return new Capability(field, mode, kind(given, field));
  }

  private static Kind kind(VolumeCapability given, String field) {
    return switch (given.getAccessTypeCase()) {
      case BLOCK -> new Block();
      case MOUNT ->
          new Mount(
              given.getMount().getFsType(),
              given.getMount().getMountFlagsList(),
              given.getMount().getVolumeMountGroup());
      case ACCESSTYPE_NOT_SET ->
          throw new VolumeException.Invalid(
              field + " sets neither block nor mount; one of them is required");
    };
  }

  /** Whether nobody may write: then it is staged and published read-only. */
  public boolean isReadOnly() {
    return mode == Mode.SINGLE_NODE_READER_ONLY || mode == Mode.MULTI_NODE_READER_ONLY;
  }

  /**
   * Whether one volume may be published at one path only (the table of NodePublishVolume): all
   * modes of a single node but SINGLE_NODE_MULTI_WRITER.
   */
  public boolean isPublishedOnce() {
    return mode == Mode.SINGLE_NODE_WRITER
        || mode == Mode.SINGLE_NODE_READER_ONLY
        || mode == Mode.SINGLE_NODE_SINGLE_WRITER;
  }

  public boolean isBlock() {
    return kind instanceof Block;
  }

  /** The mount flags, parsed for {@code type}; none for a block volume. */
  public MountOptions mountOptions(FsType type) {
    return kind instanceof Mount mount
        ? MountOptions.parse(type, mount.mountFlags(), field + ".mount.mount_flags")
        : MountOptions.NONE;
  }

  /**
   * Why no volume of this driver can be used like this, whatever it holds; empty when one can. The
   * RPCs differ in what they make of it.
   *
   * @param otherwise the filesystem that an empty {@code fs_type} stands for
   */
  public Optional<String> unsupported(FsType otherwise) {
    if (unsupportedMode().isPresent()) {
      return unsupportedMode();
    }
    return switch (kind) {
      case Block _ when isReadOnly() ->
          Optional.of(
              field
                  + ".access_mode "
                  + mode
                  + " is not supported with block: a device cannot be made read-only for one path; use a writing mode, or mount");
      case Block _ -> Optional.empty();
      case Mount mount when !mount.group().isEmpty() ->
          Optional.of(
              field
                  + ".mount.volume_mount_group is not supported (VOLUME_MOUNT_GROUP is not announced); leave it empty, fsGroup is applied by the kubelet");
      case Mount mount -> {
        try {
          mountOptions(
              mount.fsType().isEmpty()
                  ? otherwise
                  : FsType.require(field + ".mount.fs_type", mount.fsType()));
          yield Optional.empty();
        } catch (VolumeException.Invalid e) {
          yield Optional.of(e.getMessage());
        }
      }
    };
  }

  /** The mount flags of a directory volume; none for a block volume. */
  public MountOptions bindOptions() {
    return kind instanceof Mount mount
        ? MountOptions.parseOfOneMount(mount.mountFlags(), field + ".mount.mount_flags")
        : MountOptions.NONE;
  }

  /**
   * Like {@link #unsupported(FsType)}, of a directory volume.
   *
   * @param manyNodes whether it lies in a pool that many nodes see
   */
  public Optional<String> unsupportedByDirectory(boolean manyNodes) {
    return switch (kind) {
      case Block _ ->
          Optional.of(
              field
                  + " asks for block, but a directory volume has no device; ask for mount, or use kind image");
      case Mount mount when !mount.fsType().isEmpty() ->
          Optional.of(
              "%s.mount.fs_type is '%s', but a directory volume has no filesystem of its own; leave it empty, or use kind image"
                  .formatted(field, mount.fsType()));
      case Mount mount when mount.group().isEmpty() -> {
        try {
          var _ = bindOptions();
          yield manyNodes ? Optional.empty() : unsupportedMode();
        } catch (VolumeException.Invalid e) {
          yield Optional.of(e.getMessage());
        }
      }
      case Mount _ -> unsupported(FsType.XFS);
    };
  }

  private Optional<String> unsupportedMode() {
    return mode == Mode.MULTI_NODE_SINGLE_WRITER || mode == Mode.MULTI_NODE_MULTI_WRITER
        ? Optional.of(
            field
                + ".access_mode "
                + mode
                + " is not supported: a volume of this driver lives on one node; use a SINGLE_NODE mode (ReadWriteOnce or ReadWriteOncePod)")
        : Optional.empty();
  }

  /**
   * Why {@code volume} cannot be used like this; empty when it can.
   *
   * @param manyNodes whether it lies in a pool that many nodes see
   */
  public Optional<String> unsupported(Volume volume, boolean manyNodes) {
    return switch (volume.content()) {
      case Content.Block _ when isBlock() -> unsupported(FsType.XFS);
      case Content.Block blocks ->
          Optional.of(
              "%s asks for mount, but volume %s is %s; ask for block"
                  .formatted(field, volume.id(), blocks));
      case Content.Filesystem(FsType type) -> unsupportedBy(type, volume);
      case Content.Directory _ -> unsupportedByDirectory(manyNodes);
    };
  }

  private Optional<String> unsupportedBy(FsType type, Volume volume) {
    return switch (kind) {
      case Block _ ->
          Optional.of(
              "%s asks for block, but volume %s holds an %s filesystem; ask for mount"
                  .formatted(field, volume.id(), type.kernelName()));
      case Mount mount when mount.fsType().isEmpty() || mount.fsType().equals(type.kernelName()) ->
          unsupported(type);
      case Mount mount ->
          Optional.of(
              "%s.mount.fs_type is '%s', but volume %s holds %s; leave it empty or ask for %s"
                  .formatted(
                      field, mount.fsType(), volume.id(), type.kernelName(), type.kernelName()));
    };
  }
}
