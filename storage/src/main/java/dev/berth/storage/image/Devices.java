package dev.berth.storage.image;

import dev.berth.storage.Volume;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.VolumeId;
import dev.berth.storage.linux.FileIdentity;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Which loop device is which volume's, by the kernel's word. To ask about every device would take
 * longer the more volumes there are, so the number seen last is asked first, and believed only when
 * it still has the volume's image and name.
 */
final class Devices {
  /** LO_NAME_SIZE of include/uapi/linux/loop.h, without the terminating zero. */
  private static final int LONGEST_NAME = 63;

  private final Linux linux;
  private final Optional<String> node;
  private final ConcurrentHashMap<VolumeId, Integer> lastSeen = new ConcurrentHashMap<>();

  /**
   * @param node of whom the pools are shared: part of the names of its devices, so that nobody
   *     takes another node's for its own, nor that of an image that has become another node's
   */
  Devices(Linux linux, Optional<String> node) {
    this.linux = linux;
    this.node = node;
  }

  /**
   * The device with the volume's image and name; when the image has been removed, or its disk
   * fails, the one with its name.
   */
  Optional<LoopDevice> of(Volume volume) {
    Optional<FileIdentity> image = identity(volume);
    if (image.isEmpty()) {
      return named(volume.id());
    }
    FileIdentity backing = image.get();
    return find(
        volume.id(),
        device -> device.backing().equals(backing),
        () ->
            linux.loops().mayBeAttached(volume.image())
                ? linux.loops().findAll(backing)
                : List.of());
  }

  /** The device with the name of that volume, whatever has become of its image. */
  Optional<LoopDevice> named(VolumeId id) {
    return find(id, _ -> true, linux.loops()::list);
  }

  /** The devices of the volume's image that are not called after it. */
  List<LoopDevice> strangers(Volume volume) {
    return identity(volume).map(linux.loops()::findAll).orElse(List.of()).stream()
        .filter(device -> !device.name().equals(nameOf(volume.id())))
        .toList();
  }

  /**
   * A device of ours that has an earlier image of the volume: it was taken from this node by force.
   * Never of a local pool.
   */
  Optional<LoopDevice> stale(Volume volume) {
    if (node.isEmpty()) {
      return Optional.empty();
    }
    Optional<FileIdentity> image = identity(volume);
    String name = nameOf(volume.id());
    return linux.loops().list().stream()
        .filter(d -> d.name().equals(name) && !image.equals(Optional.of(d.backing())))
        .findFirst();
  }

  /** Remembers where to look first. */
  LoopDevice seen(VolumeId id, LoopDevice device) {
    lastSeen.put(id, device.number());
    return device;
  }

  void detach(VolumeId id, LoopDevice device) {
    linux.loops().detach(device);
    lastSeen.remove(id);
  }

  private Optional<LoopDevice> find(
      VolumeId id, Predicate<LoopDevice> which, Supplier<List<LoopDevice>> all) {
    String name = nameOf(id);
    Predicate<LoopDevice> wanted = which.and(device -> device.name().equals(name));
    return Optional.ofNullable(lastSeen.get(id))
        .flatMap(linux.loops()::at)
        .filter(wanted)
        .or(() -> all.get().stream().filter(wanted).findFirst().map(d -> seen(id, d)));
  }

  private Optional<FileIdentity> identity(Volume volume) {
    try {
      return Optional.of(linux.files().identity(volume.image()));
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT") || e.is("EIO")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * What the loop device of a volume is called. Its id where that is short enough, else the
   * beginning and a hash of the whole: a volume that is gone is known by this name alone, and must
   * not be taken for its neighbour.
   */
  static String loopName(VolumeId id) {
    return shortened(id.toString());
  }

  /** What the loop device of a volume is called here. */
  String nameOf(VolumeId id) {
    return node.map(n -> shortened(id + "@" + n)).orElseGet(() -> loopName(id));
  }

  private static String shortened(String name) {
    if (name.length() <= LONGEST_NAME) {
      return name;
    }
    String hash = "~" + hash(name);
    return name.substring(0, LONGEST_NAME - hash.length()) + hash;
  }

  private static String hash(String text) {
    CRC32C sum = new CRC32C();
    sum.update(text.getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().toHexDigits(sum.getValue(), 8);
  }
}
