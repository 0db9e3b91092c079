package dev.berth.storage;

import dev.berth.storage.VolumeException.OutOfRange;

/** Decides how large a volume becomes. */
final class SizePlan {
  /** What mkfs.xfs asks for: "Filesystem must be larger than 300MB". */
  private static final Bytes LEAST_XFS = Bytes.ofMiB(300);

  /** 2048 blocks of 4 KiB: below that mke2fs makes an ext4 without a journal. */
  private static final Bytes LEAST_EXT4 = Bytes.ofMiB(8);

  /** Below that, what the folder itself takes is a good part of it. */
  private static final Bytes LEAST_DIRECTORY = Bytes.ofMiB(1);

  private SizePlan() {}

  /** The smallest size in the range that the content can have, or {@link OutOfRange}. */
  static Bytes decide(SizeRange range, Content content) {
    Bytes unit = content.blockSize();
    Bytes least = least(content);
    Bytes size = roundUp(range.required().max(least), unit);
    if (range.limit().isPresent() && size.isMoreThan(range.limit().get())) {
      throw new OutOfRange(
          "limit_bytes "
              + range.limit().get().value()
              + " with required_bytes "
              + range.required().value()
              + " cannot be met: "
              + content
              + " needs at least "
              + least.value()
              + " bytes in multiples of "
              + unit.value()
              + ", so the smallest size is "
              + size.value()
              + "; raise the limit");
    }
    return size;
  }

  static Bytes least(Content content) {
    return switch (content) {
      case Content.Filesystem(FsType type) ->
          switch (type) {
            case XFS -> LEAST_XFS;
            case EXT4 -> LEAST_EXT4;
          };
      case Content.Block(Bytes blockSize) -> blockSize;
      case Content.Directory _ -> LEAST_DIRECTORY;
    };
  }

  private static Bytes roundUp(Bytes size, Bytes unit) {
    try {
      return size.roundUpTo(unit);
    } catch (ArithmeticException e) {
      throw new OutOfRange(
          "required_bytes " + size.value() + " is more than any file can have; ask for less");
    }
  }
}
