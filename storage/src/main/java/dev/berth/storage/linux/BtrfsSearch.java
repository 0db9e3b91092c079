package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Subvolumes.SubvolumeId;
import dev.berth.storage.linux.Subvolumes.SubvolumeUsage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * BTRFS_IOC_TREE_SEARCH: items of a btrfs tree as they were at its last commit. The structures are
 * those of include/uapi/linux/btrfs.h and btrfs_tree.h.
 */
final class BtrfsSearch {
  private static final int ARGS = 4096;
  private static final long TREE_SEARCH = Abi.iowr((char) 0x94, 17, ARGS);

  /** {@code struct btrfs_ioctl_search_key}, and {@code btrfs_ioctl_search_header} behind it. */
  private static final int KEY = 104;

  private static final int HEADER = 32;
  private static final int ITEMS = 64;

  private static final long ROOT_TREE = 1;
  private static final long QUOTA_TREE = 8;
  private static final int ROOT_REF = 156;
  private static final int QGROUP_INFO = 242;
  private static final int QGROUP_LIMIT = 244;

  /** {@code struct btrfs_root_ref}: two numbers, a length, and the name. */
  private static final int NAME_LENGTH = 16;

  private static final int NAME = 18;

  private BtrfsSearch() {}

  /** One item: what is in its key besides the object, and its data. */
  private record Item(int type, long offset, ByteBuffer data) {}

  static Optional<SubvolumeUsage> quota(Descriptor any, SubvolumeId id) {
    try {
      Optional<Bytes> referenced = Optional.empty();
      Optional<Bytes> limit = Optional.empty();
      for (Item item : search(any, QUOTA_TREE, 0, id.value(), id.value(), QGROUP_INFO)) {
        referenced = Optional.of(new Bytes(Math.max(0, item.data().getLong(8))));
      }
      for (Item item : search(any, QUOTA_TREE, 0, id.value(), id.value(), QGROUP_LIMIT)) {
        boolean limited = (item.data().getLong(0) & 1) != 0;
        limit = limited ? Optional.of(new Bytes(item.data().getLong(8))) : Optional.empty();
      }
      Optional<Bytes> most = limit;
      return referenced.map(r -> new SubvolumeUsage(r, most));
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT")) {
        return Optional.empty(); // There is no quota tree.
      }
      throw e;
    }
  }

  static List<String> children(Descriptor any, SubvolumeId id) {
    List<String> names = new ArrayList<>();
    long from = 0;
    while (true) {
      List<Item> some = search(any, ROOT_TREE, id.value(), from, -1L, ROOT_REF);
      for (Item item : some) {
        byte[] name = new byte[Short.toUnsignedInt(item.data().getShort(NAME_LENGTH))];
        item.data().get(NAME, name);
        names.add(new String(name, StandardCharsets.UTF_8));
      }
      if (some.isEmpty()) {
        return names;
      }
      from = some.getLast().offset() + 1;
    }
  }

  /** Items of one object and type, with an offset in the range: the first few of them. */
  private static List<Item> search(
      Descriptor any, long tree, long object, long from, long to, int type) {
    byte[] args = new byte[ARGS];
    Abi.struct(args)
        .putLong(0, tree)
        .putLong(8, object)
        .putLong(16, object)
        .putLong(24, from)
        .putLong(32, to)
        .putLong(48, -1L)
        .putInt(56, type)
        .putInt(60, type)
        .putInt(64, ITEMS);
    any.ioctl("BTRFS_IOC_TREE_SEARCH", TREE_SEARCH, args);
    ByteBuffer answer = ByteBuffer.wrap(args).order(ByteOrder.LITTLE_ENDIAN);
    List<Item> items = new ArrayList<>();
    int at = KEY;
    for (int i = 0; i < answer.getInt(64); i++) {
      int length = answer.getInt(at + 28);
      ByteBuffer data = answer.slice(at + HEADER, length).order(ByteOrder.LITTLE_ENDIAN);
      items.add(new Item(answer.getInt(at + 24), answer.getLong(at + 16), data));
      at += HEADER + length;
    }
    return items;
  }
}
