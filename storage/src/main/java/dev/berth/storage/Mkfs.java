package dev.berth.storage;

import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the filesystem of a new image, with every feature said out loud: defaults move with the
 * installed release and with the machine's configuration, and a volume must mount on kernel 5.10.
 */
final class Mkfs {
  /** A release of a program; 0.0 when it did not say. */
  record Release(int major, int minor) {
    private static final Pattern SHAPE = Pattern.compile("(\\d+)\\.(\\d+)");

    static Release in(String text) {
      Matcher match = SHAPE.matcher(text);
      return match.find()
          ? new Release(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)))
          : new Release(0, 0);
    }

    boolean atLeast(int otherMajor, int otherMinor) {
      return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }
  }

  /**
   * Features of ext4 that 5.10 knows; {@code none} clears what mke2fs.conf would add. Not there:
   * orphan_file (5.15), and metadata_csum_seed, which nobody needs.
   */
  private static final String EXT4_FEATURES =
      "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,"
          + "large_file,huge_file,dir_nlink,extra_isize,metadata_csum";

  private final Programs programs;
  private final Duration deadline;
  private final ConcurrentHashMap<FsType, Release> releases = new ConcurrentHashMap<>();

  Mkfs(Programs programs, Duration deadline) {
    this.programs = programs;
    this.deadline = deadline;
  }

  /**
   * Makes a filesystem over the whole of {@code image}.
   *
   * @param image a new file of zeros: the caller has made it with O_EXCL and written nothing
   */
  void make(FsType type, Path image) {
    List<String> command = command(type, release(type), image);
    Programs.Output output = programs.run(command, deadline);
    if (!output.succeeded()) {
      throw failed(command, image, output);
    }
  }

  static List<String> command(FsType type, Release release, Path image) {
    List<String> command =
        switch (type) {
          case XFS -> xfs(release);
          case EXT4 -> ext4(release);
        };
    command.add("--");
    command.add(image.toString());
    return command;
  }

  /**
   * Without discard (-K), which would give the blocks of a thick image back. bigtime and inobtcount
   * are off although 5.10 knows them: it calls them experimental, and they can be added later.
   */
  private static List<String> xfs(Release release) {
    List<String> command = new ArrayList<>(List.of("mkfs.xfs", "-q", "-K"));
    command.addAll(List.of("-b", "size=4096", "-s", "size=4096"));
    String metadata = "crc=1,finobt=1,reflink=1,rmapbt=0";
    String inodes = "size=512,sparse=1";
    String names = "ftype=1";
    if (release.atLeast(5, 10)) {
      metadata += ",bigtime=0,inobtcount=0";
    }
    if (release.atLeast(5, 19)) {
      inodes += ",nrext64=0";
    }
    if (release.atLeast(6, 10)) {
      inodes += ",exchange=0";
      names += ",parent=0";
    }
    command.addAll(List.of("-m", metadata, "-i", inodes, "-n", names));
    return command;
  }

  /**
   * The image is new, so it reads as zeros: neither the journal nor the inode tables need zeros
   * written. mke2fs knows how to say so since 1.47; before, the kernel writes the inode tables
   * after the first mount, as it does on any disk.
   */
  private static List<String> ext4(Release release) {
    List<String> command = new ArrayList<>(List.of("mkfs.ext4", "-q", "-F", "-b", "4096"));
    command.addAll(List.of("-I", "256", "-i", "16384", "-m", "0", "-O", EXT4_FEATURES));
    String zeroed = release.atLeast(1, 47) ? ",assume_storage_prezeroed=1" : "";
    command.addAll(List.of("-E", "nodiscard,lazy_itable_init=1,lazy_journal_init=1" + zeroed));
    return command;
  }

  /** {@code mkfs.xfs version 6.1.0}; {@code mke2fs 1.47.0 (5-Feb-2023)}, on the error stream. */
  private Release release(FsType type) {
    return releases.computeIfAbsent(
        type,
        t -> {
          Programs.Output output = programs.run(List.of("mkfs." + t.kernelName(), "-V"), deadline);
          return Release.in(output.out() + output.err());
        });
  }

  private static VolumeException failed(List<String> command, Path image, Programs.Output output) {
    if (output.oneLine().contains("No space left on device")) {
      return new OutOfSpace(
          command.getFirst() + " of " + image + ": the pool's filesystem is full; free some room");
    }
    return new SystemCallFailed(
        command.getFirst(),
        image.toString(),
        errno(output),
        output.oneLine().isBlank() ? "it said nothing" : output.oneLine());
  }

  /** What the kernel told the program, for a caller must be told the same whoever asked. */
  private static String errno(Programs.Output output) {
    if (output.oneLine().contains("Read-only file system")) {
      return "EROFS";
    }
    return output.oneLine().contains("Input/output error")
        ? "EIO"
        : "exit code " + output.exitCode();
  }
}
