package dev.berth.storage;

import dev.berth.storage.linux.Extent;
import dev.berth.storage.linux.FileCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where two files differ that nobody writes to. What both have at one address of their filesystem,
 * or have not at all, is the same; the rest is read and compared.
 */
final class Difference {
  /** What differs anywhere within so many bytes differs as a whole. */
  static final int BLOCK = 4096;

  private static final int PIECE = 1 << 20;

  private final FileCalls files;
  private final Path base;
  private final Path target;

  Difference(FileCalls files, Path base, Path target) {
    this.files = files;
    this.base = base;
    this.target = target;
  }

  /** The ranges between {@code from} and {@code to} that differ; beyond its end a file is zeros. */
  List<ByteRange> find(long from, long to) {
    List<ByteRange> open = undecided(from, to);
    if (open.isEmpty()) {
      return List.of();
    }
    return Failures.named(
        "read",
        target,
        () -> {
          Ranges found = new Ranges();
          try (FileChannel one = open(base);
              FileChannel other = open(target)) {
            for (ByteRange range : open) {
              compare(one, other, range, found);
            }
          }
          return found.all();
        });
  }

  /**
   * The filesystem may move blocks while we look (btrfs balance). What the base has at an address
   * before and after the target was seen there, it had there all the time.
   */
  private List<ByteRange> undecided(long from, long to) {
    List<Extent> before = files.extents(base, from, to);
    while (true) {
      List<Extent> there = files.extents(target, from, to);
      List<Extent> after = files.extents(base, from, to);
      if (after.equals(before)) {
        return undecided(before, there, from, to);
      }
      before = after;
    }
  }

  static List<ByteRange> undecided(List<Extent> base, List<Extent> target, long from, long to) {
    Ranges open = new Ranges();
    int b = 0;
    int t = 0;
    long at = from;
    while (at < to) {
      while (b < base.size() && base.get(b).end() <= at) {
        b++;
      }
      while (t < target.size() && target.get(t).end() <= at) {
        t++;
      }
      long end = Math.min(border(base, b, at, to), border(target, t, at, to));
      if (!isSame(base, b, target, t, at)) {
        open.add(at, end);
      }
      at = end;
    }
    return open.all();
  }

  /** Where the hole or the extent that {@code at} is in ends. */
  private static long border(List<Extent> extents, int index, long at, long to) {
    if (index == extents.size()) {
      return to;
    }
    Extent next = extents.get(index);
    return Math.min(to, next.offset() > at ? next.offset() : next.end());
  }

  private static boolean isSame(List<Extent> base, int b, List<Extent> target, int t, long at) {
    boolean inBase = b < base.size() && base.get(b).offset() <= at;
    boolean inTarget = t < target.size() && target.get(t).offset() <= at;
    if (!inBase || !inTarget) {
      return !inBase && !inTarget;
    }
    Extent one = base.get(b);
    Extent other = target.get(t);
    return one.physical().isPresent()
        && other.physical().isPresent()
        && one.physical().getAsLong() - one.offset()
            == other.physical().getAsLong() - other.offset();
  }

  private static void compare(FileChannel one, FileChannel other, ByteRange range, Ranges found)
      throws IOException {
    long at = range.offset();
    while (at < range.end()) {
      int length = (int) Math.min(PIECE - at % BLOCK, range.end() - at);
      byte[] left = read(one, at, length);
      byte[] right = read(other, at, length);
      int i = 0;
      while (i < length) {
        int end = (int) Math.min(length, i + BLOCK - (at + i) % BLOCK);
        if (!Arrays.equals(left, i, end, right, i, end)) {
          found.add(at + i, at + end);
        }
        i = end;
      }
      at += length;
    }
  }

  private static byte[] read(FileChannel file, long at, int length) throws IOException {
    byte[] bytes = new byte[length];
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining() && file.read(rest, at + rest.position()) > 0) {
      // More of it; what lies beyond the end stays zeros.
    }
    return bytes;
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  /** Ranges in order, with those that touch made one. */
  static final class Ranges {
    private final List<ByteRange> all = new ArrayList<>();

    void add(long from, long to) {
      if (!all.isEmpty() && all.getLast().end() == from) {
        long begin = all.removeLast().offset();
        all.add(new ByteRange(begin, to - begin));
      } else {
        all.add(new ByteRange(from, to - from));
      }
    }

    List<ByteRange> all() {
      return all;
    }
  }
}
