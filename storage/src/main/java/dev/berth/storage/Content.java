package dev.berth.storage;

/** What a volume is: an image that holds something, or a directory. */
public sealed interface Content {
  /** The block size of every filesystem we make, and of the loop device below it. */
  Bytes FILESYSTEM_BLOCK = Bytes.ofKiB(4);

  /** The logical block size of an image's loop device; the size is a multiple of it. */
  Bytes blockSize();

  /** The smallest size that a volume of this content can have. */
  default Bytes minimumSize() {
    return SizePlan.least(this);
  }

  /** A filesystem, made when the volume was. */
  record Filesystem(FsType type) implements Content {
    @Override
    public Bytes blockSize() {
      return FILESYSTEM_BLOCK;
    }

    @Override
    public String toString() {
      return type.kernelName();
    }
  }

  /** Raw blocks of 512 or 4096 bytes, zeros at first. */
  record Block(Bytes blockSize) implements Content {
    public Block {
      if (blockSize.value() != 512 && blockSize.value() != 4096) {
        throw new VolumeException.Invalid(
            "block size " + blockSize.value() + " is neither 512 nor 4096 bytes");
      }
    }

    @Override
    public String toString() {
      return "blocks of " + blockSize.value() + " bytes";
    }
  }

  /** A directory of the pool's own filesystem, empty at first; there is no image. */
  record Directory(Limit limit) implements Content {
    @Override
    public Bytes blockSize() {
      return FILESYSTEM_BLOCK;
    }

    @Override
    public String toString() {
      return switch (limit) {
        case ENFORCED -> "a directory";
        case ADVISORY -> "a directory of advisory size";
      };
    }
  }
}
