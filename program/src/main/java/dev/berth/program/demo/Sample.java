package dev.berth.program.demo;

import dev.berth.program.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Files as a pod's process would write them, with their checksums kept aside. */
final class Sample {
  static final int MEBIBYTE = 1 << 20;

  private final Map<Path, String> sums = new HashMap<>();
  private final Random random = new Random(320);

  /** Writes files of some MiB each and forces them to the volume. */
  void write(Path folder, String prefix, int files, int mebibytes) {
    byte[] block = new byte[MEBIBYTE];
    for (int i = 1; i <= files; i++) {
      Path file = folder.resolve(prefix + i);
      MessageDigest digest = sha256();
      try (FileChannel out =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        for (int written = 0; written < mebibytes; written++) {
          random.nextBytes(block);
          digest.update(block);
          writeFully(out, block);
        }
        out.force(true);
      } catch (IOException e) {
        throw new Fault("cannot write " + file + ": " + e.getMessage(), e);
      }
      sums.put(file, HexFormat.of().formatHex(digest.digest()));
    }
  }

  int files() {
    return sums.size();
  }

  /** Reads every file again and compares. */
  void verify() {
    sums.forEach(
        (file, sum) -> {
          try {
            String now = HexFormat.of().formatHex(sha256().digest(Files.readAllBytes(file)));
            UnexpectedException.unless(now.equals(sum), file + " has SHA-256 " + sum, now);
          } catch (IOException e) {
            throw new UnexpectedException(file + " can be read", e.toString());
          }
        });
  }

  /**
   * Appends to a file until the volume is full; the bytes that it took.
   *
   * @param limit where to give up, as the volume should have been full long before
   */
  static long fill(Path file, long limit) {
    byte[] block = new byte[MEBIBYTE];
    long before = Files.exists(file) ? size(file) : 0;
    try (FileChannel out =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      while (size(file) - before < limit) {
        writeFully(out, block);
      }
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      UnexpectedException.unless(
          why.toLowerCase(Locale.ROOT).contains("no space left"),
          "ENOSPC (No space left on device)",
          why);
      return size(file) - before;
    }
    throw new UnexpectedException(
        "ENOSPC before " + limit / MEBIBYTE + " MiB", "all of them were written");
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new Fault("cannot read the size of " + file + ": " + e.getMessage(), e);
    }
  }

  private static void writeFully(FileChannel out, byte[] block) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(block);
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
